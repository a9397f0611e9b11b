"""Pages of the console: bank."""
