"""The region that a page looks at: chosen in the top bar, inside the user's scope, kept in the session."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model, Q
from django.http import HttpRequest

from yigang.foundation import regioncode
from yigang.foundation.models import Region, User

SESSION_KEY = "region"
Row = TypeVar("Row", bound=Model)
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Place:
    """A region with its name, for menus."""

    prefix: str
    name: str


class Reader:
    """Who looks, and at which region: what a list needs to know of a request, and of a job that writes it to a file."""

    def __init__(self, user: User, prefix: str) -> None:
        self.user, self.prefix = user, prefix
        self._answers: dict[Callable[[], Any], Any] = {}

    def once(self, question: Callable[[], Answer]) -> Answer:
        """An answer that several parts of one page need, asked for once."""
        if question not in self._answers:
            self._answers[question] = question()
        answer: Answer = self._answers[question]
        return answer

    @property
    def narrowed(self) -> str:
        """The prefix to narrow rows by; empty when it is the whole scope, which row-level security sees to already.

        Said twice, the condition makes the planner expect few rows and sort all of them instead of following an index.
        """
        return "" if all(prefix.startswith(self.prefix) for prefix in self.user.prefixes) else self.prefix

    @cached_property
    def _around(self) -> list[tuple[str, str, str, int | None]]:
        """Code, name, parent and last year of: what is looked at, all above it in the scope, all directly below."""
        codes = {regioncode.pad(prefix) for prefix in self.user.prefixes}
        codes.update(path_to(self.prefix, self.user.prefixes))
        around = Q(code__in=codes)
        if self.prefix:
            around |= Q(parent_code=regioncode.pad(self.prefix), valid_to=None)
        rows = Region.objects.filter(around).order_by("code", "valid_from")
        return list(rows.values_list("code", "name", "parent_code", "valid_to"))

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the scope, of what is looked at and of what lies around it."""
        return {code: name for code, name, _parent, _until in self._around}

    @cached_property
    def below(self) -> list[Place]:
        """The regions directly below the one looked at. The menu and the filters both show them."""
        here = regioncode.pad(self.prefix)
        return [
            Place(regioncode.prefix_of(code), name)
            for code, name, parent, until in self._around
            if self.prefix and parent == here and until is None
        ]

    @property
    def path(self) -> list[Place]:
        """From the scope down to the region looked at."""
        codes = path_to(self.prefix, self.user.prefixes)
        return [Place(regioncode.prefix_of(code), self.names.get(code, code)) for code in codes]


def reader(request: HttpRequest) -> Reader:
    """The request's reader, one per request."""
    known: Reader | None = getattr(request, "reader", None)
    if known is None:
        assert isinstance(request.user, User)
        known = Reader(request.user, viewing(request))
        request.reader = known  # type: ignore[attr-defined] # kept for the length of the request
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


def path_to(prefix: str, scope: tuple[str, ...]) -> list[str]:
    """Codes from the highest region of the scope down to a prefix."""
    code = regioncode.pad(prefix) if prefix else None
    path: list[str] = []
    while code and regioncode.covers(scope, code):
        path.append(code)
        code = regioncode.parent_of(code)
    return path[::-1]
