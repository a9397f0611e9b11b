"""The profile card (建档卡): one person on A5, with photo, household, post, agreement, and a QR code to the person's page.

Identity number and phone are masked; whoever may see them in clear gets them so after an entry in the audit trail. The QR
code holds an address, no data: whoever may not open the page sees nothing by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from yigang.foundation import regions
from yigang.foundation.access import require
from yigang.foundation.domain import reveal
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import User
from yigang.foundation.papers import Paper, printed_by, qr, typeset
from yigang.foundation.wording import chinese
from yigang.people.models import Person
from yigang.people.papers import FETCHED, particulars, portrait
from yigang.tenure.access import READ_TENURE
from yigang.tenure.models import Appointment

TEMPLATE = Path(__file__).parent / "card.typ"
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
            photo = portrait(person.photo)
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
        .prefetch_related(*FETCHED, Prefetch("appointments", held))
    )  # fmt: skip
    if not people:
        raise Refusal(_("Nobody was chosen."), code="nobody")
    return people


def _card(person: Person, place: str, clear: bool) -> dict[str, Any]:
    held = _held(next(iter(person.appointments.all()), None))
    return {**particulars(person, place, clear=clear), "held": held}


def _held(held: Appointment | None) -> dict[str, Any] | None:
    """The appointment in force, else the last one."""
    if held is None:
        return None
    return {
        "kind": held.post.kind, "number": held.post.number, "duties": "、".join(held.post.duties),
        "programme": held.programme.name, "agreement": held.agreement_number, "starts": chinese(held.starts),
        "ends": chinese(held.ends) if held.ends else "", "over": held.ends is not None and held.ends < _today(),
    }  # fmt: skip


def _today() -> date:
    return timezone.localdate()
