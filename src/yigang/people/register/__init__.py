"""The labour-force register by quarters: loading, differences, and the lists that are rules over it."""
