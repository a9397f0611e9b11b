"""A rectification list (整改清单) as one table, a row for each point."""
