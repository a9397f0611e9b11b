"""Questions of the bank as an office keeps them in a table."""
