"""The profile card (建档卡): one person on A5, with photo, household, post, agreement, and a QR code to the person's page.

Identity number and phone are masked; whoever may see them in clear gets them so after an entry in the audit trail. The QR
code holds an address, no data: whoever may not open the page sees nothing by it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from PIL import Image

from yigang.foundation import identity, regions
from yigang.foundation.access import require
from yigang.foundation.domain import reveal
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import StoredFile, User
from yigang.foundation.papers import Paper, printed_by, qr, typeset
from yigang.foundation.secrets import IDENTITY, vault
from yigang.foundation.wording import chinese
from yigang.people.models import Person
from yigang.tenure.access import READ_TENURE
from yigang.tenure.models import Appointment

TEMPLATE = Path(__file__).parent / "card.typ"
MEMBERS_SHOWN = 8
PRINTED_EDGE = 560
"""Pixels of a photo of 33 mm by 44 mm at 320 dots per inch."""
MOST_CARDS = 2_000

Address = Callable[[int], str]
"""A person's key → the absolute address of the person's page."""


@transaction.atomic
def print_cards(
    keys: Iterable[int], address: Address, *, clear: bool = False, progress: Progress = silent, actor: User
) -> Paper:
    """The cards of these people in the order of village and name. `clear` needs the right to see and leaves an entry each."""
    require(actor, READ_TENURE)
    people = _read(list(keys))
    cards, pictures = [], {}
    places = {code: "".join(regions.path_of(code)[2:]) for code in {person.region_code for person in people}}
    with translation.override("zh-hans"):
        for number, person in enumerate(people):
            if clear:
                reveal(person, ["identity", "phone"], actor=actor)
            photo = _photo(person.photo)
            if photo:
                pictures[f"photo{number}.jpg"] = photo
            pictures[f"qr{number}.svg"] = qr(address(person.pk))
            cards.append(
                {
                    **_card(person, places[person.region_code], clear),
                    "photo": f"photo{number}.jpg" if photo else "",
                    "qr": f"qr{number}.svg",
                }
            )
            progress(number, len(people) + 1)
    paper = typeset(TEMPLATE, {"cards": cards, "printed": printed_by(actor)}, pictures=pictures)
    progress(len(people) + 1, len(people) + 1)
    return paper


def _read(keys: list[int]) -> list[Person]:
    """The people with all that a card shows, in a fixed number of queries."""
    if len(keys) > MOST_CARDS:
        raise Refusal(
            _("At most %(most)d cards are made at once; %(count)d were chosen."),
            {"most": MOST_CARDS, "count": len(keys)}, code="too_many_cards",
        )  # fmt: skip
    held = Appointment.objects.select_related("post", "programme").order_by("-starts", "-pk")
    people = list(
        Person.objects.filter(pk__in=keys).select_related("household", "photo").order_by("region_code", "pinyin", "pk")
        .prefetch_related("hardships", "household__causes", "household__members", Prefetch("appointments", held))
    )  # fmt: skip
    if not people:
        raise Refusal(_("Nobody was chosen."), code="nobody")
    return people


def _card(person: Person, place: str, clear: bool) -> dict[str, Any]:
    number = vault().decrypt(bytes(person.identity_cipher), IDENTITY)
    household = person.household
    members = sorted(household.members.all(), key=lambda one: one.birth) if household else []
    return {
        "name": person.name, "sex": str(person.get_sex_display()), "birth": chinese(person.birth),
        "identity": number if clear else identity.mask(number), "phone": _phone(person.phone, clear),
        "place": place, "residence": str(person.get_residence_display()),
        "hardships": [str(one.get_kind_display()) for one in person.hardships.all() if not one.until or one.until >= _today()],
        "household": None if household is None else {
            "number": household.number, "poor": str(household.get_poor_kind_display()), "address": household.address,
            "causes": "、".join(cause.text for cause in household.causes.all()), "count": len(members),
        },
        "members": [
            {"name": one.name, "relation": str(one.get_relation_display()), "sex": str(one.get_sex_display()),
             "birth": f"{one.birth:%Y-%m}"}
            for one in members[:MEMBERS_SHOWN]
        ],
        "held": _held(next(iter(person.appointments.all()), None)),
    }  # fmt: skip


def _held(held: Appointment | None) -> dict[str, Any] | None:
    """The appointment in force, else the last one."""
    if held is None:
        return None
    return {
        "kind": held.post.kind, "number": held.post.number, "duties": "、".join(held.post.duties),
        "programme": held.programme.name, "agreement": held.agreement_number, "starts": chinese(held.starts),
        "ends": chinese(held.ends) if held.ends else "", "over": held.ends is not None and held.ends < _today(),
    }  # fmt: skip


def _phone(phone: str, clear: bool) -> str:
    return phone if clear or not phone else f"{phone[:3]}****{phone[-4:]}"


def _photo(file: StoredFile | None) -> bytes | None:
    """The portrait as small as it is printed; None when there is none or what is on file from before is no picture."""
    if file is None:
        return None
    with suppress(OSError, ValueError), file.content.open("rb") as handle, Image.open(handle) as picture:
        picture.draft("RGB", (PRINTED_EDGE, PRINTED_EDGE))
        picture.thumbnail((PRINTED_EDGE, PRINTED_EDGE))
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=85)
        return buffer.getvalue()
    return None


def _today() -> date:
    return timezone.localdate()
