"""Paying through a bank: whom, from which budget, in which batch, and what the bank answered."""
