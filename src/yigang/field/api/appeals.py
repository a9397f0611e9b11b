"""Appeals of one's own against a month: whether one may still appeal, and what became of it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from yigang.appraisal.appeals import last_day, month_of, sealed_months, target_of, title_of
from yigang.appraisal.models import Appeal
from yigang.duty.domain.devices import Signed
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.month import period_of
from yigang.field.api.reading import Token, read, see_towns_of
from yigang.policy.period import Period

router = Router(tags=["reading"])


class AppealTold(Schema):
    """An appeal with its decision; `record` is the number the phone gave it, empty when the clerk wrote it down."""

    record: str
    about: str
    text: str
    state: str
    state_name: str
    due_on: date
    reason: str
    carried: str


class AppealsTold(Answer):
    """`until` is the last day on which the month's sealed result may be appealed against; empty when it may not."""

    month: str
    until: date | None
    appeals: list[AppealTold]


@router.get("appeals/{month}", response={200: AppealsTold, 401: Trouble, 422: Trouble, 429: Trouble}, auth=Token())
def appeals(request: HttpRequest, month: str) -> HttpResponse:
    """About a month such as `2020-07`."""
    period = period_of(month)
    return read(request, lambda signed: _appeals(signed, period))


def _appeals(signed: Signed, period: Period) -> AppealsTold:
    see_towns_of(signed.prefixes)
    rows = Appeal.objects.filter(person=signed.person_id).select_related(
        "mark", "month", "period__closing", "year", "review__review", "points"
    )
    mine = [row for row in rows if month_of(target_of(row)) == period.first]
    return AppealsTold(
        month=f"{period.first:%Y-%m}", until=_until(signed, period), appeals=[_told(row) for row in mine]
    )


def _until(signed: Signed, period: Period) -> date | None:
    for result in sealed_months(signed.person_id, period.first):
        if Appeal.objects.filter(month=result).exists():
            continue
        until = last_day(result)
        if timezone.localdate() <= until < date.max:
            return until
    return None


def _told(row: Appeal) -> AppealTold:
    return AppealTold(
        record=str(row.record or ""), about=title_of(target_of(row)), text=row.text, state=row.state,
        state_name=row.get_state_display(), due_on=row.due_on, reason=row.reason, carried=row.carried,
    )  # fmt: skip
