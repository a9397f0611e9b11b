"""Inspections drawn by lot, what they find, what becomes of it, and what follows for people and units."""
