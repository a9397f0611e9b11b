"""What a matching reads: the people to be placed and the places that a round seeks, as the frames of `matching`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, QuerySet

from yigang.foundation import regioncode
from yigang.foundation.geo import Position
from yigang.people import places
from yigang.people.enums import PlaceSource
from yigang.people.models import LabourRecord, Person
from yigang.people.places import Located
from yigang.people.queries import placeable
from yigang.policy import eligibility
from yigang.policy.exact import evaluate
from yigang.policy.model import PolicyVersion
from yigang.policy.placing import Matching
from yigang.posts.models import Post, PostKind
from yigang.posts.queries import kinds_by_name
from yigang.recruitment import facts, queries
from yigang.recruitment.enums import ApplicationState, Source
from yigang.recruitment.matching import PEOPLE, POSTS
from yigang.recruitment.models import Application, Round, RoundPost
from yigang.recruitment.pool.candidates import newest_records, rules_out
from yigang.tenure.models import Appointment

ASKED_BY_THE_FORM = frozenset({"财政供养", "村干部直系亲属"})
"""Facts that only an application brings. A clause that lacks no others stays open; it is judged in the round's check."""
Judged = dict[int, tuple[bool | None, list[str], list[str]]]
"""Person → eligible (None: undetermined), the sentences why not, the clauses that stay open."""


@dataclass(frozen=True)
class Inputs:
    """Both frames, what the clauses said, and what the position of each person and post is the position of."""

    people: pl.DataFrame
    posts: pl.DataFrame
    judged: Judged
    lives: dict[int, PlaceSource]
    works: dict[int, PlaceSource]


def inputs_of(one: Round, day: date) -> Inputs:
    """Everybody to be placed in a round's region who holds no post and has not applied; every place still sought."""
    version, posts = queries.policy_of(one), sought(one)
    people = list(_to_place(one, day))
    asked = facts.persons([one.pk for one in people], one.region_code, day)
    judged = judged_by(asked, version)
    urgency = urgency_of(asked, version.matching)
    records = {record.person_id: record for record in newest_records([one.pk for one in people], day)}
    kinds = kinds_by_name()
    names = {post.pk: _names(post, kinds) for post, _count in posts}
    known = places.centres(regioncode.prefix_of(one.region_code))
    homes = {one.pk: places.home_of(one.region_code, one.household, records.get(one.pk), known) for one in people}
    sites = {post.pk: _site(post, known) for post, _count in posts}
    rows = [
        _person(one, judged[one.pk][0], urgency[one.pk], records.get(one.pk), version.matching, names, kinds)
        | _degrees(homes[one.pk])
        for one in people
    ]
    sought_posts = [_post(post, count, kinds) | _degrees(sites[post.pk]) for post, count in posts]
    return Inputs(
        pl.DataFrame(rows, schema=PEOPLE), pl.DataFrame(sought_posts, schema=POSTS), judged,
        {pk: home.source for pk, home in homes.items()}, {pk: site.source for pk, site in sites.items()},
    )  # fmt: skip


def _to_place(one: Round, day: date) -> QuerySet[Person]:
    found = placeable(regioncode.prefix_of(one.region_code), day)
    held = Appointment.objects.filter(days__contains=day).values("person")
    return (
        found.exclude(pk__in=held)
        .exclude(pk__in=one.applications.values("person"))
        .select_related("household")
        .order_by("pk")
    )


def sought(one: Round) -> list[tuple[Post, int]]:
    """The posts of a round, each with the places that nobody was hired into or accepted for by a matching."""
    taken = Counter(dict(taken_places(one)))
    rows = RoundPost.objects.filter(round=one).select_related("post", "post__category").order_by("post")
    return [(row.post, max(0, row.places - taken[row.post_id])) for row in rows]


