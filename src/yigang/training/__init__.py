"""What people in post must learn: plans, courses, sessions, tests, and what is put right where something is lacking."""
