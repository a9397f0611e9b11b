"""Where villages lie, as an office writes it down."""
