"""The reserve pool: kept by the policy's rule, asked when a place becomes vacant."""
