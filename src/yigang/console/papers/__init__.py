"""Papers to print and sign: cards, notices, the ledger, agreements."""
