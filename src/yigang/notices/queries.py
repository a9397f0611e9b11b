"""Questions about notices and objections."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from yigang.notices.enums import NoticeState, ObjectionState
from yigang.notices.models import Notice, Objection


def term_over(notice: Notice, today: date) -> bool:
    """Whether its last day has passed. On the last day itself one may still object."""
    return today > notice.closes


def is_open(notice: Notice, today: date | None = None) -> bool:
    """Whether everybody can read the list and object to it today."""
    day = today or timezone.localdate()
    return notice.state == NoticeState.PUBLISHED and notice.opens <= day <= notice.closes


def open_objections(notice: Notice) -> QuerySet[Objection]:
    """What was said against a notice and is not answered yet."""
    return notice.objections.exclude(state=ObjectionState.ANSWERED)


def objections_about(subject_type: str, subject_id: int) -> QuerySet[Objection]:
    """Everything said about one object of the office, such as an application, in any notice that lists it."""
    return Objection.objects.filter(row__subject_type=subject_type, row__subject_id=subject_id).order_by("received_at")


def notices_about(about_type: str, about_id: int) -> QuerySet[Notice]:
    """The notices that were made about one object, such as a month or a round; newest first."""
    return Notice.objects.filter(about_type=about_type, about_id=about_id).order_by("-pk")
