"""Results of the year: as a closing of the year left them, or as an office decided them by a document of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.access import RECORD_YEAR
from yigang.appraisal.enums import Period
from yigang.appraisal.models import Appraisal, YearResult
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.policy.exact import Value
from yigang.policy.rhythms import rhythm_of
from yigang.posts.models import Programme
from yigang.posts.rules import section
from yigang.tenure import known
from yigang.tenure.models import Appointment

GRADE, SCORE = "年度等次", "年度得分"
FAILED_YEARS, FAILED_MONTHS = "连续不合格年数", "不合格月数"
"""The policy's words that these results, and the sealed months, answer."""
MONTH, MOST = Period.MONTH, Decimal(10_000)


@dataclass(frozen=True)
class YearGiven:
    """The result of one person's year, the day it was decided and the document that says so."""

    appointment: Appointment
    year: int
    grade: str
    document: str
    decided_on: date
    score: Decimal | None = None

    @property
    def key(self) -> tuple[int, int]:
        return self.appointment.person_id, self.year


def grades_of(programme: Programme, year: int) -> list[str]:
    """The grades that the policy of a year knows; empty when it judges no years."""
    return [str(each["grade"]) for each in section(programme, date(year, 12, 31), "year").get("grades", ())]


@transaction.atomic
def record_year_results(programme: Programme, given: Sequence[YearGiven], *, actor: User) -> list[YearResult]:
    """Record results, all or none; each counts from now on instead of an earlier one of the same person and year."""
    for region in {one.appointment.region_code for one in given}:
        require(actor, RECORD_YEAR, region)
    for one in given:
        refuse_result(programme, one)
    made = YearResult.objects.bulk_create(
        YearResult(
            region_code=one.appointment.region_code, person_id=one.appointment.person_id, programme=programme,
            year=one.year, grade=one.grade, score=one.score, document=one.document.strip(), decided_on=one.decided_on,
            given_by=actor,
        )
        for one in given
    )  # fmt: skip
    for result in made[:1]:
        after = {
            "count": len(made),
            "document": result.document,
            "on": result.decided_on,
            "results": [r.pk for r in made],
        }
        audit.record("appraisal.record_year_results", result, actor=actor, after=after)
    return made


def refuse_result(programme: Programme, one: YearGiven) -> None:
    """Refuse a grade that the policy does not know, a year or a day that cannot be, a result without its document."""
    grades = grades_of(programme, one.year)
    if one.grade not in grades:
        raise Refusal(
            _("The policy of %(year)s knows no yearly grade “%(grade)s”; it knows: %(grades)s."),
            {"year": one.year, "grade": one.grade, "grades": "、".join(grades) or "—"}, code="unknown_grade", field="grade",
        )  # fmt: skip
    if not programme.starts.year <= one.year <= one.decided_on.year:
        raise Refusal(
            _("A result of %(year)s cannot have been decided on %(day)s in this programme."),
            {"year": one.year, "day": one.decided_on}, code="year", field="year",
        )  # fmt: skip
    if one.decided_on > timezone.localdate():
        raise Refusal(_("The day of the decision lies in the future."), code="dates", field="decided_on")
    if not one.document.strip() or len(one.document.strip()) > 120:
        raise Refusal(
            _("Name the document of the result, with at most 120 signs."), code="document", field="document"
        )  # fmt: skip
    if one.score is not None and not (0 <= one.score <= MOST and one.score == round(one.score, 2)):
        raise Refusal(
            _("“%(points)s” is no score of a year."), {"points": one.score}, code="score", field="score",
            remedy=_("Write a number with at most two decimals."),
        )  # fmt: skip


@transaction.atomic
def take_back_year_results(results: Sequence[YearResult], reason: str, *, actor: User) -> None:
    """These results no longer count; what was recorded before them counts again."""
    if not reason.strip():
        raise Refusal(_("Say why the result is taken back."), code="reason_missing", field="reason")
    rows = list(hold(YearResult.objects.filter(pk__in=[one.pk for one in results])))
    for row in rows:
        require(actor, RECORD_YEAR, row.region_code)
        if row.withdrawn_at is not None:
            raise Refusal(
                _("This result was taken back on %(day)s."), {"day": timezone.localdate(row.withdrawn_at)},
                code="withdrawn",
            )  # fmt: skip
        row.withdrawn_by, row.withdrawn_at, row.withdrawn_why = actor, timezone.now(), reason.strip()[:200]
    YearResult.objects.bulk_update(rows, ["withdrawn_by", "withdrawn_at", "withdrawn_why"], batch_size=500)
    for row in rows[:1]:
        after = {"results": [one.pk for one in rows], "reason": reason.strip()}
        audit.record("appraisal.take_back_year_results", row, actor=actor, after=after)


