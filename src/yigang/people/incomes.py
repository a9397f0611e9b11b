"""Verbs of household income: figures of a year, the county's warning line, the plan to leave poverty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.money import Fen
from yigang.people.access import KEEP_INCOMES, SET_WARNING_LINE
from yigang.people.models import Household, IncomeYear, ReliefPlan, WarningLine
from yigang.people.models.incomes import KINDS

SHOWN = (*KINDS, "source")
MOST_FEN = 10**10
"""A hundred million yuan; more is a slip of the pen."""


@dataclass(frozen=True)
class Figures:
    """What a household had in a year, in fen. None is not known; zero is known to be nothing."""

    wage_fen: Fen | None = None
    business_fen: Fen | None = None
    property_fen: Fen | None = None
    transfer_fen: Fen | None = None
    cost_fen: Fen | None = None
    source: str = ""


Before = Mapping[tuple[int, int], Figures]
"""Household and year → what stood there; absent: nothing did."""


def on_file(wanted: Sequence[tuple[int, int]]) -> Before:
    """What stands for these households and years. One query."""
    rows = IncomeYear.objects.filter(
        household__in={home for home, _year in wanted}, year__in={year for _home, year in wanted}
    )
    asked = set(wanted)
    return {
        (row.household_id, row.year): figures_of(row) for row in rows if (row.household_id, row.year) in asked
    }  # fmt: skip


def figures_of(row: IncomeYear) -> Figures:
    return Figures(*(getattr(row, field) for field in SHOWN))


def fault_of(year: int, figures: Figures) -> Refusal | None:
    """What stands against figures of a year."""
    if not 2000 <= year <= timezone.localdate().year:
        return Refusal(_("%(year)d is no year whose income is known."), {"year": year}, code="year", field="year")
    wrong = next((kind for kind in KINDS if not 0 <= (getattr(figures, kind) or 0) <= MOST_FEN), None)
    if wrong:
        return Refusal(_("The figure is not plausible."), code="figure", field=wrong.removesuffix("_fen"))
    return None


@transaction.atomic
def set_incomes(given: Sequence[tuple[Household, int, Figures]], *, actor: User) -> Before:
    """Write figures of households and years anew, all or none; what was there before them. Equal ones stay untouched."""
    before = on_file([(home.pk, year) for home, year, _figures in given])
    for home, year, figures in given:
        require(actor, KEEP_INCOMES, home.region_code)
        fault = fault_of(year, figures)
        if fault:
            raise fault
        was = before.get((home.pk, year))
        if was == figures or (was is None and figures == Figures()):
            continue
        row, _made = IncomeYear.objects.update_or_create(
            household=home, year=year,
            defaults={"region_code": home.region_code, "recorded_by": actor, **asdict(figures)},
        )  # fmt: skip
        told = None if was is None else asdict(was)
        audit.record("people.set_income", row, actor=actor, before=told, after={"year": year, **asdict(figures)})
    return before


@transaction.atomic
def take_back_incomes(
    written: Sequence[tuple[Household, int, Figures]], before: Before, *, reason: str, actor: User
) -> None:  # fmt: skip
    """Put back what stood before a table was imported; refused when a figure was changed since."""
    now = on_file([(home.pk, year) for home, year, _figures in written])
    for home, year, figures in written:
        require(actor, KEEP_INCOMES, home.region_code)
        if now.get((home.pk, year)) != figures:
            raise Refusal(
                _("The income of household %(number)s was changed since then."), {"number": home.number}, code="changed",
                remedy=_("Correct the single figures on the household's page."),
            )  # fmt: skip
        was = before.get((home.pk, year))
        row = IncomeYear.objects.get(household=home, year=year)
        after = {"year": year, "reason": reason, **({} if was is None else asdict(was))}
        audit.record("people.take_back_income", row, actor=actor, before=asdict(figures), after=after)
        if was is None:
            row.delete()
        else:
            IncomeYear.objects.filter(pk=row.pk).update(**asdict(was))


@transaction.atomic
def set_warning_line(region_code: str, year: int, per_head_fen: Fen, *, source: str, actor: User) -> WarningLine:
    """The county's line of a year, with the document that says so."""
    require(actor, SET_WARNING_LINE, region_code)
    if regioncode.level_of(region_code) != RegionLevel.COUNTY:
        raise Refusal(_("The line is set for a whole county."), code="county", field="year")
    if per_head_fen <= 0 or not source.strip():
        raise Refusal(_("Say how much per head, and which document says so."), code="line", field="source")
    known = WarningLine.objects.filter(region_code=region_code, year=year).first()
    before = audit.snapshot(known, ("per_head_fen", "source")) if known else None
    line, _made = WarningLine.objects.update_or_create(
        region_code=region_code, year=year,
        defaults={"per_head_fen": per_head_fen, "source": source.strip(), "set_by": actor},
    )  # fmt: skip
    after = {"year": year, **audit.snapshot(line, ("per_head_fen", "source"))}
    audit.record("people.set_warning_line", line, actor=actor, before=before, after=after)
    return line


@transaction.atomic
def make_plan(household: Household, *, measures: str, owner: str, due_on: date, actor: User) -> ReliefPlan:
    """What is done for a household, by whom, until when."""
    require(actor, KEEP_INCOMES, household.region_code)
    if not measures.strip() or not owner.strip():
        raise Refusal(_("Say what is done and who answers for it."), code="plan", field="measures")
    if due_on < timezone.localdate():
        raise Refusal(_("The plan's last day has passed already."), code="past", field="due_on")
    if ReliefPlan.objects.filter(household=household, done_on=None).exists():
        raise Refusal(_("There is an open plan for this household; finish it first."), code="open_plan")
    plan = ReliefPlan.objects.create(
        region_code=household.region_code, household=household, measures=measures.strip(), owner=owner.strip(),
        due_on=due_on, made_by=actor,
    )  # fmt: skip
    audit.record(
        "people.make_relief_plan", plan, actor=actor, after=audit.snapshot(plan, ("measures", "owner", "due_on"))
    )
    return plan


@transaction.atomic
def finish_plan(plan: ReliefPlan, *, on: date, result: str, actor: User) -> ReliefPlan:
    """The plan is carried out, or given up; either way it says what came of it."""
    require(actor, KEEP_INCOMES, plan.region_code)
    plan = ReliefPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.done_on or not result.strip():
        raise Refusal(_("An open plan is finished once, with what came of it."), code="result", field="result")
    if on > timezone.localdate():
        raise Refusal(_("%(day)s is still to come."), {"day": on}, code="future", field="on")
    plan.done_on, plan.result = on, result.strip()[:200]
    plan.save(update_fields=["done_on", "result"])
    audit.record("people.finish_relief_plan", plan, actor=actor, after=audit.snapshot(plan, ("done_on", "result")))
    return plan
