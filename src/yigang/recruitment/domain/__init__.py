"""Verbs of recruitment: the only place that changes a round, an application, a review."""

from yigang.recruitment.domain.agreements import draft_agreement, file_signed_draft
from yigang.recruitment.domain.applying import apply, withdraw
from yigang.recruitment.domain.deciding import decide, take_back
from yigang.recruitment.domain.eligibility import decide_by_clauses, recompute, run_eligibility
from yigang.recruitment.domain.hiring import hire
from yigang.recruitment.domain.matching import accept_proposal, match_round, recompute_matching, reject_proposal
from yigang.recruitment.domain.placing import rank_applicants
from yigang.recruitment.domain.publicity import settle_publicity
from yigang.recruitment.domain.reviews import (
    Meeting,
    Tally,
    declare_tie,
    give_marks,
    give_seat,
    record_peer_review,
    sign,
)
from yigang.recruitment.domain.rounds import attach, cancel_round, close_step, go_back, open_round, open_step

__all__ = [
    "Meeting",
    "Tally",
    "accept_proposal",
    "apply",
    "attach",
    "cancel_round",
    "close_step",
    "decide",
    "decide_by_clauses",
    "declare_tie",
    "draft_agreement",
    "file_signed_draft",
    "give_marks",
    "give_seat",
    "go_back",
    "hire",
    "match_round",
    "open_round",
    "open_step",
    "rank_applicants",
    "recompute",
    "recompute_matching",
    "record_peer_review",
    "reject_proposal",
    "run_eligibility",
    "settle_publicity",
    "sign",
    "take_back",
    "withdraw",
]  # fmt: skip
