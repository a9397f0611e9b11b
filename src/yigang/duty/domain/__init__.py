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
from yigang.duty.domain.leave import LeaveAsked, ask_leave, cancel_leave, decide_leave, report_return
from yigang.duty.domain.matching import candidates
from yigang.duty.domain.measuring import measure_patrols
from yigang.duty.domain.patrols import answer_change, hand_in_track, record_track, take, withdraw_patrol
from yigang.duty.domain.places import Terms, end_place, forget_place, set_area, set_point, set_route
from yigang.duty.domain.proxy import Cell, confirm_days, enter_days, reject_days
from yigang.duty.domain.proxy_work import Done
from yigang.duty.domain.strangers import claim, disown, resolve_together
from yigang.duty.domain.visits import (
    Helper,
    VisitMade,
    end_pairing,
    enter_visit,
    pair,
    take_back_pairings,
    withdraw_visit,
)
from yigang.duty.domain.work import (
    Report,
    close_incident,
    handle_incident,
    report_incident,
    report_result,
    withdraw_result,
)

__all__ = [
    "TARGETS", "WHO", "Cell", "Done", "Evidence", "Helper", "LeaveAsked", "LeaveTerms", "Outlook", "Report", "Target",
    "Terms", "VisitMade", "answer_change", "ask_leave", "cancel_leave", "candidates", "claim", "close_incident",
    "confirm_days", "correct_check_in", "correct_leave", "correct_work_log", "decide_leave", "declare_complete",
    "disown", "end_pairing", "end_place", "enter_days", "enter_leave", "enter_visit", "forget_place", "hand_in_track",
    "handle_incident", "keep", "measure_patrols", "outlook", "pair", "record_track", "register", "reject_days",
    "rematch", "report_incident", "report_result", "report_return", "resolve", "resolve_together", "set_area",
    "set_point", "set_route", "take", "take_back_pairings", "take_in", "wait_for_seals", "withdraw",
    "withdraw_patrol", "withdraw_result", "withdraw_visit",
]  # fmt: skip
