"""Pages of the console: posts."""
