"""Training in the console: plans, sessions with their wall code, the bank, papers, results, what is put right."""
