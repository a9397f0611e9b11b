"""Pages of the console: recruitment."""
