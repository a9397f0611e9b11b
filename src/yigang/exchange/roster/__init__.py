"""The roster: people, households, posts and appointments of a programme as one table, in and out."""
