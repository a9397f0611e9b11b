"""Bonuses of a closed year: a sum that the policy names for a result, paid with the next open month, once for a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.enums import Period
from yigang.appraisal.models import Closing, PeriodResult
from yigang.foundation import access, audit, money
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment.access import ADJUST
from yigang.payment.enums import LineKind, LineState, Step
from yigang.payment.models import SubsidyLine
from yigang.payment.settlement.adjusting import REASON_LENGTH, open_month
from yigang.payment.settlement.calculate import refresh_totals

BONUS = "bonus:"
YEAR = "bonus_year"
"""Key of a line's trace: the year that its bonus is for."""


@dataclass(frozen=True)
class Bonus:
    """What somebody is owed for a year, and the last sealed line of that year, which it stands beside."""

    result: PeriodResult
    line: SubsidyLine
    fen: int

    @property
    def reason(self) -> str:
        said = _now("Bonus of %(year)s, %(grade)s: %(sum)s. %(why)s") % {
            "year": self.result.closing.first.year, "grade": self.result.grade, "sum": money.plain(self.fen),
            "why": "；".join(self.result.because),
        }  # fmt: skip
        return said[:REASON_LENGTH]


@dataclass(frozen=True)
class Owed:
    """What a closed year still owes: bonuses to put into the next month, and whoever has no sealed month to put them beside."""

    bonuses: list[Bonus]
    stranded: list[PeriodResult]


def due(closing: Closing) -> Owed:
    """Whoever is owed a bonus by a closed year and has none yet. Four queries, whatever the number of people."""
    if closing.rhythm != Period.YEAR or closing.reopened_at is not None:
        return Owed([], [])
    owed = {row.appointment_id: (row, fen) for row in _results(closing) if (fen := fen_of(row))}
    lines = SubsidyLine.objects.filter(
        appointment__in=owed, kind=LineKind.REGULAR, month__range=(closing.first, closing.last), settlement__step=Step.SEALED
    ).select_related("settlement").order_by("month", "pk")  # fmt: skip
    last = {line.appointment_id: line for line in lines}
    given = set(
        SubsidyLine.objects.filter(
            appointment__in=owed, kind=LineKind.ADJUSTMENT, trace__contains={YEAR: closing.first.year}
        ).values_list("appointment", flat=True)
    )  # fmt: skip
    return Owed(
        [Bonus(row, last[key], fen) for key, (row, fen) in owed.items() if key in last and key not in given],
        [row for key, (row, _fen) in owed.items() if key not in last and key not in given],
    )


def _results(closing: Closing) -> Iterator[PeriodResult]:
    yield from closing.results.select_related("closing", "person").order_by("region_code", "pk")


def fen_of(result: PeriodResult) -> int:
    """The sum that the policy names; 0 where it names none."""
    return sum(int(Decimal(deed.removeprefix(BONUS)) * 100) for deed in result.consequences if deed.startswith(BONUS))


@transaction.atomic
def grant(closing: Closing, *, actor: User) -> int:
    """Put the bonuses that are due into the next open month of each town; returns how many. Asked again, it gives no more."""
    access.require(actor, ADJUST, closing.region_code)
    with connection.cursor() as cursor:  # two people who grant the same year take turns
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payment.grant_bonuses'), %s)", [closing.programme_id])
    found = due(closing).bonuses
    if not found:
        raise Refusal(_("No bonus of this year is still to be paid."), code="nothing")
    by_town: dict[int, list[Bonus]] = defaultdict(list)
    for one in found:
        by_town[one.line.settlement_id].append(one)
    opened = {key: open_month(those[0].line.settlement) for key, those in by_town.items()}
    SubsidyLine.objects.bulk_create(
        SubsidyLine(
            region_code=one.line.region_code, settlement=opened[key], appointment_id=one.line.appointment_id,
            person_id=one.line.person_id, month=opened[key].month, kind=LineKind.ADJUSTMENT, state=LineState.SETTLED,
            grade=one.result.grade, amount_fen=one.fen, corrects=one.line, reason=one.reason,
            trace={YEAR: closing.first.year, "closing": closing.pk},
        )
        for key, those in by_town.items() for one in those
    )  # fmt: skip
    refresh_totals([settlement.pk for settlement in opened.values()])
    after = {"year": closing.first.year, "count": len(found), "total_fen": sum(one.fen for one in found)}
    audit.record("payment.grant_bonuses", closing, actor=actor, after=after)
    return len(found)
