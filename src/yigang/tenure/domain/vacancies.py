"""Verbs of vacancies. A vacancy asks nothing of anybody: recruitment reads those that are open."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.posts.models import Post
from yigang.tenure import clock, queries
from yigang.tenure.access import RELEASE
from yigang.tenure.enums import ExitKind, ExitReason, ExitState
from yigang.tenure.models import Appointment, Exit, Vacancy
from yigang.tenure.places import Stay, seat


def open_vacancy(appointment: Appointment, row: Exit) -> Vacancy | None:
    """The place that somebody left, with its clock. None when the programme ends with him or the place goes on held."""
    programme, since = appointment.programme, row.on + timedelta(days=1)
    if programme.ends is not None and programme.ends < since:
        return None
    limits = clock.vacancy_clock(programme, ExitKind(row.kind), row.on)
    if queries.holders(appointment.post, since, since).count() >= appointment.post.head_count:
        return None
    follower = _follower(appointment, since)
    return Vacancy.objects.create(
        region_code=appointment.region_code, post=appointment.post, place=appointment.place, since=since, exit=row,
        cause=ExitReason(row.reason), report_by=limits.report_by, fill_by=limits.fill_by, filled_by=follower,
        filled_on=follower.starts if follower else None,
    )  # fmt: skip


def _follower(left: Appointment, since: date) -> Appointment | None:
    """Who took the place up before the exit was entered: the first to start in the post since, and not by renewal."""
    started = Appointment.objects.filter(post=left.post, starts__gte=since, vacancies_filled=None).order_by("starts")
    for one in started.select_related("person"):
        held = Appointment.objects.filter(person=one.person, post=left.post, ends=one.starts - timedelta(days=1))
        if not held.exists():
            return one
    return None


@transaction.atomic
def report_vacancy(vacancy: Vacancy, text: str, *, on: date | None = None, actor: User) -> Vacancy:
    """Note that the vacancy was reported to the county, and how."""
    require(actor, RELEASE, vacancy.region_code)
    vacancy = hold_vacancy(vacancy)
    day = on or timezone.localdate()
    if vacancy.reported_on is not None:
        raise Refusal(
            _("This vacancy was reported on %(day)s already."), {"day": vacancy.reported_on}, code="reported_already"
        )
    if day < vacancy.since - timedelta(days=1) or day > timezone.localdate():
        raise Refusal(
            _("A vacancy is reported between the day of leaving and today."), code="dates", field="on"
        )  # fmt: skip
    vacancy.reported_on, vacancy.reported_by, vacancy.report = day, actor, text.strip()[:200]
    vacancy.save()
    audit.record("tenure.report_vacancy", vacancy, actor=actor, after={"on": day, "reason": vacancy.report})
    return vacancy


@transaction.atomic
def close_vacancy(vacancy: Vacancy, reason: str, *, actor: User) -> Vacancy:
    """The place is not filled again, for example because the post is given up."""
    require(actor, RELEASE, vacancy.region_code)
    vacancy = refuse_filled(hold_vacancy(vacancy))
    if not reason.strip():
        raise Refusal(_("Say why the place is not filled."), code="reason_missing", field="reason")
    vacancy.closed_on, vacancy.closed_why = timezone.localdate(), reason.strip()
    vacancy.save()
    audit.record("tenure.close_vacancy", vacancy, actor=actor, after={"reason": vacancy.closed_why})
    return vacancy


def close_vacancies(row: Exit, reason: str, *, actor: User) -> None:
    """The exit is taken back, so nothing is vacant any more; what was filled stays filled."""
    for vacancy in row.vacancies.select_for_update(of=("self",)).filter(filled_by=None, closed_on=None):
        vacancy.closed_on, vacancy.closed_why = timezone.localdate(), reason[:200]
        vacancy.save()
        audit.record("tenure.close_vacancy", vacancy, actor=actor, after={"reason": vacancy.closed_why})


def reopen_vacancies(fillers: Collection[int], reason: str, *, actor: User) -> None:
    """The appointments that filled them are taken back whole, so these places are vacant as before.

    Refused when a place is not vacant without them: the exit was taken back since, or somebody else came into the post.
    """
    filled = Vacancy.objects.select_related("post", "exit").filter(filled_by__in=fillers)
    for vacancy in hold(filled).order_by("pk"):
        _refuse_reopening(vacancy, fillers)
        before = {"filled_by_id": vacancy.filled_by_id, "filled_on": vacancy.filled_on}
        vacancy.filled_by, vacancy.filled_on = None, None
        vacancy.save(update_fields=["filled_by", "filled_on"])
        audit.record("tenure.reopen_vacancy", vacancy, actor=actor, before=before, after={"reason": reason})


def _refuse_reopening(vacancy: Vacancy, fillers: Collection[int]) -> None:
    if vacancy.exit is not None and vacancy.exit.state != ExitState.DONE:
        raise Refusal(
            _("The exit that left the post %(post)s vacant was taken back since; the place would be vacant without anybody "
              "having left it."),
            {"post": vacancy.post.number}, code="exit_taken_back",
            remedy=_("End the appointment on the page of the post instead."),
        )  # fmt: skip
    others = [stay for stay in queries.stays(vacancy.post) if stay.key not in fillers]
    if seat(vacancy.post.head_count, [*others, Stay(0, vacancy.since, None, firm=False)]).left:
        raise Refusal(
            _("The post %(post)s, vacant since %(since)s, was given to somebody else since; it cannot be vacant again."),
            {"post": vacancy.post.number, "since": vacancy.since}, code="vacancy_taken_since",
            remedy=_("End the appointment on the page of the post instead."),
        )  # fmt: skip


def refuse_filled(vacancy: Vacancy) -> Vacancy:
    """Refuse, naming the new holder, when the place was taken in the meantime."""
    if vacancy.filled_by is not None:
        raise Refusal(
            _("This place was filled by %(name)s from %(day)s on."),
            {"name": vacancy.filled_by.person.name, "day": vacancy.filled_on}, code="vacancy_filled",
        )  # fmt: skip
    if vacancy.closed_on is not None:
        raise Refusal(
            _("This vacancy was closed on %(day)s: %(why)s"), {"day": vacancy.closed_on, "why": vacancy.closed_why},
            code="vacancy_closed",
        )  # fmt: skip
    return vacancy


def hold_vacancy(vacancy: Vacancy) -> Vacancy:
    """The vacancy as it stands, held until the transaction ends.

    The post is held first, as whoever appoints holds it, so nobody fills the place meanwhile and no two wait for each other.
    """
    hold(Post.objects.filter(pk=vacancy.post_id))
    rows = Vacancy.objects.select_related("filled_by__person", "post__programme", "post__category")
    return hold(rows.filter(pk=vacancy.pk)).get()
