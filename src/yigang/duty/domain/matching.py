"""Whose rows these are: by what the source said before, by identity number, telephone, or a name that one holder has.

Of several holders of a name the department tells which one is meant, when it names the post, village or town of exactly one.

Nothing is guessed between two people. Who is not found is listed for a person to decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import polars as pl
from django.db.models import Q

from yigang.duty.domain.departments import TOWN, VILLAGE, fit
from yigang.duty.domain.evidence import WHO, Evidence
from yigang.duty.enums import Source
from yigang.duty.models import SourceIdentity
from yigang.foundation import facts, identity, names, regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.models import Person
from yigang.tenure.models import Appointment

HOLDERS = """
SELECT DISTINCT ON (p.id) p.id, p.name, p.phone, a.region_code, post.number
FROM tenure_appointment a JOIN people_person p ON p.id = a.person_id JOIN posts_post post ON post.id = a.post_id
WHERE a.region_code ^@ %s AND a.days && daterange(%s, %s, '[]') AND (a.programme_id = %s OR %s)
ORDER BY p.id, a.starts DESC
"""
KNOWN_CHUNK = 10_000
BY_DEPARTMENT = "department"
WEIGHT = {0: 0.8, TOWN: 0.9, VILLAGE: 1.0}
"""How much of a likeness is left by what the department names."""


@dataclass(frozen=True, slots=True)
class Who:
    """How a source calls one person; empty where it says nothing."""

    name: str
    key: str = ""
    number: str = ""
    identity: str = ""
    phone: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The person, the region his evidence belongs to, and by what he was found."""

    person_id: int
    region_code: str
    by: str


class Directory:
    """Everybody a file may speak of, looked up in a handful of queries."""

    def __init__(self, evidence: Evidence, wanted: Iterable[Who]) -> None:
        wanted = list(wanted)
        prefix = regioncode.prefix_of(evidence.region_code)
        self._by_phone: dict[str, list[Found]] = defaultdict(list)
        self._by_name: dict[str, list[Found]] = defaultdict(list)
        self._regions: dict[int, str] = {}
        self._names: dict[int, str] = {}
        self._posts: dict[int, str] = {}
        for person_id, name, phone, region, post in _holders(
            prefix, evidence.first, evidence.last, evidence.programme_id
        ):
            self._posts[person_id] = post
            self._regions[person_id], self._names[person_id] = region, names.normalise(name)
            self._by_name[names.normalise(name)].append(Found(person_id, region, "name"))
            if phone:
                self._by_phone[phone].append(Found(person_id, region, "phone"))
        self._by_source = self._remembered(evidence.source, prefix, wanted)
        self._by_identity = self._identified(wanted)

    def find(self, who: Who) -> Found | None:
        """One person, or None: unknown, two of that name, or contradictory."""
        by_identity = self._by_identity.get(who.identity) if who.identity else None
        remembered = self._by_source.get(who.key) or self._numbered(who)
        if remembered and by_identity and remembered.person_id != by_identity.person_id:
            return None
        if remembered or by_identity:
            return remembered or by_identity
        if who.identity:
            return None
        named = self._by_name.get(names.normalise(who.name), [])
        return _only(self._by_phone.get(who.phone)) or _only(named) or self._by_department(who, named)

    def _by_department(self, who: Who, named: list[Found]) -> Found | None:
        """The one of several of a name whom the department fits best; nobody when two fit alike, or none."""
        fits = [(fit(who.department, one.region_code, self._posts[one.person_id]), one) for one in named]
        best = max((each for each, _one in fits), default=0)
        return _only([replace(one, by=BY_DEPARTMENT) for each, one in fits if each == best]) if best else None

    def _numbered(self, who: Who) -> Found | None:
        """By job number, as long as the name agrees: numbers are given again when people leave."""
        found = self._by_source.get(number_key(who.number)) if who.number else None
        same = found and self._names.get(found.person_id, "") in ("", names.normalise(who.name))
        return found if same else None

    def _remembered(self, source: Source, prefix: str, wanted: list[Who]) -> dict[str, Found]:
        keys = sorted({key for who in wanted for key in keys_of(who)})
        return {
            key: Found(person_id, self._regions.get(person_id, region), "source")
            for part in _chunks(keys)
            for key, person_id, region in SourceIdentity.objects.filter(
                source=source, key__in=part, region_code__startswith=prefix
            ).values_list("key", "person_id", "region_code")
        }

    def _identified(self, wanted: list[Who]) -> dict[str, Found]:
        indexes = {index_of(who.identity): who.identity for who in wanted if who.identity}
        return {
            indexes[bytes(index)]: Found(person_id, self._regions.get(person_id, region), "identity")
            for part in _chunks(sorted(indexes))
            for index, person_id, region in Person.objects.filter(identity_index__in=part).values_list(
                "identity_index", "pk", "region_code"
            )
        }


