"""Sessions: the list, one with who came, and the page that hangs on its wall."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, found, page
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, person_link, place_of, tag
from yigang.console.training.courses import course_of
from yigang.console.training.tabs import frame, moment
from yigang.foundation import regioncode
from yigang.foundation.access import may, require
from yigang.foundation.domain import store_paper
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.training import domain, wallcode
from yigang.training.access import READ_TRAINING, TEACH
from yigang.training.domain.sessions import AFTER
from yigang.training.enums import SessionKind, SessionState
from yigang.training.models import Attendance, Session
from yigang.training.queries import group_of

COLOURS = {SessionState.CLOSED: "good", SessionState.CANCELLED: "bad"}
SESSIONS = List(
    name="training-sessions",
    title=_("Sessions"),
    unit=_("sessions"),
    rows=lambda _reader: Session.objects.select_related("course").annotate(
        came=Count("attendances", filter=Q(attendances__withdrawn_at=None))
    ),
    columns=(
        Column("starts", _("Begins at"), lambda row: row.starts_at, sort=("starts_at",), always=True),
        Column("course", _("Course"), lambda row: row.course.title, sort=("course__title",)),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort=("kind",)),
        Column("region", _("Town or village"), lambda row: row.place_name, sort=("region_code",)),
        Column("place", _("Place"), lambda row: row.place),
        Column("teacher", _("Teacher"), lambda row: row.teacher, sort=("teacher",)),
        Column("hours", _("Training hours"), lambda row: row.hours, kind="decimal"),
        Column("came", _("People"), lambda row: row.came, kind="integer", sort=("came",)),
        Column("state", _("State"), lambda row: row.get_state_display(), sort=("state",),
               show=lambda row: tag(COLOURS.get(SessionState(row.state), ""), row.get_state_display())),
    ),
    order=("-starts_at",),
    filters=(
        BelowFilter(), ChoiceFilter("kind", _("Kind"), "kind", SessionKind.choices),
        ChoiceFilter("state", _("State"), "state", SessionState.choices),
        DateFilter("from", _("From"), "starts_at__date__gte"), DateFilter("to", _("To"), "starts_at__date__lte"),
    ),
    search=lambda rows, words: rows.filter(
        Q(course__title__contains=words) | Q(place__contains=words) | Q(teacher__contains=words)
    ),
    search_hint=_("Course, place or teacher"),
    prepare=lambda rows: name_regions(rows),
    link=lambda row: reverse("console:training-session", args=[row.pk]),
    empty=Empty(_("No session is planned yet."), _("To the courses"), "console:training-courses", TEACH),
    region_field="",
)  # fmt: skip


def name_regions(rows: list[Any]) -> None:
    """A session's own `place` is a room, so that its region stands in `place_name`."""
    known = regions.names({row.region_code for row in rows})
    for row in rows:
        row.place_name = known.get(row.region_code, row.region_code)


