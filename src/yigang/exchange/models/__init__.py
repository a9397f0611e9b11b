"""Nouns of exchange, one module for each kind."""

from yigang.exchange.models.files import ColumnMapping, FileImport, ImportChange, ImportTouch
from yigang.exchange.models.pulls import PulledRow, PullPage, PullRun, PullSource
from yigang.exchange.models.trackers import TrackerDevice, TrackerFix, TrackerRefusal

__all__ = [
    "ColumnMapping", "FileImport", "ImportChange", "ImportTouch", "PullPage", "PullRun", "PullSource", "PulledRow",
    "TrackerDevice", "TrackerFix", "TrackerRefusal",
]  # fmt: skip
