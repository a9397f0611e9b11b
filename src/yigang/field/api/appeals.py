"""Appeals of one's own against a month: whether one may still appeal, and what became of it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from yigang.appraisal.appealable import Target, last_day, name_of, open_to_appeal, target_of, title_of, touches
from yigang.appraisal.models import Appeal, Appraisal
from yigang.duty.domain.devices import Signed
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.month import period_of
from yigang.field.api.reading import Token, read, see_towns_of
from yigang.foundation import rls
from yigang.people.models import Person
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


class Open(Schema):
    """Something of the month that may be appealed against, by the name that a record gives it (`about`)."""

    about: str
    title: str
    until: date | None
    """Empty: nobody knows when it was made, and it has no last day."""


class AppealsTold(Answer):
    """`until` is the last day on which the month's sealed result may be appealed against; empty when it may not."""

    month: str
    until: date | None
    open: list[Open]
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
    with rls.everywhere("what was made in the town and county about the person's own month"):
        targets = open_to_appeal(Person(pk=signed.person_id), period.first)
        still = [(one, last_day(one)) for one in targets]
    return AppealsTold(
        month=f"{period.first:%Y-%m}",
        until=next((day for one, day in still if isinstance(one, Appraisal) and day < date.max), None),
        open=[_open(one, day) for one, day in still],
        appeals=[_told(row) for row in rows if touches(target_of(row), period.first)],
    )


def _open(target: Target, until: date) -> Open:
    return Open(about=name_of(target), title=title_of(target), until=until if until < date.max else None)


def _told(row: Appeal) -> AppealTold:
    return AppealTold(
        record=str(row.record or ""), about=title_of(target_of(row)), text=row.text, state=row.state,
        state_name=row.get_state_display(), due_on=row.due_on, reason=row.reason, carried=row.carried,
    )  # fmt: skip