def counting(people: Sequence[int], programme_id: int | None = None) -> QuerySet[YearResult]:
    """The results that count: of each person, programme and year the one recorded last."""
    rows = YearResult.objects.select_related("programme").filter(person__in=people, withdrawn_at=None)
    rows = rows if programme_id is None else rows.filter(programme=programme_id)
    return rows.order_by("person_id", "programme_id", "-year", "-pk").distinct("person_id", "programme_id", "year")


def of_appointments(held: Sequence[Appointment], day: date) -> dict[int, Mapping[str, Value]]:
    """What is on record of the year that a day ends or falls into, else of the year before; older results say nothing of it.

    Also how many years up to that one failed in a row, and how many sealed months of the appointment failed. The failed
    grade is the last one that the policy of the year names. What nobody recorded or sealed is absent.
    """
    kept: dict[tuple[int, int], dict[int, YearResult]] = defaultdict(dict)
    for row in counting([one.person_id for one in held]).filter(year__lte=day.year):
        kept[row.person_id, row.programme_id][row.year] = row
    months = _failed_months(held, day)
    failing = _FailingGrades()
    found: dict[int, Mapping[str, Value]] = {}
    for one in held:
        results = kept.get((one.person_id, one.programme_id), {})
        newest = results.get(day.year) or results.get(day.year - 1)
        facts: dict[str, Value] = {} if newest is None else _facts(newest)
        if newest is not None:
            facts[FAILED_YEARS] = Fraction(_failed_in_a_row(results, newest.year, failing))
        if one.pk in months:
            facts[FAILED_MONTHS] = Fraction(months[one.pk])
        found[one.pk] = facts
    return {key: facts for key, facts in found.items() if facts}


def _failed_months(held: Sequence[Appointment], day: date) -> dict[int, int]:
    """Appointment → its sealed months up to a day that failed; absent where no month is sealed."""
    rows = Appraisal.objects.filter(appointment__in=[one.pk for one in held], period=MONTH, first__lte=day).order_by()
    counted = rows.values("appointment").annotate(failed=Count("pk", filter=Q(passed=False)))
    return dict(counted.values_list("appointment", "failed"))


class _FailingGrades(dict[tuple[int, int], str]):
    """(programme, year) → the grade that fails, the worst of the policy's order; read from the policy once each."""

    def of(self, row: YearResult) -> str:
        key = (row.programme_id, row.year)
        if key not in self:
            year = rhythm_of(section_text(row.programme, row.year), "year")
            self[key] = year.failed if year else ""
        return self[key]


def section_text(programme: Programme, year: int) -> Mapping[str, Any]:
    """The text whose year judges a year, as far as there is one."""
    return {"year": section(programme, date(year, 12, 31), "year")}


def failed_runs(programme: Programme, people: Sequence[int], year: int) -> dict[int, int]:
    """Person → years that failed in a row up to and with a year; absent where that year did not fail or has no result."""
    kept: dict[int, dict[int, YearResult]] = defaultdict(dict)
    for row in counting(people, programme.pk).filter(year__lte=year):
        kept[row.person_id][row.year] = row
    failing = _FailingGrades()
    runs = {person: _failed_in_a_row(results, year, failing) for person, results in kept.items()}
    return {person: run for person, run in runs.items() if run}


def _failed_in_a_row(results: Mapping[int, YearResult], year: int, failing: _FailingGrades) -> int:
    """Years that failed up to and with a year; a year without a result ends the run."""
    run = 0
    while (row := results.get(year - run)) is not None and row.grade == failing.of(row):
        run += 1
    return run


def _facts(row: YearResult) -> dict[str, Value]:
    facts: dict[str, Value] = {GRADE: row.grade}
    return facts if row.score is None else facts | {SCORE: Fraction(row.score)}


def where_to_enter(missing: Sequence[str]) -> str:
    """For a proposal that lacks them: who records results of the year, and where."""
    if not {GRADE, SCORE, FAILED_YEARS}.intersection(missing):
        return ""
    return _now("The county or the town records it under “Results of the year”, by hand or by a table.")


def install() -> None:
    """Let tenure ask for the result of the year when it proposes renewals."""
    known.ask_also(of_appointments)
