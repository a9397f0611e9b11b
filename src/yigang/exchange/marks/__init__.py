"""Marks that people gave, from a table: who, points, reason."""
