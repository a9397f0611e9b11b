"""Helpers and households (结对帮扶) as one table, a row for each household."""
