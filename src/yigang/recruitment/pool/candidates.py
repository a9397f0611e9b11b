"""Who of the pool could fill a vacancy, first the same village, each with the reasons; asked anew whenever it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.foundation.errors import Refusal
from yigang.people.models import LabourRecord
from yigang.policy.placing import Matching
from yigang.posts.models import Post, Programme
from yigang.posts.queries import kind_called
from yigang.recruitment import facts
from yigang.recruitment.enums import PoolState, ReplacementState
from yigang.recruitment.matching.frames import DIGITS
from yigang.recruitment.models import PoolMember, Replacement
from yigang.recruitment.pool.renew import decimal, pool_of
from yigang.recruitment.pool.rule import Standing, standings
from yigang.tenure.models import Vacancy

NEAR = ("village", "town", "county")


@dataclass(frozen=True)
class Candidate:
    """Somebody of the pool for a vacancy. `rank` is None for who cannot be proposed now; `stops` says why not."""

    member: PoolMember
    rank: int | None
    near: str
    """One of `NEAR`."""
    standing: Standing
    stops: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """Where the person lives, the points, since when in the pool."""
        near = {"village": _("of the same village"), "town": _("of the same town"), "county": _("of the same county")}
        waits = _("in the pool since %(day)s") % {"day": self.member.since}
        return "；".join(part for part in (near[self.near], self.standing.score_why, waits) if part)


def candidates_for(vacancy: Vacancy, *, on: date | None = None) -> list[Candidate]:
    """Everybody of the pool within the policy's reach, ranked; last those who cannot be proposed as things stand today.

    Same village first, then same town, then the rest; within each by the points of the policy's order, then who has waited
    longest. The rule is asked again with today's facts, so somebody who took a post yesterday is not proposed today. Refused
    when the policy keeps no pool.
    """
    day, post = on or timezone.localdate(), vacancy.post
    version, pool = pool_of(post.programme, day)
    reach = post.region_code[: DIGITS[version.matching.within]]
    members = list(
        post.programme.pool.filter(state=PoolState.IN, region_code__startswith=reach)
        .select_related("person", "person__household").order_by("pk")
    )  # fmt: skip
    ids = [one.person_id for one in members]
    now = standings(facts.persons(ids, post.programme.region_code, day), pool)
    unfit = unfit_for(post, ids, version.matching, day)
    elsewhere = dict(_waiting(ids).exclude(vacancy=vacancy).values_list("person", "vacancy__post__number"))
    found = [
        Candidate(one, None, nearness(one.region_code, post.region_code), now[one.person_id],
                  _stops(now[one.person_id], unfit.get(one.person_id), elsewhere.get(one.person_id)))
        for one in members
    ]  # fmt: skip
    found.sort(key=_order)
    able = [one for one in found if not one.stops]
    ranked = [Candidate(one.member, rank, one.near, one.standing) for rank, one in enumerate(able, 1)]
    return ranked + [one for one in found if one.stops]


def with_candidates(vacancies: QuerySet[Vacancy]) -> QuerySet[Vacancy]:
    """Those of these vacancies within whose policy's reach somebody is in the pool, whoever is proposed for them."""
    day, near = timezone.localdate(), Q(pk__in=())
    for programme in Programme.objects.filter(posts__vacancies__in=vacancies).distinct():
        try:
            version, _pool = pool_of(programme, day)
        except Refusal:
            continue
        reach = Left(OuterRef("post__region_code"), DIGITS[version.matching.within])
        members = programme.pool.filter(state=PoolState.IN, region_code__startswith=reach)
        near |= Q(Exists(members), post__programme=programme)
    return vacancies.filter(near)


def nearness(lives: str, works: str) -> str:
    """How near the place where somebody lives is to the place of work, by the region codes."""
    return next((name for name in NEAR if lives[: DIGITS[name]] == works[: DIGITS[name]]), "county")  # type: ignore[index] # NEAR names levels


def _order(one: Candidate) -> tuple[object, ...]:
    score = decimal(one.standing.score)
    return NEAR.index(one.near), score is None, -(score or 0), one.member.since, one.member.person_id


def _waiting(ids: list[int]) -> QuerySet[Replacement]:
    return Replacement.objects.filter(person__in=ids, state=ReplacementState.OPEN)


def _stops(now: Standing, unfit: str | None, elsewhere: str | None) -> tuple[str, ...]:
    stops = [now.why] if now.state != PoolState.IN else []
    if unfit:
        stops.append(_("not fit for this kind of post: %(health)s") % {"health": unfit})
    if elsewhere:
        stops.append(_("proposed for the post %(post)s already") % {"post": elsewhere})
    return tuple(stops)


def unfit_for(post: Post, ids: list[int], matching: Matching, day: date) -> dict[int, str]:
    """Those whose state of health rules the post's kind out by the policy, with its name."""
    kinds = called(post)
    return {
        one.person_id: one.get_health_display()
        for one in newest_records(ids, day)
        if one.health and one.health in matching.unfit and rules_out(matching.unfit[one.health], kinds)
    }


def called(post: Post) -> set[str]:
    """Every name of a post's kind: as the papers write it, as the list of kinds does."""
    kind = post.category or kind_called(post.kind)
    return {post.kind, kind.name, kind.code} if kind else {post.kind}


def rules_out(barred: tuple[str, ...] | None, kinds: set[str]) -> bool:
    """Whether a list of kinds (None: all) names one that the post is called by."""
    return barred is None or bool(kinds.intersection(barred))


def newest_records(ids: list[int], day: date) -> QuerySet[LabourRecord]:
    """What the newest register up to a day says of each."""
    rows = LabourRecord.objects.filter(person__in=ids, edition__as_of__lte=day)
    return rows.order_by("person_id", "-edition__as_of", "-edition_id").distinct("person_id")
