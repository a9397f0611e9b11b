"""Bonuses of a closed year: a sum that the policy names for a result, paid with the next open month, once for a year and person.

A year that is closed anew settles by itself what an earlier closing had paid: the difference, more or less, follows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import closings
from yigang.appraisal.enums import Period
from yigang.appraisal.models import Closing, PeriodResult
from yigang.foundation import access, audit, money, regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment.access import ADJUST
from yigang.payment.enums import LineKind, LineState, Step
from yigang.payment.models import SubsidyLine
from yigang.payment.settlement.adjusting import REASON_LENGTH, corrections, open_month
from yigang.payment.settlement.calculate import refresh_totals

BONUS = "bonus:"
YEAR = "bonus_year"
"""Key of a line's trace: the year that its bonus is for."""


@dataclass(frozen=True)
class Bonus:
    """What still has to be paid, or taken back, for a person's year, beside a sealed line. All sums in fen.

    `fen` is the difference; `short` what should be taken back besides, and is not on the line.
    """

    result: PeriodResult | None
    line: SubsidyLine
    owed: int
    paid: int
    fen: int
    short: int = 0

    def reason(self, closing: Closing) -> str:
        """The sentence that stands on the adjustment."""
        year = closing.first.year
        if self.paid == 0 and self.result is not None:
            said = _now("Bonus of %(year)s, %(grade)s: %(sum)s. %(why)s") % {
                "year": year, "grade": self.result.grade, "sum": money.plain(self.fen), "why": "；".join(self.result.because),
            }  # fmt: skip
        else:
            said = _now("Bonus of %(year)s by closing no. %(number)d: %(owed)s owed, %(paid)s paid before.") % {
                "year": year, "number": closing.version, "owed": money.plain(self.owed), "paid": money.plain(self.paid),
            }  # fmt: skip
        if self.short:
            said = "".join(
                [said, _now(" %(short)s more could not be taken back.") % {"short": money.plain(self.short)}]
            )
        return said[:REASON_LENGTH]


@dataclass(frozen=True)
class Owed:
    """What a closed year still owes: sums to put into the next month; whoever has no sealed month to put one beside; and of whom
    more should be taken back than was paid for the month."""

    bonuses: list[Bonus]
    stranded: list[PeriodResult]
    short: list[Bonus]


@dataclass
class _Paid:
    """What closings of the year have paid a person so far, and the line that the last payment stands beside."""

    fen: int
    line: SubsidyLine


def difference(owed: int, paid: int, on_line: int) -> tuple[int, int]:
    """What is still to be paid (negative: taken back), and what cannot be taken back because only `on_line` was paid. Fen."""
    if owed >= paid:
        return owed - paid, 0
    back = min(paid - owed, max(on_line, 0))
    return -back, paid - owed - back


def due(closing: Closing) -> Owed:
    """What a closed year owes whom, less what was paid for it. Six questions, whatever the number of people.

    Of several posts in a year the one held last speaks. Whoever is undetermined keeps what he has.
    """
    if closing.rhythm != Period.YEAR or closing.reopened_at is not None:
        return Owed([], [], [])
    owed, open_people = _owed(closing)
    paid = {person: one for person, one in _paid(closing).items() if person not in open_people}
    last = _last_lines(closing, [row.appointment_id for row, fen in owed.values() if fen])
    on_line = corrections([one.line for one in paid.values()])
    found, stranded = [], []
    for person in sorted(owed.keys() | paid.keys()):
        row, fen = owed.get(person, (None, 0))
        had = paid.get(person)
        if had is None and row is not None and fen and row.appointment_id not in last:
            stranded.append(row)
            continue
        line = had.line if had else last.get(row.appointment_id) if row else None
        if line is None:
            continue
        sum_on_line = (line.amount_fen or 0) + on_line.get(line.pk, 0)
        more, short = difference(fen, had.fen if had else 0, sum_on_line)
        found.append(Bonus(row, line, fen, had.fen if had else 0, more, short))
    return Owed([one for one in found if one.fen], stranded, [one for one in found if one.short])


