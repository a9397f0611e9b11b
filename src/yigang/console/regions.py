"""The region that a page looks at: chosen in the top bar, inside the user's scope, kept in the session."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from yigang.foundation import regioncode
from yigang.foundation.models import Region, User

SESSION_KEY = "region"
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Place:
    """A region with its name, for menus."""

    prefix: str
    name: str


class Reader:
    """Who looks, and at which region: what a list needs to know of a request, and of a job that writes it to a file."""

    def __init__(self, user: User, prefix: str) -> None:
        self.user, self.prefix = user, prefix

    @cached_property
    def below(self) -> list[Place]:
        """The regions directly below the one looked at. The menu and the filters both show them."""
        return below(self.prefix) if self.prefix else []


def reader(request: HttpRequest) -> Reader:
    """The request's reader, one per request."""
    known: Reader | None = getattr(request, "reader", None)
    if known is None:
        assert isinstance(request.user, User)
        known = Reader(request.user, viewing(request))
        request.reader = known  # type: ignore[attr-defined]
    return known


def viewing(request: HttpRequest) -> str:
    """The prefix of the region looked at. The whole scope is its only prefix, or `""` when it has several."""
    user = request.user
    assert isinstance(user, User)
    chosen = request.session.get(SESSION_KEY, "")
    if chosen and regioncode.covers(user.prefixes, chosen):
        return str(chosen)
    return user.prefixes[0] if len(user.prefixes) == 1 else ""


def look_at(request: HttpRequest, prefix: str) -> bool:
    """Choose a region; False when it lies outside the scope. Empty chooses the whole scope again."""
    user = request.user
    assert isinstance(user, User)
    if prefix and not regioncode.covers(user.prefixes, prefix):
        return False
    request.session[SESSION_KEY] = prefix
    return True


def inside(prefix: str, field: str = "region_code") -> Q:
    """Rows in a region. A range of text rather than LIKE: only that can use an index below row-level security."""
    if not prefix:
        return Q()
    return Q(**{f"{field}__gte": regioncode.pad(prefix), f"{field}__lte": prefix.ljust(12, "9")})


def names(codes: Iterable[str]) -> dict[str, str]:
    """Code → name as it is called now, for the codes that are known. One query."""
    rows = Region.objects.filter(code__in=set(codes)).order_by("valid_from").values_list("code", "name")
    return dict(rows)


def name_places(rows: Iterable[Any]) -> None:
    """Give every row `place`, the names of its town and village, with one query for all of them."""
    rows = list(rows)
    known = names(code for row in rows for code in (row.region_code, f"{row.region_code[:9]}000"))
    for row in rows:
        row.place = full_name(row.region_code, known)


def full_name(code: str, known: dict[str, str]) -> str:
    """Town and village, or the one name that there is; the code itself when it is not known."""
    parts = dict.fromkeys((f"{code[:9]}000", code)) if code[6:9] != "000" else {code: None}
    return " ".join(known.get(part, part) for part in parts)


def below(prefix: str) -> list[Place]:
    """The regions one level below."""
    rows = children(prefix).values_list("code", "name")
    return [Place(regioncode.prefix_of(code), name) for code, name in rows]


def children(prefix: str) -> "QuerySet[Region]":
    """Regions directly below a prefix that are valid now; provinces below nothing."""
    parent = regioncode.pad(prefix) if prefix else ""
    return Region.objects.filter(parent_code=parent, valid_to=None).order_by("code")
