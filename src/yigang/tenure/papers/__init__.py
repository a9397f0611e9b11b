"""Papers about people in posts: the profile card, the ledger of changes, the agreement from the office's template."""
