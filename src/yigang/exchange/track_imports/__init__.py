"""Track files (GPX, GeoJSON, CSV) as a kind of import: whose they are, what they amount to, patrols, and the way back."""
