"""Patrols and where they go: records, one patrol replayed, who is out now, areas with their coverage, gaps, late points."""
