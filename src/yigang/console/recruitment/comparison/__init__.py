"""Pages of data comparison: the registers that offices hand in, comparing a round, what was found and what is decided."""
