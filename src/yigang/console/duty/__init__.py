"""Pages of the console: duty."""
