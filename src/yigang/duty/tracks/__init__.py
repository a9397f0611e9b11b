"""A patrol's fixes, cleaned and measured. Pure: Polars and NumPy in, figures out; no database and no clock.

    track = clean(fixes, Limits())
    measured = measure(track)

`docs/algorithms/tracks.md` says in prose what is left out, why, and what is counted.
"""

from yigang.duty.tracks.clean import FIXES, Limits, Track, clean
from yigang.duty.tracks.measure import Measured, measure

__all__ = ["FIXES", "Limits", "Measured", "Track", "clean", "measure"]
