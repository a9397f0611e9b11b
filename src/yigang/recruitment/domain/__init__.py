"""Verbs of recruitment: the only place that changes a round, an application, a review."""

from yigang.recruitment.domain.applying import apply, withdraw
from yigang.recruitment.domain.deciding import decide, hire, take_back
from yigang.recruitment.domain.rounds import attach, cancel_round, close_step, go_back, open_round, open_step

__all__ = [
    "apply", "attach", "cancel_round", "close_step", "decide", "go_back", "hire", "open_round", "open_step", "take_back",
    "withdraw",
]  # fmt: skip
