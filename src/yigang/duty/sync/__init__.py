"""How phones and server agree on what has arrived: pure functions, no database. `docs/algorithms/sync.md` is the contract."""
