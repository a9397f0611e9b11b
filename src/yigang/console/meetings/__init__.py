"""Pages of meetings: the calendar of what is due, minutes, follow-ups."""
