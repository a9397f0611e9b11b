"""Pages about village assets: what they bring in, how it is divided, what it is spent on."""
