"""What needs no file: cards and phones that several people share, a second post in the household, kin of officials.

Each question has a reader (SQL) and a pure part over its columns, which the tests and the laws look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from yigang.foundation import facts, names
from yigang.policy.comparison import RegisterKind
from yigang.recruitment.models import Round


@dataclass(frozen=True)
class Found:
    """One finding about an application: `matter` tells it from others, `seen` is what a person reads (masked)."""

    subject: int
    matter: str
    seen: dict[str, object] = field(default_factory=dict)
    via: str = ""


_CARDS = """
SELECT DISTINCT a.id, encode(theirs.card_index, 'hex'), other.id, other.name
FROM recruitment_application a
JOIN people_bankaccount mine ON mine.person_id = a.person_id
JOIN people_bankaccount theirs ON theirs.card_index = mine.card_index AND theirs.person_id <> mine.person_id
JOIN people_person other ON other.id = theirs.person_id
WHERE a.round_id = %s AND a.state = 'running'
"""
_PHONES = """
SELECT a.id, p.phone, other.id, other.name, coalesce(other.household_id, -other.id), coalesce(p.household_id, -p.id)
FROM recruitment_application a
JOIN people_person p ON p.id = a.person_id AND p.phone <> ''
JOIN people_person other ON other.phone = p.phone AND other.died_on IS NULL
WHERE a.round_id = %s AND a.state = 'running'
"""
_MEMBERS = """
WITH members AS (
  SELECT a.id AS subject, p.id AS person, 1 AS same
  FROM recruitment_application a JOIN people_person p ON p.id = a.person_id
  WHERE a.round_id = %s AND a.state = 'running'
  UNION ALL
  SELECT a.id, m.id, 0
  FROM recruitment_application a JOIN people_person p ON p.id = a.person_id
  JOIN people_person m ON m.household_id = p.household_id AND m.id <> p.id
  WHERE a.round_id = %s AND a.state = 'running')
"""
"""The applicants and those who live with them. Two joins that can be hashed; joined by OR, every pair would be tried."""
_POSTS = (
    _MEMBERS
    + """
SELECT x.subject, m.id, m.name, x.same, t.id, coalesce(o.number, ''), coalesce(g.name, ''), 0::bigint
FROM members x JOIN people_person m ON m.id = x.person
JOIN tenure_appointment t ON t.person_id = m.id AND t.days @> %s::date
JOIN posts_post o ON o.id = t.post_id
JOIN posts_programme g ON g.id = t.programme_id
UNION ALL
SELECT x.subject, m.id, m.name, 0, 0, '', '', b.id
FROM members x JOIN people_person m ON m.id = x.person
JOIN recruitment_application b ON b.person_id = m.id AND b.round_id = %s AND b.state IN ('running', 'hired')
WHERE x.same = 0
"""
)
_KIN = (
    _MEMBERS
    + """
SELECT x.subject, m.id, m.name, x.same, k.id, k.official, k.office, k.relation
FROM members x JOIN people_person m ON m.id = x.person JOIN people_kinship k ON k.person_id = m.id
"""
)


def shared_cards(cards: pl.DataFrame, people_from: int) -> Iterator[Found]:
    """`subject`, `card` (key), `person`, `name`: another person with the applicant's card, in use or earlier."""
    grouped = cards.group_by("subject", "card").agg(pl.col("person").unique().sort(), pl.col("name").unique().sort())
    for subject, card, people, called in grouped.sort("subject", "card").iter_rows():
        if len(people) + 1 >= people_from:
            yield Found(subject, f"{card} {people}", _others(called, len(people)))


def shared_phones(phones: pl.DataFrame, people_from: int) -> Iterator[Found]:
    """`subject`, `phone`, `person`, `name`, `household`, `own`: everybody with the applicant's phone.

    A household may share one phone; what counts is how many people there are, and that they are of several households.
    """
    for (subject, phone), group in phones.sort("subject", "person").group_by(["subject", "phone"], maintain_order=True):
        strangers = group.filter(pl.col("household") != pl.col("own"))
        if group["person"].n_unique() >= people_from and not strangers.is_empty():
            people = strangers["person"].unique().sort().to_list()
            called = strangers["name"].unique().sort().to_list()
            seen = _others(called, len(people)) | {"phone": f"{str(phone)[:3]}****{str(phone)[-4:]}"}
            yield Found(int(str(subject)), f"{phone} {people}", seen)


def _others(called: list[str], count: int) -> dict[str, object]:
    return {"people": count, "name": "、".join(names.mask(name) for name in called[:5])}


def _cards(one: Round, kind: RegisterKind, day: date) -> Iterator[Found]:  # noqa: ARG001 - the same call for every question
    schema = {"subject": pl.Int64, "card": pl.String, "person": pl.Int64, "name": pl.String}
    yield from shared_cards(facts.read(_CARDS, [one.pk], schema), kind.people_from)


def _phones(one: Round, kind: RegisterKind, day: date) -> Iterator[Found]:  # noqa: ARG001 - the same call for every question
    schema = {
        "subject": pl.Int64, "phone": pl.String, "person": pl.Int64, "name": pl.String, "household": pl.Int64,
        "own": pl.Int64,
    }  # fmt: skip
    yield from shared_phones(facts.read(_PHONES, [one.pk], schema), kind.people_from)


def _posts(one: Round, kind: RegisterKind, day: date) -> Iterator[Found]:  # noqa: ARG001 - the same call for every question
    schema = {
        "subject": pl.Int64, "person": pl.Int64, "name": pl.String, "self": pl.Int64, "appointment": pl.Int64,
        "post": pl.String, "programme": pl.String, "application": pl.Int64,
    }  # fmt: skip
    rows = (
        facts.read(_POSTS, [one.pk, one.pk, day.isoformat(), one.pk], schema)
        .unique()
        .sort("subject", "person", "appointment")
    )
    for subject, person, name, same, appointment, post, programme, application in rows.iter_rows():
        what = (
            _("%(programme)s, post %(post)s") % {"programme": programme, "post": post}
            if appointment
            else _("applies too")
        )
        seen: dict[str, object] = {"name": names.mask(name), "detail": what}
        yield Found(subject, f"{person} {appointment} {application}", seen, "" if same else str(person))


def _kin(one: Round, kind: RegisterKind, day: date) -> Iterator[Found]:  # noqa: ARG001 - the same call for every question
    schema = {
        "subject": pl.Int64, "person": pl.Int64, "name": pl.String, "self": pl.Int64, "tie": pl.Int64,
        "official": pl.String, "office": pl.String, "relation": pl.String,
    }  # fmt: skip
    rows = facts.read(_KIN, [one.pk, one.pk], schema).unique().sort("subject", "tie")
    for subject, person, _name, same, _tie, official, office, relation in rows.iter_rows():
        seen: dict[str, object] = {
            "name": names.mask(official),
            "detail": f"{office or ''}；{relation or ''}".strip("；"),
        }
        yield Found(subject, f"{person} {official} {office} {relation}", seen, "" if same else str(person))


QUESTIONS: dict[str, Callable[[Round, RegisterKind, date], Iterator[Found]]] = {
    "shared_card": _cards, "shared_phone": _phones, "household_post": _posts, "declared_kin": _kin,
}  # fmt: skip
