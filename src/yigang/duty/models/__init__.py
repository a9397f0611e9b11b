"""Nouns of duty, one module for each kind."""

from yigang.duty.models.devices import Device, DeviceLogin
from yigang.duty.models.evidence import CheckIn, Intake, Leave, ProxyEntry, SourceIdentity, UnmatchedRow, WorkLog
from yigang.duty.models.flags import Flag, FlagAnswer, FlagExplanation, FlagRun, PhotoPrint, PhotoUse
from yigang.duty.models.leave import LeaveDecision, LeaveRequest
from yigang.duty.models.logins import PhoneAccess, SignInCode
from yigang.duty.models.patrols import Patrol, PatrolChange, PatrolPiece, PointReached
from yigang.duty.models.places import DutyArea, KeyPoint, Route
from yigang.duty.models.records import LateRecord, Media, Record, SetAside, Upload, Withheld
from yigang.duty.models.visits import Pairing, Visit
from yigang.duty.models.work import Incident, WorkResult

__all__ = [
    "CheckIn", "Device", "DeviceLogin", "DutyArea", "Flag", "FlagAnswer",
    "FlagExplanation", "FlagRun", "Incident", "Intake", "KeyPoint", "LateRecord", "Leave", "LeaveDecision",
    "LeaveRequest", "Media", "Pairing", "Patrol", "PatrolChange", "PatrolPiece", "PhoneAccess", "PhotoPrint", "PhotoUse",
    "PointReached",
    "ProxyEntry", "Record", "Route", "SetAside", "SignInCode", "SourceIdentity", "UnmatchedRow", "Upload",
    "Visit", "Withheld", "WorkLog",
    "WorkResult",
]  # fmt: skip
