"""A month of one's own: the pay first, then why, then every day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from yigang.appraisal.models import PeriodResult
from yigang.appraisal.period_words import sentences_of
from yigang.duty.capabilities import on_the_phone
from yigang.duty.domain.devices import Held, Signed
from yigang.duty.flag_words import name_of, sentence
from yigang.duty.models import Flag
from yigang.duty.own import questions
from yigang.field import own
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, language, read, see_towns_of
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.payment.enums import EntryState, LineKind, LineState, Step
from yigang.payment.models import Payment, SubsidyLine
from yigang.payment.settlement.queries import plain_sentences_of
from yigang.policy.period import Period

router = Router(tags=["reading"])


class CheckTold(Schema):
    """A check-in, in local time."""

    at: str
    kind: str


class DayTold(Schema):
    """A day with what is on file of it."""

    day: date
    mark: str
    letter: str
    log: bool
    checks: list[CheckTold]


class Counts(Schema):
    """The days of the month by what they count as."""

    present: int
    nights: int
    leave: int
    absent: int
    logs: int


class Result(Schema):
    """A result of the month, or what was put right of it later."""

    programme: str
    correction: bool
    step: str
    step_name: str
    final: bool
    undetermined: bool
    grade: str
    points: str | None
    amount_fen: int | None
    sentences: list[str]
    """The money or the grade first, then why."""
    paid: str
    """`none`, `pending`, `paid`, `refused` or `cancelled`."""
    paid_text: str


class ExplanationTold(Schema):
    """What the person said to a question; `record` is the number the phone gave it."""

    record: str
    text: str
    at: datetime


class Question(Schema):
    """What is asked about the person's evidence. It touches neither result nor pay by itself."""

    id: int
    day: date
    name: str
    sentence: str
    state: str
    state_name: str
    explanations: list[ExplanationTold]


class PeriodTold(Schema):
    """A closed quarter or year that the month belongs to, with why it came out so."""

    name: str
    grade: str
    points: str | None
    undetermined: bool
    sentences: list[str]


class PointTold(Schema):
    """One entry of the ledger. `points` are what it does to the sum, with their sign."""

    id: int
    label: str
    points: str
    reason: str
    day: date
    given_by: str
    """The office that gave it."""
    takes_back: bool
    taken_back: bool


class PointsTold(Schema):
    """The own points of the month, and on what basis they are kept. Never anybody else's, and no place among others."""

    basis: str
    total: str
    entries: list[PointTold]


class MonthTold(Answer):
    """Calendar, points where the policy uses them, result and pay with the reasons, and what is asked about the evidence."""

    month: str
    days: list[DayTold]
    counts: Counts
    required_days: int | None
    results: list[Result]
    periods: list[PeriodTold]
    points: PointsTold | None
    questions: list[Question]
    note: str


@router.get("month/{month}", response={200: MonthTold, 401: Trouble, 422: Trouble, 429: Trouble}, auth=Token())
def month(request: HttpRequest, month: str) -> HttpResponse:
    """A month such as `2020-07`."""
    period = period_of(month)
    return read(request, lambda signed: _month(signed, period))


def period_of(text: str) -> Period:
    """A month that has begun; `Refusal` for what is none."""
    try:
        period = Period.parse(text)
    except ValueError:
        period = None
    if period is None or period.first > timezone.localdate() or period.year < 2000:
        raise Refusal(_("“%(text)s” is no month that has begun."), {"text": text[:20]}, code="month", field="month")
    return period


def _month(signed: Signed, period: Period) -> MonthTold:
    found = own.month_of(signed, period)
    held = next((post for post in signed.posts if post.starts <= period.last), None)
    see_towns_of(signed.prefixes)
    lines = own.lines_of(signed.person_id, period.first)
    payments = own.payments_of(lines) if lines else {}
    days = [
        DayTold(
            day=day, mark=mark, letter=own.letter(mark), log=log,
            checks=[CheckTold(at=f"{each.at:%H:%M}", kind=each.kind) for each in found.checks.get(day, ())],
        )
        for day, mark, log in found.days
    ]  # fmt: skip
    return MonthTold(
        month=f"{period.first:%Y-%m}", days=days, counts=Counts(**found.counts),
        required_days=own.required_days(held.policy, period.first) if held else None,
        results=[_result(line, payments.get(line.pk)) for line in lines],
        periods=[_period_told(row) for row in own.periods_of(signed.person_id, period)],
        points=_points(signed, held, period),
        questions=[_question(flag) for flag in questions(signed.person_id, period.first, period.last)],
        note="" if lines else _("This month is not worked out yet. You see the pay here when the list hangs in the village."),
    )  # fmt: skip


def _period_told(row: PeriodResult) -> PeriodTold:
    return PeriodTold(
        name=str(row.closing), grade=row.grade, points=None if row.score is None else f"{row.score}",
        undetermined=not row.grade, sentences=sentences_of(row),
    )  # fmt: skip


def _points(signed: Signed, held: Held | None, period: Period) -> PointsTold | None:
    """None where the policy of the month names no basis for points."""
    on = on_the_phone(held.policy, period.first).get("points") if held else None
    if on is None:
        return None
    entries = own.points_of(signed.person_id, period.first)
    told = [
        PointTold(
            id=one.pk, label=one.label, points=f"{one.points:+}", reason=one.reason, day=one.day,
            given_by=str(Role(one.given_by.role).label), takes_back=one.reverses_id is not None,
            taken_back=hasattr(one, "reversed_by"),
        )
        for one in entries
    ]  # fmt: skip
    return PointsTold(basis=on.basis, total=f"{sum((one.points for one in entries), Decimal(0)):+}", entries=told)


def _question(flag: Flag) -> Question:
    said = [ExplanationTold(record=str(each.record), text=each.text, at=each.at) for each in flag.explanations.all()]
    return Question(
        id=flag.pk, day=flag.day, name=name_of(flag.kind), sentence=sentence(flag), state=flag.state,
        state_name=flag.get_state_display(), explanations=said,
    )  # fmt: skip


def _result(line: SubsidyLine, payment: Payment | None) -> Result:
    step = Step(line.settlement.step)
    return Result(
        programme=line.settlement.programme.name, correction=line.kind == LineKind.ADJUSTMENT, step=step.value,
        step_name=str(step.label), final=step == Step.SEALED, undetermined=line.state == LineState.UNDETERMINED,
        grade=line.grade, points=None if line.score is None else f"{line.score}", amount_fen=line.amount_fen,
        sentences=plain_sentences_of(line, language()), paid=payment.entry.state if payment else "none",
        paid_text=_paid(payment),
    )  # fmt: skip


def _paid(payment: Payment | None) -> str:
    if payment is None:
        return _("Not yet given to the bank.")
    entry = payment.entry
    if entry.state == EntryState.REFUSED:
        return _("The bank sent it back: %(why)s. Have your village clerk look at your account.") % {
            "why": entry.bank_reason
        }
    return str(EntryState(entry.state).label)
