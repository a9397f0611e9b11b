"""What everybody sees without signing in."""
