"""Pages of the console: office."""
