"""Nouns of duty, one module for each kind."""

from yigang.duty.models.devices import Device, DeviceLogin
from yigang.duty.models.evidence import CheckIn, Intake, Leave, ProxyEntry, SourceIdentity, UnmatchedRow, WorkLog
from yigang.duty.models.records import Media, Record, SetAside

__all__ = [
    "CheckIn", "Device", "DeviceLogin", "Intake", "Leave", "Media", "ProxyEntry", "Record", "SetAside", "SourceIdentity",
    "UnmatchedRow", "WorkLog",
]  # fmt: skip
