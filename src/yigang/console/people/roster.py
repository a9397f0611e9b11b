"""The list of people."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.access import OPEN_PEOPLE
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import page
from yigang.foundation.secrets import CARD, IDENTITY, vault
from yigang.people.enums import PoorKind, Residence
from yigang.people.models import BankAccount, Person

LAST = 4


def by_words(rows: Any, words: str) -> Any:
    """People by part of the name, pinyin initials or full pinyin from the start, or the last four signs of a number."""
    text = words.replace(" ", "")
    if len(text) == LAST and text[:3].isdigit():
        return rows.filter(by_last_four(text.upper()))
    if text.isascii():
        low = text.lower()
        return rows.filter(Q(initials__startswith=low) | Q(pinyin__startswith=low))
    return rows.filter(name__contains=text)


def by_last_four(digits: str) -> Q:
    """Whose identity number, or card in use, ends like this. The index is keyed; the numbers stay encrypted."""
    cards = BankAccount.objects.filter(active=True, card_last4_index=vault().index_last4(digits, CARD))
    return Q(identity_last4_index=vault().index_last4(digits, IDENTITY)) | Q(pk__in=cards.values("person"))


def prepare(people: list[Person]) -> None:
    regions.name_places(people)


PEOPLE = List(
    name="people",
    title=_("People"),
    unit=_("people"),
    rows=lambda _request: Person.objects.select_related("household"),
    columns=(
        Column("name", _("Name"), lambda person: person.name, sort=("pinyin",), always=True),
        Column("sex", _("Sex"), lambda person: person.get_sex_display()),
        Column("birth", _("Born on"), lambda person: person.birth, sort=("birth",)),
        Column("place", _("Place"), lambda person: person.place, sort=("region_code",)),
        Column("residence", _("Registration"), lambda person: person.get_residence_display(), shown=False),
    ),
    order=("pinyin",),
    filters=(
        BelowFilter(),
        ChoiceFilter("residence", _("Registration"), "residence", Residence.choices),
        ChoiceFilter("poor", _("Register of the poor"), "household__poor_kind", PoorKind.choices),
    ),
    search=by_words,
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=prepare,
    empty=Empty(_("Nobody is known here yet. Import a roster to begin.")),
)


@page(OPEN_PEOPLE)
def people(request: HttpRequest) -> HttpResponseBase:
    return show(request, PEOPLE)