def number_key(number: str) -> str:
    """A job number as a key that no UserId can equal."""
    return f"工号 {number}"


def keys_of(who: Who) -> list[str]:
    """What is remembered of how a source calls a person."""
    return [*([who.key] if who.key else []), *([number_key(who.number)] if who.number else [])]


def index_of(number: str) -> bytes:
    """The search index of an identity number; of a number that is none, an index nobody has."""
    try:
        return vault().index(identity.parse(number).number18, IDENTITY)
    except Refusal:
        return b""


def match(evidence: Evidence) -> pl.DataFrame:
    """The file's people: columns of `WHO`, person_id, region_code and by; null where nobody was found."""
    distinct = evidence.frame.select(*WHO).unique(maintain_order=True)
    people = [Who(*(value or "" for value in row)) for row in distinct.iter_rows()]
    directory = Directory(evidence, people)
    found = [directory.find(who) for who in people]
    return distinct.with_columns(
        pl.Series("person_id", [each and each.person_id for each in found], dtype=pl.Int64),
        pl.Series("region_code", [each and each.region_code for each in found], dtype=pl.String),
        pl.Series("by", [each and each.by for each in found], dtype=pl.String),
    )


def remember(people: pl.DataFrame, source: Source) -> None:
    """Keep the keys of the people found, so that a name is never needed again."""
    SourceIdentity.objects.bulk_create(
        [
            SourceIdentity(
                source=source,
                key=key,
                person_id=row["person_id"],
                region_code=row["region_code"],
                by=row["by"],
                told=(row["department"] or "")[:120],
            )
            for row in people.filter(pl.col("person_id").is_not_null() & (pl.col("by") != "source")).to_dicts()
            for key in keys_of(Who(*(row[name] or "" for name in WHO)))
        ],
        ignore_conflicts=True,
        batch_size=KNOWN_CHUNK,
    )


def candidates(name: str, region_code: str, department: str = "") -> list[tuple[Person, float]]:
    """People who may be meant, likest first: same name, same sound, one sign apart; whom the department fits goes before."""
    prefix = regioncode.prefix_of(region_code)
    wanted = names.keys(names.normalise(name))
    likely = Person.objects.filter(region_code__startswith=prefix).filter(
        Q(name=name) | Q(initials=wanted.initials) | Q(name__contains=name[-2:])
    )[:200]
    rated = [(person, _likeness(name, person, wanted.full)) for person in likely]
    if department:
        posts = _posts_of([person for person, _likeness in rated])
        fits = {person.pk: fit(department, *posts.get(person.pk, (person.region_code, ""))) for person, _ in rated}
        rated = [(person, likeness * WEIGHT[min(fits[person.pk], VILLAGE)]) for person, likeness in rated]
    return sorted(rated, key=lambda pair: (-pair[1], pair[0].pk))[:10]


def _posts_of(people: list[Person]) -> dict[int, tuple[str, str]]:
    """Person → region and number of the latest post."""
    held = Appointment.objects.filter(person__in=people).order_by("starts")
    return {person: (region, number) for person, region, number in held.values_list(
        "person_id", "region_code", "post__number"
    )}  # fmt: skip


def _likeness(name: str, person: Person, pinyin: str) -> float:
    if person.name == name:
        return 1.0
    shared = len(set(name) & set(person.name)) / max(len(set(name) | set(person.name)), 1)
    return 0.5 * shared + (0.4 if names.keys(person.name).full == pinyin else 0.0)


def _holders(prefix: str, first: date, last: date, programme: int | None) -> list[tuple[int, str, str, str, str]]:
    schema = {"id": pl.Int64, "name": pl.String, "phone": pl.String, "region_code": pl.String, "post": pl.String}
    rows = facts.read(HOLDERS, [prefix, first, last, programme or 0, programme is None], schema)
    return [(person, name, phone or "", region, post) for person, name, phone, region, post in rows.iter_rows()]


def held_by(people: list[int], first: date, last: date) -> dict[int, str]:
    """Person → region of the latest post held in the days."""
    held = Appointment.objects.filter(person_id__in=people, starts__lte=last).exclude(ends__lt=first)
    return dict(held.order_by("starts").values_list("person_id", "region_code"))


def _only(found: list[Found] | None) -> Found | None:
    return found[0] if found and len(found) == 1 else None


def _chunks(values: list[object] | list[str] | list[bytes]) -> Iterable[list[object]]:
    return (list(values[start : start + KNOWN_CHUNK]) for start in range(0, len(values), KNOWN_CHUNK))
