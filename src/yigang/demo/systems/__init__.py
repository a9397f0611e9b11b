"""The other four systems of the sources in the demo: each a small programme of the district with a year of its own."""
