"""The same month settled person by person with ORM queries: what most programs of this field do, as a measure beside ours.

It knows one policy (Pingba's rangers) and states it once more in plain Python, so its amounts also check the engine's.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from yigang.policy import Period

CENT = Decimal("0.01")
REQUIRED = 22
INSTALMENT_FEN = 83_333
EXCUSED = ("sick", "personal", "annual", "marriage", "bereavement", "maternity")
PRESENT = ("trip", "training")
ZONE = ZoneInfo("Asia/Shanghai")


def settle_one_by_one(programme: Any, period: Period, people: int) -> dict[int, int]:
    """Appointment id → fen, for the first `people` appointments that can be decided."""
    from yigang.tenure.models import Appointment

    found = Appointment.objects.filter(programme=programme, starts__lte=period.last).exclude(ends__lt=period.first)
    amounts = {}
    for appointment in found.order_by("pk")[:people]:
        amount = settle_person(appointment, period)
        if amount is not None:
            amounts[appointment.pk] = amount
    return amounts


def settle_person(appointment: Any, period: Period) -> int | None:
    """One person's fen, None while the town's mark is missing."""
    from yigang.appraisal.models import Mark
    from yigang.duty.models import WorkLog

    first, last = max(appointment.starts, period.first), min(appointment.ends or period.last, period.last)
    served = (last - first).days + 1
    required = max(1, int(Decimal(REQUIRED * served) / period.days + Decimal("0.5")))
    present = _present(appointment.person_id, first, last)
    leave_present, excused = _leave(appointment.person_id, first, last)
    present |= leave_present
    logs = len(
        set(
            WorkLog.objects.filter(person_id=appointment.person_id, day__range=(first, last)).values_list(
                "day", flat=True
            )
        )
    )
    mark = Mark.objects.filter(appointment=appointment, month=period.first, name="乡镇评定").order_by("-pk").first()
    if mark is None:
        return None
    absent = max(0, required - len(present) - len(excused - present))
    score = (
        _rounded(Decimal(60) * min(Decimal(1), Decimal(len(present)) / required))
        + _rounded(Decimal(20) * min(Decimal(1), Decimal(logs) / required))
        + mark.value
        - 5 * absent
    )
    if score < 60 or absent >= 3:
        return 0
    return int((Decimal(INSTALMENT_FEN * served) / period.days).to_integral_value(ROUND_HALF_UP))


def _present(person_id: int, first: date, last: date) -> set[date]:
    from yigang.duty.models import CheckIn

    rows = CheckIn.objects.filter(person_id=person_id, day__range=(first, last)).exclude(source="SYSTEM")
    return {row.at.astimezone(ZONE).date() for row in rows if row.result not in ("not_signed", "absent")}


def _leave(person_id: int, first: date, last: date) -> tuple[set[date], set[date]]:
    """Days that count as present, and days that are excused."""
    from yigang.duty.models import Leave

    rows = list(Leave.objects.filter(person_id=person_id, first__lte=last, last__gte=first, approved=True))
    return _days(rows, PRESENT, first, last), _days(rows, EXCUSED, first, last)


def _days(rows: Iterable[Any], kinds: tuple[str, ...], first: date, last: date) -> set[date]:
    days = {date.fromordinal(number) for row in rows if row.kind in kinds
            for number in range(row.first.toordinal(), row.last.toordinal() + 1)}  # fmt: skip
    return {day for day in days if first <= day <= last}


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
