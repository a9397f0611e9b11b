"""Villagers' reviews and appeals (评议与申诉)."""
