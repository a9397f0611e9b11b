"""Verbs of this chapter: the only place where evidence is added, declared complete, withdrawn or corrected."""

from yigang.duty.domain.evidence import TARGETS, WHO, Evidence, Target, register
from yigang.duty.domain.intake import Outlook, declare_complete, keep, outlook, resolve, take_in, withdraw
from yigang.duty.domain.matching import candidates

__all__ = [
    "TARGETS", "WHO", "Evidence", "Outlook", "Target", "candidates", "declare_complete", "keep", "outlook", "register",
    "resolve", "take_in", "withdraw",
]  # fmt: skip
