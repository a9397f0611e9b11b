"""Pages of the console: months."""
