"""Appeals that a post holder writes on the phone: records like any other, kept, signed, accepted once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from yigang.appraisal.appealable import Target, named, sealed_months
from yigang.appraisal.appeals import file_from_phone
from yigang.duty.domain.projections import Accepted, projection
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.policy.period import Period


class AppealBody(msgspec.Struct, frozen=True):
    """In the person's own words, against what `about` names (`mark-12`, as `GET appeals/{month}` told it).

    Without a name, against the sealed result of the month.
    """

    month: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}$")]
    text: Annotated[str, Meta(max_length=1_000)]
    about: Annotated[str, Meta(max_length=30)] = ""


@projection("appeal", AppealBody)
def appeals(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one appeal; people write them one at a time."""
    return [_one(each) for each in records]


def _one(record: Accepted) -> Refusal | None:
    try:
        month = Period.parse(record.body.month).first
    except ValueError:
        return Refusal(_("“%(text)s” is no month."), {"text": record.body.month}, code="month", field="month")
    for target in _meant(record, month):
        try:
            with transaction.atomic(), rls.everywhere("who made it works in the town and county"):
                file_from_phone(target, record.body.text, at=record.at, record=record.id)
        except Refusal as refusal:
            return refusal
        return None
    if record.body.about:
        return Refusal(_("What this appeal is about is not yours, or is not on file."), code="no_result", field="about")
    return Refusal(
        _("%(month)s is not sealed for you."), {"month": record.body.month}, code="no_result", field="month",
        remedy=_("While the list hangs out, object to it there or with your village clerk."),
    )  # fmt: skip


def _meant(record: Accepted, month: date) -> Sequence[Target]:
    """What the record is about; nothing when it is not the person's."""
    if not record.body.about:
        return sealed_months(record.person_id, month)
    with rls.everywhere("a phone asks about the own result"):
        found = named(record.person_id, record.body.about)
        return [] if found is None else [found]
