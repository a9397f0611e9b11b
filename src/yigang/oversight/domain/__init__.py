"""Verbs of oversight: the only place that changes plans, sheets, points, interviews, recalls and consequences."""

from yigang.oversight.domain.anomalies import (
    Looked,
    answer_anomalies,
    answer_anomaly,
    find_anomalies,
    reopen_anomaly,
)
from yigang.oversight.domain.arrivals import Arriving, arrive, begin
from yigang.oversight.domain.measures import (
    Called,
    Talk,
    hold_unit_to_account,
    order_recall,
    record_interview,
)
from yigang.oversight.domain.meetings import Minutes, correct_meeting, follow_up, hold_meeting
from yigang.oversight.domain.phones import end_sheet_phones, inspector_of, sign_in_to_sheets
from yigang.oversight.domain.plans import Redrawn, Week, draw_week, redraw, redrawn, reveal
from yigang.oversight.domain.proposals import confirm, confirm_all, dismiss, hear, note_answer, propose, tell
from yigang.oversight.domain.rectifying import (
    Point,
    close_point,
    close_points,
    deadline,
    open_points,
    put_right,
    refuse_point,
    remind,
    remind_points,
    reopen_point,
    send_back,
    take_back_points,
)
from yigang.oversight.domain.sheets import Met, Sheet, hand_in_sheet

__all__ = [
    "Arriving", "Called", "Looked", "Met", "Minutes", "Point", "Redrawn", "Sheet", "Talk", "Week", "answer_anomalies",
    "answer_anomaly", "arrive", "begin", "close_point", "close_points", "confirm", "confirm_all", "correct_meeting",
    "deadline", "dismiss", "draw_week", "end_sheet_phones", "find_anomalies", "follow_up", "hand_in_sheet", "hear",
    "hold_meeting", "hold_unit_to_account", "inspector_of", "note_answer", "open_points", "order_recall", "propose",
    "put_right", "record_interview", "redraw", "redrawn", "refuse_point", "remind", "remind_points", "reopen_anomaly",
    "reopen_point", "reveal", "send_back", "sign_in_to_sheets", "take_back_points", "tell",
]  # fmt: skip
