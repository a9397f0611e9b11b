"""Verbs of the register of people. Identity and card numbers go in as text, lie encrypted, and are audited masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, bankcard, identity, names, rls
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.domain import store_picture
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.foundation.money import Fen
from yigang.foundation.secrets import CARD, IDENTITY, vault
from yigang.people.access import KEEP_ACCOUNTS, KEEP_CONTACTS, KEEP_PEOPLE
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause, Relation, Residence
from yigang.people.models import BankAccount, Hardship, Household, HouseholdCause, Kinship, Person

PERSON_FIELDS = ("name", "region_code", "residence", "phone", "household_id", "relation", "remarks")
HOUSEHOLD_FIELDS = ("number", "region_code", "address", "poor_kind", "income_fen")
PHOTO_TYPES = {"image/jpeg", "image/png", "image/webp"}
PHOTO_LEAST = 120
"""Pixels of a portrait's shorter edge; below, a face on the profile card cannot be told from another."""


@dataclass(frozen=True)
class Particulars:
    """What is kept of a person beside the identity number, which gives birth date and sex."""

    name: str
    region_code: str
    residence: Residence = Residence.RURAL
    phone: str = ""
    household: Household | None = None
    relation: Relation = Relation.OTHER
    remarks: str = ""


@dataclass(frozen=True)
class Cause:
    """A cause of poverty: our code, and the text as the source wrote it."""

    code: PovertyCause
    text: str


@dataclass(frozen=True)
class HouseholdRecord:
    """A household as the register has it; `causes` with the main one first."""

    region_code: str
    number: str
    address: str = ""
    poor_kind: PoorKind = PoorKind.NONE
    income_fen: Fen | None = None
    causes: Sequence[Cause] = ()


@transaction.atomic
def register_person(number: object, particulars: Particulars, *, actor: User) -> Person:
    """A person who was not known before. Refused when the identity number is wrong or already registered."""
    require(actor, KEEP_PEOPLE, particulars.region_code)
    read = identity.parse(number)
    with _person_refusals(read.number18):
        person = Person.objects.create(
            **identity_columns(read), **name_columns(particulars.name), region_code=particulars.region_code,
            residence=particulars.residence, phone=particulars.phone, household=particulars.household,
            relation=particulars.relation, remarks=particulars.remarks.strip(),
        )  # fmt: skip
    audit.record("people.register_person", person, actor=actor, after=_person_shown(person, read.number18))
    return person


@transaction.atomic
def correct_person(person: Person, particulars: Particulars, *, actor: User) -> Person:
    """Write a person's particulars anew. Moving to another region needs the right in both."""
    require(actor, KEEP_PEOPLE, person.region_code)
    require(actor, KEEP_PEOPLE, particulars.region_code)
    person = Person.objects.select_for_update().get(pk=person.pk)
    before = audit.snapshot(person, PERSON_FIELDS)
    for field, value in {**name_columns(particulars.name), **_plain(particulars)}.items():
        setattr(person, field, value)
    with _person_refusals():
        person.save()
    for belongings in (person.accounts, person.hardships, person.kinships):
        belongings.exclude(region_code=person.region_code).update(region_code=person.region_code)
    audit.record("people.correct_person", person, actor=actor, before=before, after=_person_shown(person))
    return person


