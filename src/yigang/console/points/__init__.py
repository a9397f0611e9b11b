"""Points and honours of people: totals, the ledger, giving to one or many, who holds which honour, votes about some."""
