"""Verbs of tenure: the only place that changes who holds which post."""

from yigang.tenure.domain.agreements import fields_of, number_of, prepare_agreement, sign_agreement
from yigang.tenure.domain.appointing import (
    Terms,
    appoint,
    change_terms,
    places_exchanged,
    seat_again,
    span,
    trained,
    training_known_by,
)
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
from yigang.tenure.domain.letters import LetterText, issue_letter, sign_letter
from yigang.tenure.domain.moving import Move, renew, transfer, transfer_many
from yigang.tenure.domain.providing import (
    Given,
    Issue,
    Outlook,
    Recorded,
    give_out,
    on_file,
    outlook,
    record_certificate,
    record_provisions,
    refuse_issue,
    said_of,
    take_back_provisions,
)
from yigang.tenure.domain.renewing import Period, decide_renewals, open_renewal, propose_again
from yigang.tenure.domain.rotating import (
    Asked,
    accept_moves,
    change_move,
    open_rotation,
    propose_moves,
    record_need,
    record_wish,
    reject_moves,
)
from yigang.tenure.domain.teams import Muster, end_team, form_team, join_team, leave_team, members_wanted, save_unit
from yigang.tenure.domain.vacancies import close_vacancy, reopen_vacancies, report_vacancy

__all__ = [
    "EXIT_FIELDS", "Asked", "Given", "Issue", "Leaving", "LetterText", "Move", "Muster", "Outlook", "Period",
    "Recorded", "Terms", "accept_moves", "appoint", "attach", "change_move", "change_terms",
    "close_vacancy", "confirm_exit", "decide_renewals", "deliver_notice", "end_appointment", "end_by_death", "end_team",
    "fields_of", "form_team", "give_out", "issue_letter", "join_team", "leave", "leave_team", "members_wanted",
    "number_of", "on_file", "open_renewal", "open_rotation", "outlook", "places_exchanged", "prepare_agreement",
    "propose_again", "propose_moves", "record_certificate", "record_need", "record_provisions", "record_wish", "refuse_issue",
    "reject_exit", "reject_moves", "renew", "reopen_vacancies", "report_vacancy", "said_of", "save_unit", "seat_again",
    "sign_agreement", "sign_letter", "span", "take_back_exit", "take_back_exits", "take_back_provisions", "trained",
    "training_known_by", "transfer", "transfer_many",
]  # fmt: skip
