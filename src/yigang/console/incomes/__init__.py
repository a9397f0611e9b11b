"""Pages about what households live on: the ledger of a year, one household, the warning line, plans to leave poverty."""
