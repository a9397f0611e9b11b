"""Verbs of tenure: the only place that changes who holds which post."""

from yigang.tenure.domain.appointing import Terms, appoint, certified, change_terms, places_exchanged, seat_again, span
from yigang.tenure.domain.exits import (
    EXIT_FIELDS,
    Leaving,
    attach,
    confirm_exit,
    deliver_notice,
    end_appointment,
    end_by_death,
    leave,
    reject_exit,
    take_back_exit,
    take_back_exits,
)
from yigang.tenure.domain.vacancies import close_vacancy, report_vacancy

__all__ = [
    "EXIT_FIELDS", "Leaving", "Terms", "appoint", "attach", "certified", "change_terms", "close_vacancy",
    "confirm_exit", "deliver_notice", "end_appointment", "end_by_death", "leave", "places_exchanged", "reject_exit",
    "report_vacancy", "seat_again", "span", "take_back_exit", "take_back_exits",
]  # fmt: skip
