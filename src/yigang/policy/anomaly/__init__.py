"""The rules over a year of evidence and pay: pure functions on columns. `frames` says what they read, `find` runs them."""

from yigang.policy.anomaly.frames import Suspect, Year
from yigang.policy.anomaly.rules import READS, find

__all__ = ["READS", "Suspect", "Year", "find"]
