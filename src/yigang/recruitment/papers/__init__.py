"""Papers of a round: the registration form, filled in or empty, and the funnel with its reasons."""
