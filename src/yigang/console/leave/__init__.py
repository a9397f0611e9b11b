"""Leave asked for in the console: requests, who is away, what is left of the year."""
