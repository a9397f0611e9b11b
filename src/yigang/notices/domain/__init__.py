"""Verbs of notices: write, publish, take down; object, check again, answer."""

from yigang.notices.domain.drafting import Row, discard_draft, draft_notice, revise_notice, set_rules
from yigang.notices.domain.files import add_attachment, add_photo, remove_attachment
from yigang.notices.domain.objections import (
    Sender,
    answer,
    as_visitor,
    assign,
    complain,
    object_to,
    recheck,
    sender_of,
)
from yigang.notices.domain.publishing import close_notice, publish, take_down
from yigang.notices.domain.reading import read_attachment

__all__ = [
    "Row",
    "Sender",
    "add_attachment",
    "add_photo",
    "answer",
    "as_visitor",
    "assign",
    "close_notice",
    "complain",
    "discard_draft",
    "draft_notice",
    "object_to",
    "publish",
    "read_attachment",
    "recheck",
    "remove_attachment",
    "revise_notice",
    "sender_of",
    "set_rules",
    "take_down",
]
