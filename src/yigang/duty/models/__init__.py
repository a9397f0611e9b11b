"""Nouns of duty, one module for each kind."""

from yigang.duty.models.evidence import CheckIn, Intake, Leave, ProxyEntry, SourceIdentity, UnmatchedRow, WorkLog

__all__ = ["CheckIn", "Intake", "Leave", "ProxyEntry", "SourceIdentity", "UnmatchedRow", "WorkLog"]
