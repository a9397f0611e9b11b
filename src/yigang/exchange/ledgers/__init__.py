"""Tables that are entered into ledgers row by row: income of assets, income of households, visits to them."""
