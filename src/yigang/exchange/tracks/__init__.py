"""Tracks as devices and other programs write them (GPX, GeoJSON, CSV), read as `duty.tracks.FIXES`."""

from yigang.exchange.tracks.reading import read

__all__ = ["read"]
