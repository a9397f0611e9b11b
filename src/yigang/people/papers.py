"""What papers say of a person: particulars with masked numbers, household and portrait. Shared by card and form."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

from django.utils import timezone

from yigang.foundation import identity
from yigang.foundation.models import StoredFile
from yigang.foundation.wording import chinese
from yigang.people.models import Person
from yigang.people.queries import identity_number

MEMBERS_SHOWN = 8
PRINTED_EDGE = 560
"""Pixels of a photo of 33 mm by 44 mm at 320 dots per inch."""
FETCHED = ("hardships", "household__causes", "household__members")
"""To be prefetched by whoever prints many, with `household` and `photo` joined."""


def particulars(person: Person, place: str, *, clear: bool) -> dict[str, Any]:
    """As a template reads them. For `clear` numbers the caller has noted the reading with `foundation.domain.reveal`."""
    number = identity_number(person)
    household, today = person.household, timezone.localdate()
    members = sorted(household.members.all(), key=lambda one: one.birth) if household else []
    return {
        "name": person.name, "sex": str(person.get_sex_display()), "birth": chinese(person.birth),
        "identity": number if clear else identity.mask(number), "phone": _phone(person.phone, clear),
        "place": place, "residence": str(person.get_residence_display()),
        "hardships": [str(one.get_kind_display()) for one in person.hardships.all() if not one.until or one.until >= today],
        "household": None if household is None else {
            "number": household.number, "poor": str(household.get_poor_kind_display()), "address": household.address,
            "causes": "、".join(cause.text for cause in household.causes.all()), "count": len(members),
        },
        "members": [
            {"name": one.name, "relation": str(one.get_relation_display()), "sex": str(one.get_sex_display()),
             "birth": f"{one.birth:%Y-%m}"}
            for one in members[:MEMBERS_SHOWN]
        ],
    }  # fmt: skip


def _phone(phone: str, clear: bool) -> str:
    return phone if clear or not phone else f"{phone[:3]}****{phone[-4:]}"


def portrait(file: StoredFile | None) -> bytes | None:
    """The portrait as small as it is printed; None when there is none or what is on file from before is no picture."""
    from PIL import Image

    if file is None:
        return None
    with suppress(OSError, ValueError), file.content.open("rb") as handle, Image.open(handle) as picture:
        picture.draft("RGB", (PRINTED_EDGE, PRINTED_EDGE))
        picture.thumbnail((PRINTED_EDGE, PRINTED_EDGE))
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=85)
        return buffer.getvalue()
    return None