class SessionForm(forms.Form):
    """When, where and by whom a session is held."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SessionKind.choices)
    starts_at = moment(_("Begins at"))
    ends_at = moment(_("Ends at"))
    hours = forms.DecimalField(label=_("Hours that count"), max_digits=4, decimal_places=1)
    place = forms.CharField(label=_("Place"), max_length=120)
    teacher = forms.CharField(label=_("Teacher"), max_length=60)


class ListForm(forms.Form):
    """Who signed the list on paper; offered are those of the course's group who are not there yet."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=_("People"), widget=forms.CheckboxSelectMultiple, required=True
    )
    hours = forms.DecimalField(
        label=_("Training hours"),
        max_digits=4,
        decimal_places=1,
        required=False,
        help_text=_("Empty: the whole session."),
    )
    file = forms.FileField(label=_("Scan of the list"), required=False)

    def __init__(self, session: Session, prefix: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = timezone.localdate(session.starts_at)
        there = session.attendances.filter(withdrawn_at=None).values("person")
        group = [one.person_id for one in group_of(session.course, day, prefix)]
        field = self.fields["people"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Person.objects.filter(pk__in=group).exclude(pk__in=there).order_by("region_code", "pinyin")


class WithdrawForm(ReasonForm):
    """Which entry, and why."""

    attendance = forms.ModelChoiceField(Attendance.objects.none(), label=_("Person"))
    field_order = ("attendance", "reason")

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["attendance"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = session.attendances.filter(withdrawn_at=None).select_related("person", "session__course")


@page(READ_TRAINING)
def sessions(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "training-sessions")
    return show(request, SESSIONS, template="console/tenure/list.html", context=context)


@action(TEACH)
def new(request: HttpRequest, pk: int) -> HttpResponseBase:
    course, actor, given = course_of(pk), actor_of(request), cleaned(SessionForm(request.POST))
    prefix = regions.viewing(request) or actor.prefixes[0]
    meeting = domain.Meeting(
        SessionKind(given["kind"]),
        given["starts_at"],
        given["ends_at"],
        given["hours"],
        given["place"],
        given["teacher"],
    )
    made = domain.plan_session(course, regioncode.pad(prefix), meeting, actor=actor)
    return redirect("console:training-session", made.pk)


def session_of(pk: int) -> Session:
    return found(Session.objects.select_related("course__plan__programme"), pk=pk)


@page(READ_TRAINING)
def session(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = session_of(pk), actor_of(request)
    context = {
        "title": row.course.title, "facts": list(_facts(row)), "tables": [_came(row)],
        "state": (COLOURS.get(SessionState(row.state), ""), row.get_state_display()),
        "steps": list(_steps(row, actor, regions.viewing(request))), "printable": True,
        "wall": reverse("console:training-wall", args=[pk]) if _open(row) and may(actor, TEACH, row.region_code) else "",
        "back_to": reverse("console:training-sessions"), "back_label": _("Sessions"),
    }  # fmt: skip
    return render(request, "console/training/session.html", context)


def _open(row: Session) -> bool:
    return row.state == SessionState.PLANNED and row.ends_at + AFTER >= timezone.now()


def _facts(row: Session) -> Iterator[tuple[Any, Any]]:
    yield _("Begins at"), plain(row.starts_at)
    yield _("Ends at"), plain(row.ends_at)
    yield _("Kind"), row.get_kind_display()
    yield _("Hours that count"), plain(row.hours)
    yield _("Town or village"), place_of(row.region_code)
    yield _("Place"), row.place
    yield _("Teacher"), row.teacher
    yield _("Number"), str(row.pk)
    if row.why_cancelled:
        yield _("Why it was cancelled"), row.why_cancelled


def _came(row: Session) -> tuple[Any, list[Any], list[list[Any]]]:
    rows = list(row.attendances.select_related("person", "withdrawn_by"))
    names = regions.names({one.region_code for one in rows})
    lines = [
        [person_link(one.person.name, one.person_id), names.get(one.region_code, ""), plain(one.at), one.get_how_display(),
         plain(one.hours), f"{one.withdrawn_by} {one.withdrawn_why}" if one.withdrawn_at else ""]
        for one in rows
    ]  # fmt: skip
    headings = [_("Person"), _("Village"), _("Signed in at"), _("Known by"), _("Training hours"), _("Withdrawn")]
    return _("Who came (%(count)d)") % {"count": sum(one.withdrawn_at is None for one in rows)}, headings, lines


def _steps(row: Session, actor: User, prefix: str) -> Iterator[Step]:
    why = may(actor, TEACH, row.region_code).why
    begun = row.starts_at <= timezone.now()
    if row.state != SessionState.CANCELLED and begun:
        yield Step(
            _now("Enter the list"),
            reverse("console:training-list", args=[row.pk]),
            "list-check",
            ListForm(row, prefix),
            why,
        )
    if row.state == SessionState.PLANNED and begun:
        yield Step(_now("Close sign-in"), reverse("console:training-close", args=[row.pk]), "lock", forms.Form(), why)
    if row.attendances.filter(withdrawn_at=None).exists():
        form = WithdrawForm(row)
        yield Step(
            _now("Withdraw an entry"),
            reverse("console:training-withdraw", args=[row.pk]),
            "trash",
            form,
            why,
            danger=True,
        )
    elif row.state != SessionState.CANCELLED:
        yield Step(
            _now("Cancel the session"),
            reverse("console:training-cancel", args=[row.pk]),
            "x",
            ReasonForm(),
            why,
            danger=True,
        )


@action(TEACH)
def enter(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = session_of(pk), actor_of(request)
    given = cleaned(ListForm(row, regions.viewing(request), request.POST, request.FILES))
    file = given["file"]
    require(actor, TEACH, row.region_code)
    stored = store_paper(file.read(), name=file.name, region_code=row.region_code, actor=actor) if file else None
    domain.enter_list(row, list(given["people"]), actor=actor, file=stored, hours=given["hours"])
    return redirect("console:training-session", pk)


@action(TEACH)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.close_session(session_of(pk), actor=actor_of(request))
    return redirect("console:training-session", pk)


@action(TEACH)
def cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.cancel_session(session_of(pk), cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:training-session", pk)


@action(TEACH)
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    given = cleaned(WithdrawForm(session_of(pk), request.POST))
    domain.withdraw_attendance(given["attendance"], given["reason"], actor=actor_of(request))
    return redirect("console:training-session", pk)


def _on_the_phone(request: HttpRequest, row: Session, code: str) -> str:
    """The phone app's page with both numbers filled in; they stand behind #, where no server and no proxy reads them."""
    return f"{request.build_absolute_uri(reverse('field-app'))}#/training/session?session={row.pk}&code={code}"


@page(TEACH)
def wall(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What hangs on the wall: the code, read by everybody in the room; the code alone when the page asks again."""
    row = session_of(pk)
    require(actor_of(request), TEACH, row.region_code)
    if row.state != SessionState.PLANNED:
        raise Refusal(_("The session is not open."), code="session_state")
    import segno

    now = timezone.now()
    code = wallcode.code_at(bytes(row.secret), now)
    context = {
        "session": row, "code": f"{code[:3]} {code[3:]}", "left": wallcode.seconds_left(now),
        "came": row.attendances.filter(withdrawn_at=None).count(),
        "qr": segno.make_qr(_on_the_phone(request, row, code), error="m").svg_data_uri(scale=5, border=2),
    }  # fmt: skip
    part = request.headers.get("HX-Target") == "wall-code"
    response = render(request, f"console/training/{'wall_code' if part else 'wall'}.html", context)
    response["Cache-Control"] = "no-store"
    return response
