"""Work done: logs, households visited, incidents, results."""
