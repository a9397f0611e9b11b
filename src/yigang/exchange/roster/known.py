"""What the database knows of the people, households and posts that a roster names: a handful of queries, whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, TextField, Value
from django.db.models.functions import Concat

from yigang.exchange.roster.lines import Line
from yigang.exchange.roster.rows import bytes_in, keys_in, texts_in
from yigang.exchange.roster.sealed import SealedMonths
from yigang.foundation import regioncode, rls
from yigang.foundation.secrets import CARD, IDENTITY, vault
from yigang.people.enums import Relation
from yigang.people.models import BankAccount, Hardship, Household, HouseholdCause, Kinship, Person
from yigang.posts.models import Post, Programme
from yigang.tenure.models import Appointment


@dataclass
class Known:
    """Rows by what a roster calls them. Read across all regions; `visible` says what the reader may be told."""

    prefixes: tuple[str, ...]
    people: dict[str, Person] = field(default_factory=dict)
    """By identity number."""
    numbers: dict[int, str] = field(default_factory=dict)
    """Identity number by person."""
    households: dict[tuple[str, str], Household] = field(default_factory=dict)
    household_of: dict[int, Household] = field(default_factory=dict)
    """By id: the ones above, and those that the known people belong to."""
    causes: dict[int, list[HouseholdCause]] = field(default_factory=lambda: defaultdict(list))
    heads: dict[int, Person] = field(default_factory=dict)
    accounts: dict[int, BankAccount] = field(default_factory=dict)
    """In use, by person."""
    card_owners: dict[str, BankAccount] = field(default_factory=dict)
    """Accounts in use by card number, of the cards in the file."""
    cards: dict[int, str] = field(default_factory=dict)
    """Card number by account, of the accounts above."""
    hardships: dict[int, list[Hardship]] = field(default_factory=lambda: defaultdict(list))
    kinships: dict[int, list[Kinship]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[str, Post] = field(default_factory=dict)
    """Of the programme, by number."""
    appointments: dict[int, list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    """By person, in any programme."""
    holders: dict[int, list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    """By post."""
    names: dict[int, str] = field(default_factory=dict)
    """Of people by id: those in the file, and who else holds one of its posts."""
    sealed: SealedMonths = field(default_factory=SealedMonths)
    """Of the programme."""

    def visible(self, region_code: str) -> bool:
        return regioncode.covers(self.prefixes, region_code)


def read(lines: Sequence[Line], programme: Programme, prefixes: tuple[str, ...]) -> Known:
    """Look everything up at once. Across regions, because a person, a card and a post number exist once in the whole."""
    known = Known(prefixes)
    with rls.everywhere("what a roster names may be registered elsewhere"):
        _people(known, lines)
        _households(known, lines)
        _accounts(known, lines)
        _belongings(known)
        _posts(known, lines, programme)
        _appointments(known)
        known.sealed = SealedMonths.of(programme)
    return known


def _people(known: Known, lines: Sequence[Line]) -> None:
    indexes = {vault().index(line.number, IDENTITY): line.number for line in lines}
    found = Person.objects.filter(identity_index__in=bytes_in(indexes)).defer("identity_cipher", "identity_last4_index")
    known.people = {indexes[bytes(person.identity_index)]: person for person in found}
    known.numbers = {person.pk: number for number, person in known.people.items()}


def _households(known: Known, lines: Sequence[Line]) -> None:
    # One text of village and number: two conditions would be tried in every combination where statistics are missing.
    keys = {f"{line.region} {line.household}" for line in lines if line.household}
    ids = {person.household_id for person in known.people.values() if person.household_id}
    called = Household.objects.annotate(key=Concat("region_code", Value(" "), "number", output_field=TextField()))
    named = called.filter(key__in=texts_in(keys))
    found = [*named, *Household.objects.filter(pk__in=keys_in(ids))]
    for household in found:
        known.household_of[household.pk] = household
        known.households[household.region_code, household.number] = household
    for cause in HouseholdCause.objects.filter(household__in=keys_in(known.household_of)):
        known.causes[cause.household_id].append(cause)
    _heads(known, lines)


def _heads(known: Known, lines: Sequence[Line]) -> None:
    """Who heads the households for which the file names a head that is not on file as such."""
    named = {
        known.households[key].pk: line for line in lines if (key := _key(line)) in known.households and _is_head(line)
    }
    asked = [key for key, line in named.items() if not _heads_already(known.people.get(line.number), key)]
    heads = Person.objects.filter(household__in=keys_in(asked), relation=Relation.HEAD)
    for head in heads.only("household_id", "name", "region_code") if asked else ():
        known.heads[head.household_id or 0] = head


def _key(line: Line) -> tuple[str, str]:
    return line.region, line.household or ""


def _is_head(line: Line) -> bool:
    return line.relation == Relation.HEAD


def _heads_already(person: Person | None, household: int) -> bool:
    return person is not None and person.household_id == household and person.relation == Relation.HEAD


def _accounts(known: Known, lines: Sequence[Line]) -> None:
    indexes = {vault().index(line.card, CARD): line.card for line in lines if line.card}
    people = [person.pk for person in known.people.values()]
    used = BankAccount.objects.filter(active=True).select_related("person")
    for account in [*used.filter(card_index__in=bytes_in(indexes)), *used.filter(person__in=keys_in(people))]:
        card = indexes.get(bytes(account.card_index))
        if card:
            known.card_owners[card] = account
        known.accounts[account.person_id] = account
        known.cards[account.pk] = card or vault().decrypt(bytes(account.card_cipher), CARD)


def _belongings(known: Known) -> None:
    people = [person.pk for person in known.people.values()]
    for hardship in Hardship.objects.filter(person__in=keys_in(people)):
        known.hardships[hardship.person_id].append(hardship)
    for kinship in Kinship.objects.filter(person__in=keys_in(people)).order_by("pk"):
        known.kinships[kinship.person_id].append(kinship)


def _posts(known: Known, lines: Sequence[Line], programme: Programme) -> None:
    # By number alone, as the households are by one text: a second condition is tried in every combination.
    numbers = {line.post_number for line in lines if line.post_number}
    found = Post.objects.filter(number__in=texts_in(numbers))
    known.posts = {post.number: post for post in found if post.programme_id == programme.pk}


def _appointments(known: Known) -> None:
    people = [person.pk for person in known.people.values()]
    posts = [post.pk for post in known.posts.values()]
    held = Appointment.objects.select_related("post", "programme")
    found = {one.pk: one for one in held.filter(person__in=keys_in(people))}
    found |= {one.pk: one for one in held.filter(post__in=keys_in(posts))}
    for appointment in sorted(found.values(), key=lambda one: one.starts):
        known.appointments[appointment.person_id].append(appointment)
        known.holders[appointment.post_id].append(appointment)
    known.names = {person.pk: person.name for person in known.people.values()}
    others = {one.person_id for holders in known.holders.values() for one in holders} - known.names.keys()
    known.names |= dict(Person.objects.filter(pk__in=keys_in(others)).values_list("pk", "name"))


def vanished(programme: Programme, lines: Sequence[Line], known: Known) -> list[Appointment]:
    """Who holds a post of the programme in one of the file's towns, is not in the file, and did not leave.

    Only appointments that reach into the file's time count: a roster of this year says nothing of those that ended.
    """
    held = programme.appointments.filter(_in({line.region[:9] for line in lines}), exit_kind="")
    if begins := min((line.starts for line in lines if line.starts), default=None):
        held = held.filter(Q(ends__isnull=True) | Q(ends__gte=begins))
    named = {person.pk for person in known.people.values()}
    missing = [pk for pk, person in held.values_list("pk", "person_id") if person not in named]
    return list(
        Appointment.objects.filter(pk__in=keys_in(missing)).select_related("person", "post").order_by("person__pinyin")
    )


def _in(towns: Iterable[str]) -> Q:
    inside = Q(pk__in=())
    for town in towns:
        inside |= Q(region_code__startswith=town)
    return inside
