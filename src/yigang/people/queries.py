"""Questions about people: how they are found, and what a page shows of them."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from yigang.foundation import bankcard, identity, names
from yigang.foundation.secrets import CARD, IDENTITY, vault
from yigang.people.ages import age_on as age_on
from yigang.people.models import BankAccount, Hardship, Household, Person
from yigang.people.register import lists
from yigang.people.register.rules import hardships_on

SHORTEST_TAIL, LONGEST_PHONE = 3, 11
PHONE_SIGNS = 20
_WORD = re.compile(r"[\s,，、;；]+")


def search(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Narrow a list of people by what somebody typed: all words must fit.

    A word is a part of a name, pinyin initials or the beginning of the pinyin, a whole identity number or its last
    four signs, the last four digits of a card, or the end of a phone number.
    """
    for word in filter(None, _WORD.split(unicodedata.normalize("NFKC", text).strip())):
        people = people.filter(_fits(word))
    return people


def _fits(word: str) -> Q:
    number = identity.normalise(word)
    if len(number) in (15, 18) and number[:-1].isdigit():
        return Q(identity_index=_identity_index(number))
    if word.isascii() and word[:-1].isdigit() and (word[-1].isdigit() or word[-1] in "xX"):
        return _fits_digits(word.upper())
    if word.isascii() and word.isalpha():
        low = word.lower()
        return Q(initials__startswith=low) | Q(pinyin__startswith=low) | Q(name__icontains=word)
    return Q(name__contains=names.normalise(word))


def _fits_digits(digits: str) -> Q:
    """Tails of phone, identity and card numbers; a household's or post's number is looked for elsewhere.

    Each is looked up by its own index. As one condition with `or` they would read every person.
    """
    found: list[QuerySet[Any, Any]] = []
    if SHORTEST_TAIL <= len(digits) <= LONGEST_PHONE:
        tail = digits[::-1]
        phones = Person.objects.filter(phone_reversed__gte=tail, phone_reversed__lte=tail.ljust(PHONE_SIGNS, "9"))
        found.append(phones.values("pk"))
    if len(digits) == 4:
        cards = BankAccount.objects.filter(active=True, card_last4_index=vault().index_last4(digits, CARD))
        people = Person.objects.filter(identity_last4_index=vault().index_last4(digits, IDENTITY))
        found += [people.values("pk"), cards.values("person")]
    elif bankcard.SHORTEST <= len(digits) <= bankcard.LONGEST:
        cards = BankAccount.objects.filter(card_index=vault().index(digits, CARD))
        found.append(cards.values("person"))
    if not found:
        return Q(pk__in=())
    return Q(pk__in=found[0].union(*found[1:]) if found[1:] else found[0])


def _identity_index(number: str) -> bytes:
    """The index of a number as it is kept: with 18 signs, also when it was typed with 15."""
    with suppress(identity.IdentityError):
        number = identity.parse(number).number18
    return vault().index(number, IDENTITY)


def by_identity(number: object) -> Person | None:
    """The person with this identity number, within the caller's scope. Raises `IdentityError` for what is none."""
    index = vault().index(identity.parse(number).number18, IDENTITY)
    return Person.objects.filter(identity_index=index).first()


def identity_number(person: Person) -> str:
    """The number in clear. Callers note the reading with `foundation.domain.reveal` first."""
    return vault().decrypt(bytes(person.identity_cipher), IDENTITY)


def masked_identity(person: Person) -> str:
    return identity.mask(identity_number(person))


def card_number(account: BankAccount) -> str:
    """The card number in clear, for bank files and after `foundation.domain.reveal`."""
    return vault().decrypt(bytes(account.card_cipher), CARD)


def masked_card(account: BankAccount) -> str:
    return bankcard.mask(card_number(account))


def account_in_use(person: Person) -> BankAccount | None:
    """Where the person's money goes now."""
    return next((account for account in person.accounts.all() if account.active), None)


def household_of(region_code: str, number: str) -> Household | None:
    """The household with this number in the village, with its causes."""
    return Household.objects.filter(region_code=region_code, number=number).prefetch_related("causes").first()


def placeable(prefix: str, on: date) -> QuerySet[Person]:
    """People of a region's newest register who are to be placed: on a list that says so, alive, with that day's age and rules.

    Whether somebody holds a post already is asked by whoever places (`tenure`). Needs a prefix of six digits or more.
    """
    edition = lists.newest(prefix)
    if edition is None:
        return Person.objects.none()
    wanted = [one for one in lists.rules_on(edition.region_code, on) if one.to_be_placed]
    records = lists.on_any(wanted, edition, on).filter(region_code__startswith=prefix)
    alive = Q(died_on__isnull=True) | Q(died_on__gt=on)
    return Person.objects.filter(alive, pk__in=records.values("person"))


SOON_DAYS = 60
"""So many days before its end a category asks to be looked at again."""


def latest_hardships() -> QuerySet[Hardship]:
    """Each category of each person in its last term; earlier terms were renewed."""
    later = Hardship.objects.filter(person=OuterRef("person"), kind=OuterRef("kind"), since__gt=OuterRef("since"))
    return Hardship.objects.filter(~Exists(later))


def hardships_ending(prefix: str, on: date, days: int = SOON_DAYS) -> QuerySet[Hardship]:
    """Categories that end within so many days, or ended before without being renewed, soonest first."""
    ending = latest_hardships().filter(until__lte=on + timedelta(days=days))
    return ending.filter(region_code__startswith=prefix, person__died_on=None).order_by("until", "pk")


def in_hardship(kind: str, on: date) -> Q:
    """Who is in a category on a day. One that has ended does not count."""
    return Q(Exists(hardships_on(on).filter(person=OuterRef("pk"), kind=kind)))


def hardship_stands(state: str, on: date) -> Q:
    """Whose category is in force (`now`), in force but ends soon (`soon`), or has ended without renewal (`over`), or who
    has none on file (`none`)."""
    of_person = latest_hardships().filter(person=OuterRef("pk"))
    asked = {
        "now": hardships_on(on).filter(person=OuterRef("pk")),
        "soon": of_person.filter(until__gte=on, until__lte=on + timedelta(days=SOON_DAYS)),
        "over": of_person.filter(until__lt=on),
    }  # fmt: skip
    return Q(Exists(asked[state])) if state in asked else ~Q(Exists(Hardship.objects.filter(person=OuterRef("pk"))))