def taken_places(one: Round) -> list[tuple[int, int]]:
    """(post, count) of those hired, and those accepted by a matching who are in the running."""
    rows = Application.objects.filter(round=one).order_by()
    hired = rows.filter(state=ApplicationState.HIRED).values_list("appointment__post")
    running = rows.filter(state=ApplicationState.RUNNING, source=Source.MATCHING).values_list("post_wanted")
    counts = Counter(dict(hired.annotate(count=Count("pk")))) + Counter(dict(running.annotate(count=Count("pk"))))
    return [(post, count) for post, count in counts.items() if post is not None]


def judged_by(people: pl.DataFrame, version: PolicyVersion) -> Judged:
    """What the clauses of eligibility say of each, before anybody has filled in a form."""
    found: Judged = {pk: (True, [], []) for pk in people["applicant"].to_list()}
    for row in eligibility.judge(people, version).iter_rows(named=True):
        eligible, why, waits = found[row["applicant"]]
        if row["result"] == "fails":
            found[row["applicant"]] = (False, [*why, row["why"]], waits)
        elif row["result"] == "undetermined" and set(row["missing"]) <= ASKED_BY_THE_FORM:
            waits.append(row["clause"])
        elif row["result"] == "undetermined":
            found[row["applicant"]] = (None if eligible else eligible, [*why, row["why"]], waits)
    return found


def urgency_of(people: pl.DataFrame, rules: Matching) -> dict[int, float]:
    """0 to 1 by the policy's expression; 0 where it lacks a fact, and for everybody without an expression."""
    return {row["applicant"]: _urgency(row, rules) for row in people.iter_rows(named=True)}


def _urgency(row: dict[str, Any], rules: Matching) -> float:
    if rules.urgency is None:
        return 0.0
    values = eligibility.values_of(row)
    if any(name not in values for name in rules.urgency.names):
        return 0.0
    try:
        return min(1.0, max(0.0, float(evaluate(rules.urgency.node, values)) / 100))
    except ZeroDivisionError:
        return 0.0


def _names(post: Post, kinds: dict[str, PostKind]) -> set[str]:
    kind = post.category or kinds.get(post.kind)
    return {post.kind, kind.name, kind.code} if kind else {post.kind}


def _person(
    one: Person, eligible: bool | None, urgency: float, record: LabourRecord | None, rules: Matching,
    posts: dict[int, set[str]], kinds: dict[str, PostKind],
) -> dict[str, Any]:  # fmt: skip
    """A row of `PEOPLE` without the position. Who is not known to be away is free the whole year."""
    health = record.health if record else None
    barred = set()
    if health and health in rules.unfit:
        barred = {str(pk) for pk, names in posts.items() if rules_out(rules.unfit[health], names)}
    wishes = [kinds[name].code if name in kinds else name for name in (record.wanted_kinds if record else ())]
    return {
        "person_id": one.pk, "household_id": one.household_id, "region_code": one.region_code, "eligible": eligible,
        "urgency": urgency, "abilities": record.skills if record else [], "wishes": wishes,
        "months": places.months_free(record), "barred": sorted(barred),
    }  # fmt: skip


def _post(post: Post, places: int, kinds: dict[str, PostKind]) -> dict[str, Any]:
    """A row of `POSTS` without the position. What it demands of health is itself: `barred` names posts, not kinds."""
    kind = post.category or kinds.get(post.kind)
    return {
        "post_id": post.pk, "region_code": post.region_code, "kind": kind.code if kind else post.kind, "places": places,
        "abilities": post.abilities, "months": post.months or None, "demands": [str(post.pk)],
    }  # fmt: skip


def _site(post: Post, known: dict[str, Position]) -> Located:
    """Where the work is: the post's own point, else that of its village."""
    if post.longitude is not None and post.latitude is not None:
        return Located((post.longitude, post.latitude), PlaceSource.POST)
    if post.region_code in known:
        return Located(known[post.region_code], PlaceSource.VILLAGE)
    return Located()


def _degrees(located: Located) -> dict[str, float | None]:
    """The two columns of a position."""
    east, north = located.position or (None, None)
    return {
        "longitude": None if east is None else float(east), "latitude": None if north is None else float(north)
    }  # fmt: skip