def _owed(closing: Closing) -> tuple[dict[int, tuple[PeriodResult, int]], set[int]]:
    """Person → the result that speaks and the sum it brings; and the people of whom nothing is determined."""
    speaking = closings.last_held(closing.programme_id, closing.first, closing.last)
    rows = closing.results.select_related("closing", "person").order_by("region_code", "pk")
    told = [row for row in rows if row.appointment_id in speaking]
    return {row.person_id: (row, fen_of(row)) for row in told if row.grade}, {
        row.person_id for row in told if not row.grade
    }


def _paid(closing: Closing) -> dict[int, _Paid]:
    """Person → what bonuses of the year came to, of posts in the closing's region."""
    rows = SubsidyLine.objects.filter(
        kind=LineKind.ADJUSTMENT, trace__contains={YEAR: closing.first.year}, appointment__programme=closing.programme_id,
        region_code__startswith=regioncode.prefix_of(closing.region_code), corrects__isnull=False,
    ).select_related("corrects__settlement", "corrects__person").order_by("pk")  # fmt: skip
    found: dict[int, _Paid] = {}
    for row in rows:
        assert row.corrects is not None, "an adjustment points back"
        known = found.setdefault(row.person_id, _Paid(0, row.corrects))
        known.fen, known.line = known.fen + (row.amount_fen or 0), row.corrects
    return found


def _last_lines(closing: Closing, appointments: list[int]) -> dict[int, SubsidyLine]:
    """Appointment → its last sealed line of the year."""
    lines = SubsidyLine.objects.filter(
        appointment__in=appointments, kind=LineKind.REGULAR, month__range=(closing.first, closing.last),
        settlement__step=Step.SEALED,
    ).select_related("settlement").order_by("month", "pk")  # fmt: skip
    return {line.appointment_id: line for line in lines}


def fen_of(result: PeriodResult) -> int:
    """The sum that the policy names; 0 where it names none."""
    return sum(int(Decimal(deed.removeprefix(BONUS)) * 100) for deed in result.consequences if deed.startswith(BONUS))


@transaction.atomic
def grant(closing: Closing, *, actor: User) -> int:
    """Put what is due into the next open month of each town; returns how many lines. Asked again, it gives no more."""
    access.require(actor, ADJUST, closing.region_code)
    count = _settle(closing, actor)
    if not count:
        raise Refusal(_("No bonus of this year is still to be paid."), code="nothing")
    return count


@transaction.atomic
def settle_anew(closing: Closing, actor: User) -> None:
    """When a year is closed anew after bonuses of it were paid, the difference follows with the closing itself."""
    if closing.rhythm == Period.YEAR and closing.version > 1 and _paid(closing):
        access.require(actor, ADJUST, closing.region_code)
        _settle(closing, actor)


def _settle(closing: Closing, actor: User) -> int:
    with connection.cursor() as cursor:  # two people who grant the same year take turns
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payment.grant_bonuses'), %s)", [closing.programme_id])
    found = due(closing).bonuses
    by_town: dict[int, list[Bonus]] = defaultdict(list)
    for one in found:
        by_town[one.line.settlement_id].append(one)
    opened = {key: open_month(those[0].line.settlement) for key, those in by_town.items()}
    SubsidyLine.objects.bulk_create(
        SubsidyLine(
            region_code=one.line.region_code, settlement=opened[key], appointment_id=one.line.appointment_id,
            person_id=one.line.person_id, month=opened[key].month, kind=LineKind.ADJUSTMENT, state=LineState.SETTLED,
            grade=one.result.grade if one.result else "", amount_fen=one.fen, corrects=one.line, reason=one.reason(closing),
            trace={YEAR: closing.first.year, "closing": closing.pk},
        )
        for key, those in by_town.items() for one in those
    )  # fmt: skip
    refresh_totals([settlement.pk for settlement in opened.values()])
    if found:
        after = {"year": closing.first.year, "count": len(found), "total_fen": sum(one.fen for one in found)}
        audit.record("payment.grant_bonuses", closing, actor=actor, after=after)
    return len(found)


def install() -> None:
    """Let a year that is closed anew settle what an earlier closing of it paid."""
    closings.after_closing(settle_anew)
