"""Pages of the console: imports."""
