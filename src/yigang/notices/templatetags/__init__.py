"""Template tags of the chapter."""
