"""Vacancies with their clocks: reported, filled, closed."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, Value
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, BulkAction, ChoiceFilter, Column, Empty, FlagFilter, List, bulk_view, show
from yigang.console.pages import actor_of, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.recruitment.filling import proposed
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import ReasonForm, tag
from yigang.console.tenure.tabs import frame
from yigang.foundation import many
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.recruitment.access import READ_POOL
from yigang.recruitment.pool.candidates import with_candidates
from yigang.tenure import domain
from yigang.tenure.access import READ_TENURE, RELEASE
from yigang.tenure.enums import ExitReason
from yigang.tenure.models import Vacancy

OPEN = Q(filled_by=None, closed_on=None)


def state(row: Vacancy) -> tuple[str, str]:
    """Colour and words: filled, closed, or how long there is left."""
    if row.filled_by_id is not None:
        return "good", _now("Filled")
    if row.closed_on is not None:
        return "", _now("Closed")
    limit = row.fill_by if row.reported_on else row.report_by
    return clock(limit, _now("to fill") if row.reported_on else _now("to report"))


def clock(limit: date | None, what: str) -> tuple[str, str]:
    """How many days are left, or by how many it is overdue."""
    if limit is None:
        return "", _now("%(what)s, no term is set") % {"what": what}
    left = (limit - timezone.localdate()).days
    if left < 0:
        return "bad", _now("%(what)s, %(days)d days overdue") % {"what": what, "days": -left}
    return ("warn" if left <= 2 else "good"), _now("%(what)s, %(days)d days left") % {"what": what, "days": left}


def rows(reader: Reader) -> Any:
    """Vacancies; `to_pool` tells whether the reader may see who could fill them."""
    found = Vacancy.objects.select_related("post__programme", "filled_by__person", "exit__appointment__person")
    return found.annotate(to_pool=Value(bool(may(reader.user, READ_POOL))))


def prepare(shown: list[Any]) -> None:
    """The places' names, and which of these vacancies somebody could fill or is proposed for."""
    regions.name_places(shown)
    keys = [row.pk for row in shown if row.to_pool and still_open(row)]
    empty = Vacancy.objects.filter(pk__in=keys)
    led = set((with_candidates(empty) | empty.filter(proposed())).values_list("pk", flat=True)) if keys else set()
    for row in shown:
        row.led = row.pk in led


def still_open(row: Vacancy) -> bool:
    return row.filled_by_id is None and row.closed_on is None


def address(row: Any) -> str:
    """Where the vacancy is dealt with: at its candidates when there are any, else at its post."""
    return reverse("console:candidates", args=[row.pk]) if row.led else reverse("console:post", args=[row.post_id])


VACANCIES = List(
    name="vacancies",
    title=_("Vacancies"),
    unit=_("vacancies"),
    rows=rows,
    columns=(
        Column("post", _("Post"), lambda row: f"{row.post.kind} {row.post.number}", sort=("post__number",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("programme", _("Programme"), lambda row: row.post.programme.name, shown=False),
        Column("since", _("Vacant since"), lambda row: row.since, sort=("since",), kind="date"),
        Column("left", _("Who left"), lambda row: row.exit.appointment.person.name if row.exit else ""),
        Column("cause", _("Cause"), lambda row: row.get_cause_display()),
        Column("report_by", _("Report by"), lambda row: row.report_by, sort=("report_by",), kind="date"),
        Column("reported", _("Reported on"), lambda row: row.reported_on, kind="date"),
        Column("fill_by", _("Fill by"), lambda row: row.fill_by, sort=("fill_by",), kind="date"),
        Column("filled", _("Filled by"), lambda row: row.filled_by.person.name if row.filled_by else ""),
        Column("filled_on", _("Filled on"), lambda row: row.filled_on, kind="date", shown=False),
        Column("led", _("Reserve pool"), lambda row: _now("has candidates") if row.led else "",
               show=lambda row: tag("good", _now("has candidates")) if row.led else "—"),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("fill_by", "since"),
    filters=(
        BelowFilter(),
        FlagFilter("open", _("Open"), lambda: OPEN),
        FlagFilter("overdue", _("Overdue"), lambda: OPEN & (
            Q(fill_by__lt=timezone.localdate()) | Q(report_by__lt=timezone.localdate(), reported_on=None)
        )),
        ChoiceFilter("cause", _("Cause"), "cause", ExitReason.choices),
        ChoiceFilter("programme", _("Programme"), "post__programme", programmes),
    ),
    search=lambda rows, words: rows.filter(
        Q(post__number__istartswith=words) | Q(post__kind__contains=words) | Q(exit__appointment__person__name__contains=words)
    ),
    search_hint=_("Post number, kind or who left"),
    prepare=prepare,
    link=address,
    actions=(
        BulkAction(_("Note as reported"), "console:tenure-vacancies-report", RELEASE, "send"),
        BulkAction(_("Not to be filled"), "console:tenure-vacancies-close", RELEASE, "x"),
    ),
    empty=Empty(_("No place is vacant. A vacancy opens by itself when somebody leaves.")),
)  # fmt: skip


class ReportForm(forms.Form):
    text = forms.CharField(label=_("How it was reported"), max_length=200, initial=_("In writing"))
    on = forms.DateField(label=_("Reported on"), widget=Day, initial=timezone.localdate)


@page(READ_TENURE)
def vacancies(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "tenure-vacancies")
    return show(request, VACANCIES, template="console/tenure/list.html", context=context)


def reported(rows: list[Vacancy], given: dict[str, Any], actor: User) -> list[str]:
    done = many.each(rows, lambda row: domain.report_vacancy(row, given["text"], on=given["on"], actor=actor))
    return [_now("reported on %(day)s") % {"day": row.reported_on} for row in done]


def given_up(rows: list[Vacancy], given: dict[str, Any], actor: User) -> list[str]:
    return [
        state(row)[1] for row in many.each(rows, lambda row: domain.close_vacancy(row, given["reason"], actor=actor))
    ]


report = bulk_view(
    VACANCIES, "console:tenure-vacancies", RELEASE, reported, title=_("Note as reported"),
    done=_("%(count)d vacancies are noted as reported."), before=lambda row: state(row)[1], form=ReportForm,
)  # fmt: skip
close = bulk_view(
    VACANCIES, "console:tenure-vacancies", RELEASE, given_up, title=_("Do not fill these places"),
    done=_("%(count)d places are not filled again."), before=lambda row: state(row)[1], form=ReasonForm,
)  # fmt: skip
