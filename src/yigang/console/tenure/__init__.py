"""Pages of the console: tenure."""
