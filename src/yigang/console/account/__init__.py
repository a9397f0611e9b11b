"""Pages of the console: account."""
