"""Nouns of duty, one module for each kind."""

from yigang.duty.models.devices import Device, DeviceLogin
from yigang.duty.models.evidence import CheckIn, Intake, Leave, ProxyEntry, SourceIdentity, UnmatchedRow, WorkLog
from yigang.duty.models.patrols import Patrol, PatrolChange, PatrolPiece, PointReached
from yigang.duty.models.places import DutyArea, KeyPoint, Route
from yigang.duty.models.records import Media, Record, SetAside

__all__ = [
    "CheckIn", "Device", "DeviceLogin", "DutyArea", "Intake", "KeyPoint", "Leave", "Media", "Patrol", "PatrolChange",
    "PatrolPiece", "PointReached", "ProxyEntry", "Record", "Route", "SetAside", "SourceIdentity", "UnmatchedRow", "WorkLog",
]  # fmt: skip
