"""Verbs of this chapter: the only place where evidence is added, declared complete, withdrawn or corrected."""

from yigang.duty.domain.corrections import LeaveTerms, correct_check_in, correct_leave, correct_work_log, enter_leave
from yigang.duty.domain.evidence import TARGETS, WHO, Evidence, Target, register
from yigang.duty.domain.intake import (
    Outlook,
    declare_complete,
    keep,
    outlook,
    rematch,
    resolve,
    take_in,
    wait_for_seals,
    withdraw,
)
from yigang.duty.domain.matching import candidates
from yigang.duty.domain.measuring import measure_patrols
from yigang.duty.domain.patrols import answer_change, hand_in_track, record_track, take, withdraw_patrol
from yigang.duty.domain.places import Terms, end_place, forget_place, set_area, set_point, set_route
from yigang.duty.domain.proxy import Cell, confirm_days, enter_days, reject_days
from yigang.duty.domain.strangers import claim, disown, resolve_together

__all__ = [
    "TARGETS",
    "WHO",
    "Cell",
    "Evidence",
    "LeaveTerms",
    "Outlook",
    "Target",
    "Terms",
    "answer_change",
    "candidates",
    "claim",
    "confirm_days",
    "correct_check_in",
    "correct_leave",
    "correct_work_log",
    "declare_complete",
    "disown",
    "end_place",
    "enter_days",
    "enter_leave",
    "forget_place",
    "hand_in_track",
    "keep",
    "measure_patrols",
    "outlook",
    "record_track",
    "register",
    "reject_days",
    "rematch",
    "resolve",
    "resolve_together",
    "set_area",
    "set_point",
    "set_route",
    "take",
    "take_in",
    "wait_for_seals",
    "withdraw",
    "withdraw_patrol",
]  # fmt: skip
