"""Verbs of training: the only place that changes its state."""

from yigang.training.domain.bank import Asked, add_questions, illustrate, refuse_question, retire_questions
from yigang.training.domain.papers import Terms, bank_for, hold_contest, set_paper
from yigang.training.domain.plans import (
    EVERYBODY,
    Group,
    add_course,
    add_material,
    make_plan,
    retire_material,
    set_terrain,
)
from yigang.training.domain.remedying import (
    decide_proof,
    drop_remedial,
    hand_in_proof,
    look_after,
    open_remedial,
    sentence,
)
from yigang.training.domain.sessions import (
    Meeting,
    Seen,
    cancel_session,
    close_session,
    enter_list,
    plan_session,
    sign_in,
    withdraw_attendance,
)
from yigang.training.domain.sitting import (
    Chosen,
    answer,
    begin,
    drawn_for,
    enter_score,
    enter_scores,
    finish_due,
    hand_in,
    release,
    void,
)

__all__ = [
    "EVERYBODY", "Asked", "Chosen", "Group", "Meeting", "Seen", "Terms", "add_course", "add_material", "add_questions",
    "answer", "bank_for", "begin", "cancel_session", "close_session", "decide_proof", "drawn_for", "drop_remedial",
    "enter_list", "enter_score", "enter_scores", "finish_due", "hand_in", "hand_in_proof", "hold_contest", "illustrate",
    "look_after", "make_plan", "open_remedial", "plan_session", "refuse_question", "release", "retire_material",
    "retire_questions", "sentence", "set_paper", "set_terrain", "sign_in", "void", "withdraw_attendance",
]  # fmt: skip