@transaction.atomic
def correct_identity(person: Person, number: object, *, reason: str, actor: User) -> Person:
    """Replace an identity number that was registered wrongly; birth date and sex follow it."""
    require(actor, KEEP_PEOPLE, person.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the identity number is changed."), code="reason_missing", field="reason")
    read = identity.parse(number)
    person = Person.objects.select_for_update().get(pk=person.pk)
    before = {
        "identity": identity.mask(vault().decrypt(bytes(person.identity_cipher), IDENTITY)),
        "birth": person.birth,
    }
    for field, value in identity_columns(read).items():
        setattr(person, field, value)
    with _person_refusals(read.number18):
        person.save()
    after = {"identity": identity.mask(read.number18), "birth": read.birth, "reason": reason}
    audit.record("people.correct_identity", person, actor=actor, before=before, after=after)
    return person


@transaction.atomic
def set_phone(person: Person, phone: str, *, actor: User) -> Person:
    """Change a phone number, which the village may do too."""
    require(actor, KEEP_CONTACTS, person.region_code)
    before = {"phone": person.phone}
    person.phone = phone
    person.save(update_fields=["phone"])
    audit.record("people.set_phone", person, actor=actor, before=before, after={"phone": phone})
    return person


@transaction.atomic
def set_photo(person: Person, content: bytes, *, name: str, actor: User) -> StoredFile:
    """Put a photo on the file, written anew without its metadata; an earlier one is kept as a file."""
    require(actor, KEEP_CONTACTS, person.region_code)
    before = {"photo": person.photo_id}
    stored = store_picture(content, name=name, region_code=person.region_code, actor=actor, shortest_edge=PHOTO_LEAST)
    person.photo = stored
    person.save(update_fields=["photo"])
    audit.record("people.set_photo", person, actor=actor, before=before, after={"photo": stored.pk})
    return stored


@transaction.atomic
def save_household(record: HouseholdRecord, *, actor: User) -> Household:
    """Create or rewrite the household with this number in this village; its causes are replaced."""
    require(actor, KEEP_PEOPLE, record.region_code)
    if not record.number.strip():
        raise Refusal(_("The household has no number."), code="household_number", field="number")
    found = Household.objects.filter(region_code=record.region_code, number=record.number)
    known = found.select_for_update().first()
    before = None if known is None else _household_shown(known)
    fields = {"address": record.address, "poor_kind": record.poor_kind, "income_fen": record.income_fen}
    household, _new = Household.objects.update_or_create(
        region_code=record.region_code, number=record.number, defaults=fields
    )
    _replace_causes(household, record.causes)
    audit.record("people.save_household", household, actor=actor, before=before, after=_household_shown(household))
    return household


def _replace_causes(household: Household, causes: Sequence[Cause]) -> None:
    household.causes.all().delete()
    distinct = {cause.code: cause for cause in reversed(causes)}
    ordered = [cause for cause in causes if distinct[cause.code] is cause]
    HouseholdCause.objects.bulk_create(
        HouseholdCause(
            region_code=household.region_code, household=household, cause=cause.code,
            text=cause.text[:40], main=position == 0,
        )
        for position, cause in enumerate(ordered)
    )  # fmt: skip


@transaction.atomic
def add_kinship(person: Person, *, official: str, office: str, relation: str, actor: User) -> Kinship:
    """Declare a tie to an official, which whoever gives posts looks at."""
    require(actor, KEEP_PEOPLE, person.region_code)
    kinship = Kinship.objects.create(
        region_code=person.region_code, person=person, official=official, office=office, relation=relation
    )
    after = {"official": official, "office": office, "relation": relation}
    audit.record("people.add_kinship", person, actor=actor, after=after)
    return kinship


@transaction.atomic
def remove_kinship(kinship: Kinship, *, reason: str, actor: User) -> None:
    """Take back a tie that does not hold."""
    require(actor, KEEP_PEOPLE, kinship.region_code)
    before = audit.snapshot(kinship, ("official", "office", "relation"))
    audit.record("people.remove_kinship", kinship.person, actor=actor, before=before, after={"reason": reason})
    kinship.delete()


@transaction.atomic
def add_hardship(
    person: Person, kind: HardshipKind, *, evidence: str, since: date, until: date | None = None,
    file: StoredFile | None = None, actor: User,
) -> Hardship:  # fmt: skip
    """Put a person in a hardship category, with what proves it and since when."""
    require(actor, KEEP_PEOPLE, person.region_code)
    if not evidence.strip():
        raise Refusal(_("Name what proves the hardship category."), code="evidence_missing", field="evidence")
    if until is not None and until < since:
        raise Refusal(_("The category ends before it begins."), code="dates", field="until")
    if person.hardships.filter(kind=kind, since=since).exists():
        raise Refusal(_("%(name)s has this category since that day already."), {"name": person.name}, code="known")
    hardship = Hardship.objects.create(
        region_code=person.region_code, person=person, kind=kind, evidence=evidence, since=since, until=until, file=file
    )
    after = {"kind": kind, "evidence": evidence, "since": since, "until": until}
    audit.record("people.add_hardship", person, actor=actor, after=after)
    return hardship


@transaction.atomic
def end_hardship(hardship: Hardship, *, until: date, actor: User) -> Hardship:
    """The category holds until this day."""
    require(actor, KEEP_PEOPLE, hardship.region_code)
    if until < hardship.since:
        raise Refusal(_("The category ends before it begins."), code="dates", field="until")
    before = audit.snapshot(hardship, ("kind", "until"))
    hardship.until = until
    hardship.save(update_fields=["until"])
    audit.record("people.end_hardship", hardship.person, actor=actor, before=before, after={"until": until})
    return hardship


@transaction.atomic
def set_account(person: Person, *, bank: str, holder: str, number: object, actor: User) -> BankAccount:
    """Pay a person to this account from now on; the one before is closed and stays on file.

    Refused: a holder of another name, a number that is none, and a card that another person is paid to.
    """
    require(actor, KEEP_ACCOUNTS, person.region_code)
    refuse_other_holder(person.name, holder)
    card = bankcard.parse(number, passbook=True)
    before = _closed(person)
    columns = account_columns(card.number)
    refuse_card_of_another(columns["card_index"], card.number)
    with _account_refusals(card.number):
        account = BankAccount.objects.create(
            region_code=person.region_code, person=person, bank=bank, holder=names.normalise(holder), **columns
        )
    after = {"bank": bank, "card": bankcard.mask(card.number)}
    audit.record("people.set_account", person, actor=actor, before=before, after=after)
    return account


def _closed(person: Person) -> dict[str, Any] | None:
    """Close the account in use; what it was, masked."""
    account = person.accounts.select_for_update().filter(active=True).first()
    if account is None:
        return None
    account.active = False
    account.save(update_fields=["active"])
    return {"bank": account.bank, "card": bankcard.mask(vault().decrypt(bytes(account.card_cipher), CARD))}


def refuse_other_holder(name: str, holder: str) -> None:
    """The account holder's name must be the person's, look-alike signs aside."""
    if names.normalise(holder) != names.normalise(name):
        raise Refusal(
            _("The account belongs to “%(holder)s”, not to %(name)s."), {"holder": holder, "name": name},
            code="other_holder", field="holder",
            remedy=_("Money goes to the person's own account only. Correct the holder or the account."),
        )  # fmt: skip


def refuse_card_of_another(card_index: bytes, number: str) -> None:
    """A card that somebody is paid to, wherever he is registered; the name is told only inside the caller's scope."""
    with rls.everywhere("a card has one owner in the whole register"):
        taken = BankAccount.objects.filter(card_index=card_index, active=True).values_list("pk", flat=True).first()
    if taken is None:
        return
    visible = BankAccount.objects.filter(pk=taken).select_related("person").first()
    raise card_taken(number, visible.person.name if visible else "")


def card_taken(number: str, name: str) -> Refusal:
    """The refusal of a card in use; `name` is empty when the caller may not know the owner."""
    remedy = _("Look at the card again, or close the other account first.")
    params = {"card": bankcard.mask(number), "name": name}
    if name:
        return Refusal(
            _("%(name)s is paid to the card %(card)s."), params, code="card_taken", field="card", remedy=remedy
        )
    return Refusal(
        _("Somebody in another region is paid to the card %(card)s."), params, code="card_taken", field="card",
        remedy=_("Look at the card again, or ask the county."),
    )  # fmt: skip


def identity_columns(read: identity.Identity) -> dict[str, Any]:
    """The columns of a person that an identity number fills."""
    return {
        "identity_cipher": vault().encrypt(read.number18, IDENTITY),
        "identity_index": vault().index(read.number18, IDENTITY),
        "identity_last4_index": vault().index_last4(read.number18, IDENTITY),
        "identity_converted": read.converted_from_15,
        "birth": read.birth,
        "sex": read.sex,
    }


def name_columns(name: str) -> dict[str, str]:
    """The columns of a person that a name fills."""
    clean = names.normalise(name)
    if not clean:
        raise Refusal(_("The name is missing."), code="name_missing", field="name")
    keys = names.keys(clean)
    return {"name": clean[:60], "pinyin": keys.sort[:200], "initials": keys.initials[:30]}


def account_columns(number: str) -> dict[str, bytes]:
    """The columns of an account that a card number fills."""
    return {
        "card_cipher": vault().encrypt(number, CARD),
        "card_index": vault().index(number, CARD),
        "card_last4_index": vault().index_last4(number, CARD),
    }


def _plain(particulars: Particulars) -> dict[str, Any]:
    return {
        "region_code": particulars.region_code, "residence": particulars.residence, "phone": particulars.phone,
        "household": particulars.household, "relation": particulars.relation, "remarks": particulars.remarks.strip(),
    }  # fmt: skip


def _person_shown(person: Person, number: str = "") -> dict[str, Any]:
    shown = audit.snapshot(person, PERSON_FIELDS)
    return shown | {"identity": identity.mask(number)} if number else shown


def _household_shown(household: Household) -> dict[str, Any]:
    causes = list(household.causes.order_by("-main", "pk").values_list("text", flat=True))
    return audit.snapshot(household, HOUSEHOLD_FIELDS) | {"causes": causes}


@contextmanager
def _person_refusals(number: str = "") -> Iterator[None]:
    """What the database refuses about a person, in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = violated(error)
        if constraint == "one_head_per_household":
            raise Refusal(
                _("The household has a head already."), code="second_head", field="relation",
                remedy=_("Change the other person's relation first."),
            ) from error  # fmt: skip
        if "identity_index" in constraint:
            raise Refusal(
                _("The identity number %(number)s is registered already."), {"number": identity.mask(number)},
                code="identity_known", field="identity",
                remedy=_("Search for the number; if the person is not in your region, ask the county."),
            ) from error  # fmt: skip
        raise


@contextmanager
def _account_refusals(number: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if violated(error) == "one_person_per_card":
            raise card_taken(number, "") from error
        raise
