"""Verbs of judging: marks given by people, and the results that sealing leaves behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.appraisal import queries
from yigang.appraisal.access import capability_for
from yigang.appraisal.enums import Period
from yigang.appraisal.models import Appraisal, Mark, MarkWithdrawal
from yigang.foundation import access, audit, monthlocks
from yigang.foundation.errors import Problem, Refusal, Text
from yigang.foundation.facts import write
from yigang.foundation.models import User
from yigang.policy.model import Mark as MarkRule
from yigang.policy.rhythms import Rhythm, party_word
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment


@dataclass(frozen=True, slots=True)
class GivenMark:
    """One mark to give. `row` is where it stood in what the user handed in, from 1."""

    appointment: Appointment
    name: str
    value: Decimal
    reason: str
    row: int | None = None

    @property
    def key(self) -> tuple[int, str]:
        """One mark of a name counts for an appointment in a month."""
        return self.appointment.pk, self.name


class MarksRefused(Refusal):
    """Some of many marks cannot be given; none was. `problems` names each with its row."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        template = _lazy("%(count)d marks cannot be given, so none was. The first: %(first)s")
        super().__init__(template, {"count": len(problems), "first": problems[0].message}, code="marks_refused")
        self.problems = tuple(problems)


def give_mark(
    appointment: Appointment, month: date, name: str, value: Decimal, reason: str, *, actor: User
) -> Mark:  # fmt: skip
    """Judge one person's month. A later mark of the same name replaces this one in the facts; both are kept."""
    given = GivenMark(appointment, name, value, reason)
    try:
        return give_marks(appointment.programme, month, [given], actor=actor)[0]
    except MarksRefused as refused:
        problem = refused.problems[0]
        raise Refusal(problem.message, code=problem.code, field=problem.field) from None


@transaction.atomic
def record_mark(
    appointment: Appointment, rhythm: str, first: date, party: str, value: Decimal, reason: str, *, actor: User
) -> Mark:  # fmt: skip
    """A party's mark (`village`, `town`, `democratic` …) for the day, month, quarter or year that begins on a day.

    For who knows the party and not what the policy calls its mark. Refused where the policy asks this party for none.
    """
    rules = queries.mark_rules(appointment.programme, first, rhythm)
    named = [rule.name for rule in rules.values() if party_word(rule.mark) == party_word(party)]
    if len(named) != 1:
        raise Refusal(
            _("The policy asks “%(party)s” for no mark of this period."), {"party": party}, code="unknown_mark"
        )  # fmt: skip
    given = GivenMark(appointment, named[0], value, reason)
    return give_marks(appointment.programme, first, [given], actor=actor, rhythm=rhythm)[0]


@transaction.atomic
def give_marks(
    programme: Programme, month: date, given: Iterable[GivenMark], *, actor: User, rhythm: str = Period.MONTH
) -> list[Mark]:
    """Judge many at once, all or none; `month` is the first day of the period. Raises `MarksRefused` with a problem per row
    that cannot be given, and refuses all when the period is closed."""
    given = list(given)
    rules = queries.mark_rules(programme, month, rhythm)
    regions = {one.appointment.region_code for one in given}
    for what, region in {(_mark_code(rules, one), one.appointment.region_code) for one in given}:
        access.require(actor, capability_for(what), region)
    problems = problems_of(programme, month, given, rhythm)
    if problems:
        raise MarksRefused(problems)
    last = last_of(rhythm, month)
    monthlocks.write_evidence(regions, month, last)
    _refuse_closed(programme, rhythm, month, regions)
    marks = Mark.objects.bulk_create(
        Mark(
            region_code=one.appointment.region_code, appointment=one.appointment, month=month, name=one.name,
            value=one.value, reason=one.reason.strip(), given_by=actor, rhythm=rhythm, most=_most(rules[one.name]),
        )
        for one in given
    )  # fmt: skip
    _note(programme, month, marks, actor)
    return marks


def _refuse_closed(programme: Programme, rhythm: str, first: date, regions: Iterable[str]) -> None:
    for closing in filter(None, [queries.closed_over(programme, rhythm, first, regions)]):
        raise Refusal(
            _("%(period)s was closed on %(day)s; no mark of it can be given any more."),
            {"period": closing, "day": timezone.localdate(closing.closed_at)}, code="closed",
            remedy=_("Have the period reopened with a reason, or let the next one take it."),
        )  # fmt: skip


def last_of(rhythm: str, first: date) -> date:
    """Last day of the period of a rhythm that begins on a day."""
    return Rhythm(rhythm, "", None).last_of(first)


def put_right(mark: Mark, given: GivenMark, *, actor: User) -> Mark:
    """A mark instead of one that an appeal found wrong. Whoever decides the appeal may, whatever the mark asks for."""
    programme, rhythm = mark.appointment.programme, mark.rhythm
    for problem in problems_of(programme, mark.month, [given], rhythm):
        raise Refusal(problem.message, code=problem.code, field="points")
    monthlocks.write_evidence([mark.region_code], mark.month, last_of(rhythm, mark.month))
    _refuse_closed(programme, rhythm, mark.month, [mark.region_code])
    added = Mark.objects.create(
        region_code=mark.region_code, appointment=mark.appointment, month=mark.month, name=mark.name, value=given.value,
        reason=given.reason.strip()[:200], given_by=actor, rhythm=rhythm, most=mark.most,
    )  # fmt: skip
    _note(programme, mark.month, [added], actor)
    return added


