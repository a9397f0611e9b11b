"""Questions about programmes, kinds, quotas, requests and posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from yigang.foundation import regioncode, rls
from yigang.foundation.geo import FAR_KM, Position, kilometres
from yigang.people.models import VillageCentre
from yigang.posts.enums import RequestState
from yigang.posts.models import Post, PostKind, PostRequest, Programme, Quota, RequestStep, ServiceStation


def programme_by_code(code: str) -> Programme | None:
    """The programme, if the caller's scope reaches it."""
    return Programme.objects.filter(code=code).first()


def with_holders(posts: QuerySet[Post], day: date) -> QuerySet[Post]:
    """Posts with `holders` and `free` places on a day."""
    held = Q(appointments__starts__lte=day) & (Q(appointments__ends__isnull=True) | Q(appointments__ends__gte=day))
    return posts.annotate(holders=Count("appointments", filter=held)).annotate(free=F("head_count") - F("holders"))


def kinds_by_name() -> dict[str, PostKind]:
    """Every kind by its name and by each of its other names."""
    kinds = list(PostKind.objects.all())
    called = {alias: kind for kind in kinds for alias in kind.aliases}
    return called | {kind.name: kind for kind in kinds}


def kind_called(name: str) -> PostKind | None:
    """The kind that is called so, None for a name nobody has put on the list."""
    return kinds_by_name().get(name.strip())


def unlisted_kinds(prefix: str) -> list[tuple[str, int]]:
    """Names of posts that belong to no kind yet, with how many posts are called so."""
    rows = Post.objects.filter(category=None, region_code__startswith=prefix).order_by()
    return list(rows.values_list("kind").annotate(count=Count("pk")).order_by("-count", "kind"))


def used(quota: Quota) -> tuple[int, int]:
    """Places and fen a year that are approved under a quota."""
    sums = quota.requests.filter(state=RequestState.APPROVED).aggregate(Sum("head_count"), Sum("cost_fen"))
    return sums["head_count__sum"] or 0, sums["cost_fen__sum"] or 0


@dataclass(frozen=True)
class KindShare:
    """Places of one kind of post: approved under a quota, what they cost a year, and those that wait."""

    kind: str
    places: int
    fen: int
    waiting: int


@dataclass(frozen=True)
class Standing:
    """A quota with what is approved under it and what waits for a decision."""

    quota: Quota
    kinds: Sequence[KindShare] = ()
    """By kind, in the order of their names. What waits is submitted or checked for this region, programme and year; no
    fund is chosen for it yet."""

    @property
    def places(self) -> int:
        return sum(one.places for one in self.kinds)

    @property
    def fen(self) -> int:
        return sum(one.fen for one in self.kinds)

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.kinds)

    @property
    def left(self) -> int:
        return self.quota.head_count - self.places

    @property
    def left_fen(self) -> int:
        return self.quota.budget_fen - self.fen

    @property
    def share(self) -> int:
        """Percent of the places that are approved, rounded down."""
        return 100 * self.places // self.quota.head_count if self.quota.head_count else 0


@dataclass(frozen=True)
class _Sum:
    """Requests of one state, quota, programme, year, region and kind, added up."""

    state: str
    quota_id: int | None
    programme_id: int
    year: int
    region_code: str
    kind: str
    places: int
    fen: int | None

    def waits_for(self, quota: Quota) -> bool:
        here = (self.programme_id, self.year) == (quota.programme_id, quota.year)
        return self.quota_id is None and here and self.region_code.startswith(regioncode.prefix_of(quota.region_code))


def standings(quotas: Iterable[Quota]) -> list[Standing]:
    """Each quota with its sums, one query for all. The sums hold every region's requests: what is left of a fund is the same
    for whoever sees the fund, or a village would be told of places that its neighbours have."""
    quotas = list(quotas)
    if not quotas:
        return []
    approved, open_ = Q(state=RequestState.APPROVED), Q(state__in=(RequestState.SUBMITTED, RequestState.CHECKED))
    asked = Q(programme__in={quota.programme_id for quota in quotas}, year__in={quota.year for quota in quotas})
    rows = PostRequest.objects.filter((open_ & asked) | (approved & Q(quota__in=quotas))).order_by()
    groups = rows.values_list("state", "quota", "programme_id", "year", "region_code", "category__name").annotate(
        places=Sum("head_count"), fen=Sum("cost_fen")
    )
    with rls.everywhere("sums of a fund that the reader sees; no request is shown"):
        sums = [_Sum(*group) for group in groups]
    return [Standing(quota, _by_kind(quota, sums)) for quota in quotas]


def _by_kind(quota: Quota, sums: Iterable[_Sum]) -> list[KindShare]:
    kinds: dict[str, list[int]] = {}
    for one in sums:
        share = kinds.setdefault(one.kind, [0, 0, 0])
        if one.state == RequestState.APPROVED and one.quota_id == quota.pk:
            share[0] += one.places
            share[1] += one.fen or 0
        elif one.waits_for(quota):
            share[2] += one.places
    return [KindShare(kind, *share) for kind, share in sorted(kinds.items()) if any(share)]


def quotas_around(prefix: str, year: int) -> list[Quota]:
    """The quotas of a year that pay for a region or for a part of it."""
    named = Quota.objects.filter(year=year).select_related("programme")
    prefixes = [(quota, regioncode.prefix_of(quota.region_code)) for quota in named]
    return [quota for quota, paid in prefixes if paid.startswith(prefix) or prefix.startswith(paid)]


def quotas_for(request: PostRequest) -> list[Quota]:
    """The quotas that a request could be approved under: its programme and year, a region that holds it; nearest first."""
    named = Quota.objects.filter(programme=request.programme_id, year=request.year)
    prefixes = {quota.pk: regioncode.prefix_of(quota.region_code) for quota in named}
    holding = [quota for quota in named if request.region_code.startswith(prefixes[quota.pk])]
    return sorted(holding, key=lambda quota: (-len(prefixes[quota.pk]), quota.pk))


def path_of(request: PostRequest) -> QuerySet[RequestStep]:
    """The steps a request has taken, oldest first."""
    return request.steps.select_related("by")


def far_away(place: Position, region_code: str) -> float | None:
    """Kilometres to the nearest other position of the county when that is suspiciously far; None where none is known."""
    county = region_code[:6]
    known: list[Position] = []
    for model in (Post, ServiceStation, VillageCentre):
        rows = model._default_manager.filter(region_code__startswith=county, longitude__isnull=False)  # noqa: SLF001 - Django's way to a model's rows when only its class is known
        known += list(rows.values_list("longitude", "latitude"))
    distance = min((kilometres(place, other) for other in known if other != place), default=0.0)
    return distance if distance > FAR_KM else None
