"""The labour-force register of a quarter, as counties send it."""