def problems_of(
    programme: Programme, month: date, given: Iterable[GivenMark], rhythm: str = Period.MONTH
) -> list[Problem]:  # fmt: skip
    """Why some of these marks cannot be given, one problem each, with the row."""
    rules = queries.mark_rules(programme, month, rhythm)
    last = last_of(rhythm, month)
    return [problem for one in given if (problem := _problem(programme, (month, last), rules, one))]


@transaction.atomic
def withdraw_marks(marks: Sequence[Mark], *, reason: str, actor: User) -> None:
    """These marks no longer count; what was given before them counts again. Refused once a sealed result rests on one."""
    if not reason.strip():
        raise Refusal(_("Say why the marks are withdrawn."), code="reason_missing", field="reason")
    for mark in marks:
        _require_withdrawal(mark, actor)
    monthlocks.write_evidence(
        (mark.region_code for mark in marks), min(mark.month for mark in marks),
        max(last_of(mark.rhythm, mark.month) for mark in marks),
    )  # fmt: skip
    for programme, rhythm, first in {(mark.appointment.programme, mark.rhythm, mark.month) for mark in marks}:
        _refuse_closed(programme, rhythm, first, [mark.region_code for mark in marks])
    sealed = Appraisal.objects.filter(
        period=Period.MONTH,
        first__in={mark.month for mark in marks if mark.rhythm == Period.MONTH},
        appointment__in=[mark.appointment_id for mark in marks],
    )
    for result in sealed.select_related("appointment__person")[:1]:
        raise Refusal(
            _("%(month)s of %(name)s is sealed; its marks stay."),
            {"month": f"{result.first:%Y-%m}", "name": result.appointment.person.name}, code="sealed",
            remedy=_("Correct the sealed month by an adjustment."),
        )  # fmt: skip
    MarkWithdrawal.objects.bulk_create(
        MarkWithdrawal(region_code=mark.region_code, mark=mark, reason=reason.strip()[:200], withdrawn_by=actor)
        for mark in marks
    )
    for mark in marks[:1]:
        after = {"marks": [one.pk for one in marks], "month": mark.month, "reason": reason.strip()}
        audit.record("appraisal.withdraw_marks", mark, actor=actor, after=after)


def _require_withdrawal(mark: Mark, actor: User) -> None:
    rules = queries.mark_rules(mark.appointment.programme, mark.month, mark.rhythm)
    code = rules[mark.name].mark if mark.name in rules else ""
    access.require(actor, capability_for(code), mark.region_code)
    if MarkWithdrawal.objects.filter(mark=mark).exists():
        raise Refusal(_("The mark was withdrawn before."), code="withdrawn")


def _mark_code(rules: dict[str, MarkRule], one: GivenMark) -> str:
    return rules[one.name].mark if one.name in rules else ""


def _problem(
    programme: Programme, span: tuple[date, date], rules: dict[str, MarkRule], one: GivenMark
) -> Problem | None:
    """Why a mark cannot be given, in the order in which a person would see it."""
    rule = rules.get(one.name)
    if rule is None:
        asked = _(", ").join(rules) or _("none")
        return _wrong(one, "unknown_mark", "name", _lazy("The policy asks for no mark “%(name)s”; it asks for: %(asked)s."),
                      name=one.name, asked=asked)  # fmt: skip
    if one.appointment.programme_id != programme.pk or not _serves(one.appointment, span):
        return _wrong(one, "not_in_post", "appointment", _lazy("%(person)s holds no post of this programme in this period."),
                      person=one.appointment.person)  # fmt: skip
    most = _most(rule)
    if not 0 <= one.value <= most or one.value != round(one.value, 2):
        return _wrong(one, "out_of_range", "value",
                      _lazy("“%(name)s” lies between 0 and %(most)s with at most two decimals, not at %(value)s."),
                      name=one.name, most=f"{most.normalize():f}", value=one.value)  # fmt: skip
    if not one.reason.strip():
        return _wrong(one, "no_reason", "reason", _lazy("A mark needs its reason."))
    return None


def _wrong(one: GivenMark, code: str, field: str, template: Text, **params: object) -> Problem:
    return Problem(code, template, params, row=one.row, field=field)


def _most(rule: MarkRule) -> Decimal:
    return Decimal(rule.most.numerator) / rule.most.denominator


def _serves(appointment: Appointment, span: tuple[date, date]) -> bool:
    return appointment.starts <= span[1] and (appointment.ends is None or appointment.ends >= span[0])


def _note(programme: Programme, month: date, marks: list[Mark], actor: User) -> None:
    """One audit entry per mark; a batch is one entry that lists them."""
    if len(marks) == 1:
        mark = marks[0]
        after = {"appointment": mark.appointment_id, "month": month, "name": mark.name, "value": mark.value,
                 "reason": mark.reason}  # fmt: skip
        audit.record("appraisal.give_mark", mark, actor=actor, after=after)
    elif marks:
        after = {"month": month, "marks": [[m.appointment_id, m.name, str(m.value), m.reason] for m in marks]}
        region = min(mark.region_code for mark in marks)
        audit.record("appraisal.give_marks", programme, actor=actor, region_code=region, after=after)


def record_month(results: pl.DataFrame, *, first: date, policy_digest: str) -> int:
    """Keep the results of a sealed month; returns how many. Called inside the transaction that seals.

    `results` has region_code, appointment_id, grade, score (nullable), passed: one row per judged appointment.
    """
    return write(
        "appraisal_appraisal",
        results.select(
            "region_code", "appointment_id",
            pl.lit(Period.MONTH.value).alias("period"), pl.lit(first).alias("first"),
            "grade", "score", "passed", pl.lit(policy_digest).alias("policy_digest"),
        ),
    )  # fmt: skip
