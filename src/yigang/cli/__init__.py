"""The command line: the same verbs as the console, for engineers and schedules."""
