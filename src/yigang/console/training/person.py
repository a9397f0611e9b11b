"""The training file of one person: the year beside what is asked, who was where, tests, what was put right."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console.lists.spec import plain
from yigang.console.pages import found, page
from yigang.console.tenure.pieces import linked, person_link, place_of
from yigang.console.training.remedial import lacks
from yigang.console.training.report import asks, words_of
from yigang.console.training.results import verdict
from yigang.console.training.tabs import until
from yigang.people.models import Person
from yigang.training.access import READ_TRAINING
from yigang.training.account import accounts
from yigang.training.models import Attendance, Sitting

Table = tuple[Any, list[Any], list[list[Any]]]


@page(READ_TRAINING)
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Person.objects.all(), pk=pk)
    context = {
        "title": _now("Training file of %(name)s") % {"name": row.name}, "facts": _facts(row),
        "tables": [_years(row), _came(row), _tests(row), _tasks(row), _certificates(row)], "printable": True,
        "back_to": reverse("console:person", args=[pk]), "back_label": row.name,
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _facts(row: Person) -> list[tuple[Any, Any]]:
    held = row.appointments.select_related("post", "programme").order_by("-starts").first()
    told = [(_("Person"), person_link(row.name, row.pk)), (_("Village"), place_of(row.region_code))]
    return told + ([(_("Programme"), held.programme.name), (_("Post number"), held.post.number)] if held else [])


def _years(row: Person) -> Table:
    """Every year in which the person was in a post of a programme that asks for training or gave some."""
    came = Attendance.objects.filter(person=row).values_list(
        "session__course__plan__programme", "session__course__plan__year"
    )
    sat = Sitting.objects.filter(person=row).values_list("paper__plan__programme", "paper__plan__year")
    programmes = {one.programme_id: one.programme for one in row.appointments.select_related("programme")}
    lines = []
    for programme_id, year in sorted({*came, *sat}, key=lambda pair: -pair[1]):
        if programme_id not in programmes:
            continue
        found_ = accounts(programmes[programme_id], [row.pk], year, until=until(year))[row.pk]
        learned = found_.learned
        lines.append([
            str(year), programmes[programme_id].name, f"{float(learned.hours):g}", str(learned.sessions),
            "—" if learned.score is None else f"{float(learned.score):g}", asks(found_.rule),
            words_of(found_) or _now("nothing"),
        ])  # fmt: skip
    headings = [_("Year"), _("Programme"), _("Training hours"), _("Sessions"), _("Best test"), _("Asked"), _("Lacking")]
    return _("Years"), headings, lines


def _came(row: Person) -> Table:
    rows = row.trainings.select_related("session__course", "withdrawn_by")
    lines = [
        [plain(one.at), linked("training-session", one.session_id, one.session.course.title), one.session.get_kind_display(),
         one.get_how_display(), plain(one.hours), f"{one.withdrawn_by} {one.withdrawn_why}" if one.withdrawn_at else ""]
        for one in rows
    ]  # fmt: skip
    headings = [_("Signed in at"), _("Course"), _("Kind"), _("Known by"), _("Training hours"), _("Withdrawn")]
    return _("Sessions"), headings, lines


def _tests(row: Person) -> Table:
    lines = [
        [plain(one.started_at), linked("training-sitting", one.pk, one.paper.title), str(one.attempt), plain(one.score),
         verdict(one)[1]]
        for one in row.sittings.select_related("paper")
    ]  # fmt: skip
    return _("Tests"), [_("Time"), _("Test paper"), _("Attempt"), _("Score"), _("Verdict")], lines


def _tasks(row: Person) -> Table:
    lines = [
        [linked("training-task", one.pk, lacks(one)), one.why, plain(one.due_on), one.get_state_display()]
        for one in row.remedial_tasks.all()
    ]
    return _("Training to be made up"), [_("Lacking"), _("Why"), _("Due on"), _("State")], lines


def _certificates(row: Person) -> Table:
    lines = [[one.subject, one.issuer, plain(one.issued_on), plain(one.valid_until)] for one in row.certificates.all()]
    return _("Certificates"), [_("Subject"), _("Issuing office"), _("Issued on"), _("Valid until")], lines
