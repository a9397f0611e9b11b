"""One mark with one reason for many chosen people of a month: shown with what it does to their pay before it is given."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.appraisal.domain import GivenMark
from yigang.appraisal.queries import latest_marks
from yigang.console import regions
from yigang.console.fields import offer
from yigang.console.lists import Bulk, Outcome, bound, bulk_page
from yigang.console.months.marks import done, give_and_compute
from yigang.console.months.sheet import filtered, own_lines, rules_of, settlement_of
from yigang.console.pages import actor_of, page
from yigang.foundation import money
from yigang.foundation.models import User
from yigang.payment.access import READ_SETTLEMENTS
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import queries
from yigang.policy.model import Mark as MarkRule


class OneMarkForm(forms.Form):
    """Which mark, how many points, why."""

    mark = forms.ChoiceField(label=_("Mark"))
    points = forms.DecimalField(label=_("Points to give"), max_digits=7, decimal_places=2)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, rules: list[MarkRule], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "mark", [(rule.name, f"{rule.name} 0–{rule.most}") for rule in rules])


@require_POST
@page(READ_SETTLEMENTS)
def one_mark(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The people who are ticked in the grid, or everybody whom its filter shows."""
    settlement = settlement_of(request, pk)
    rows = chosen_lines(request, settlement)
    names = regions.names({row.region_code for row in rows})

    def name_of(row: SubsidyLine) -> str:
        return f"{row.person.name} · {names.get(row.region_code, row.region_code)}"

    def do(rows: list[SubsidyLine], answers: dict[str, Any], actor: User) -> list[Outcome]:
        before = standing(settlement, rows, answers["mark"])
        given = [
            GivenMark(row.appointment, answers["mark"], answers["points"], answers["reason"], number)
            for number, row in enumerate(rows, start=1)
        ]
        give_and_compute(settlement, given, actor)
        after = standing(settlement, rows, answers["mark"])
        return [Outcome(name_of(row), before[row.appointment_id], after[row.appointment_id]) for row in rows]

    bulk = Bulk(
        title=_now("One mark for the chosen people"), button=_now("Give this mark"),
        done=done(settlement, actor_of(request)), do=do, name=name_of,
        headings=(_now("Name"), _now("Now: points, grade, yuan"), _now("Afterwards: points, grade, yuan")),
        back_to=f"{reverse('console:month', args=[pk])}{request.POST.get('query', '')}",
        form=bound(request, OneMarkForm, rules=rules_of(settlement)), list_id=f"month-{pk}",
    )  # fmt: skip
    return bulk_page(request, bulk, rows)


def chosen_lines(request: HttpRequest, settlement: Settlement) -> list[SubsidyLine]:
    """The chosen lines. They are named by their appointments, which stay when the month is computed again."""
    if request.POST.get("everything") == "1":
        lines, _known = filtered(request.POST, settlement, queries.by_village(settlement))
    else:
        ticked = [int(number) for number in request.POST.getlist("selected") if number.isascii() and number.isdigit()]
        lines = own_lines(settlement).filter(appointment__in=ticked)
    return list(lines.select_related("person", "appointment__person"))


def standing(settlement: Settlement, rows: list[SubsidyLine], mark: str) -> dict[int, str]:
    """Appointment → points, grade and amount as they stand now."""
    appointments = [row.appointment_id for row in rows]
    marks = latest_marks(appointments, settlement.month)
    lines = own_lines(settlement).filter(appointment__in=appointments)
    return {
        line.appointment_id: "　".join((
            shown(marks[line.appointment_id, mark].value if (line.appointment_id, mark) in marks else None),
            line.grade or "—",
            "—" if line.amount_fen is None else money.show(line.amount_fen),
        ))
        for line in lines
    }  # fmt: skip


def shown(points: Decimal | None) -> str:
    """Points without idle zeros; a dash where none were given."""
    return "—" if points is None else f"{points.normalize():f}"
