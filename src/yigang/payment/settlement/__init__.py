"""From a month's facts to sealed lines: reading, computing, the steps of review, sealing, verifying, correcting."""
