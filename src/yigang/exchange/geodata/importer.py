"""A file of places as a kind of import: look, set all of them or none, take them back together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.duty import domain, shapes
from yigang.duty.access import KEEP_GROUND
from yigang.duty.domain import Terms
from yigang.duty.domain.places import LEAST_RADIUS, MOST_RADIUS, USUAL_RADIUS
from yigang.duty.models import DutyArea, KeyPoint, Route
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.geodata.found import NAMES, POSTS, RADII, Found
from yigang.exchange.geodata.reading import read
from yigang.exchange.registry import Applied, Context, Difference, Preview, register
from yigang.foundation import gcj02
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.jobs import Progress
from yigang.posts.models import Post, Programme

MODELS: dict[str, type[DutyArea] | type[KeyPoint] | type[Route]] = {"area": DutyArea, "point": KeyPoint, "route": Route}
WORDS = {"area": _("Area"), "point": _("Key point"), "route": _("Route")}


@dataclass(frozen=True)
class Placed:
    """A place of the file that can be set."""

    row: int
    kind: str
    name: str
    coordinates: Any
    radius: int
    post: Post | None
    size: float
    """Square metres of an area, metres of a route."""


class PlacesImporter:
    """See `registry.Importer`. The plan is every place to set; the journal what was set."""

    kind: ImportKind = ImportKind.GROUND
    capability = KEEP_GROUND
    columns: Sequence[ColumnSpec] = ()
    needs_programme = True

    def preview(self, context: Context, progress: Progress) -> Preview:
        found = read(context.path)
        posts = _posts(context, found)
        placed: list[Placed] = []
        problems: list[Problem] = []
        for number, one in enumerate(found, 1):
            try:
                placed.append(_placed(one, posts, context.options.get("datum", "")))
            except Refusal as refusal:
                problems.append(Problem.of(refusal, row=one.row))
            progress(number, len(found))
        counts = {"rows": len(found), "new": len(placed)}
        return Preview(
            counts=counts, problems=problems, differences=[_difference(one, context) for one in placed],
            plan="" if problems else json.dumps([_kept(one) for one in placed], ensure_ascii=False),
        )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        rows = json.loads(plan)
        posts = Post.objects.in_bulk([row["post"] for row in rows if row["post"]])
        journal = []
        for number, row in enumerate(rows, 1):
            made = _set(context, row, posts.get(row["post"]))
            journal.append([row["kind"], made.pk])
            progress(number, len(rows))
        return Applied({"new": len(journal)}, json.dumps(journal))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        for kind, place in _standing(json.loads(applied.journal or "[]")):
            assert kind in MODELS
            domain.forget_place(place, reason=reason, actor=context.actor)


def _posts(context: Context, found: Sequence[Found]) -> dict[str, Post]:
    numbers = {one.of(POSTS) for one in found} - {""}
    return {post.number: post for post in Post.objects.filter(programme=context.programme, number__in=numbers)}


def _placed(one: Found, posts: dict[str, Post], datum: str) -> Placed:
    """Checked as the verbs check it, so that what is looked at can be applied."""
    name = one.of(NAMES)
    if not name:
        raise Refusal(
            _("Shape %(row)d has no name."), {"row": one.row}, code="no_name", column="name",
            remedy=_("Give it a property “name” (名称) in the map program."),
        )  # fmt: skip
    number = one.of(POSTS)
    if number and number not in posts:
        raise Refusal(
            _("“%(name)s”: there is no post %(number)s in this programme."), {"name": name, "number": number},
            code="no_post", column="post",
        )  # fmt: skip
    where = _on_wgs84(one.coordinates) if datum == "gcj02" else one.coordinates
    try:
        coordinates, size = _measured(one.kind, where)
    except Refusal as refusal:
        raise Refusal(
            _("“%(name)s”: %(what)s"), {"name": name, "what": str(refusal)}, code=refusal.code, remedy=refusal.remedy
        ) from refusal  # fmt: skip
    return Placed(one.row, one.kind, name[:80], coordinates, _radius(one, name), posts.get(number), size)


def _measured(kind: str, coordinates: Any) -> tuple[Any, float]:
    if kind == "area":
        polygons = shapes.polygons(coordinates)
        return polygons, shapes.measured(polygons)
    if kind == "route":
        line = shapes.line(coordinates)
        return line, shapes.metres_of(line)
    return shapes.corner(coordinates), 0.0


def _radius(one: Found, name: str) -> int:
    said = one.of(RADII)
    try:
        radius = round(float(said)) if said else USUAL_RADIUS
    except (ValueError, OverflowError):
        radius = 0
    if not LEAST_RADIUS <= radius <= MOST_RADIUS:
        raise Refusal(
            _("“%(name)s”: the radius “%(text)s” is no number of metres from %(least)d to %(most)d."),
            {"name": name, "text": said, "least": LEAST_RADIUS, "most": MOST_RADIUS}, code="radius", column="radius",
        )  # fmt: skip
    return radius


def _on_wgs84(value: Any) -> Any:
    """Positions of Chinese maps, wherever they stand in nested lists, back to WGS-84."""
    if isinstance(value, list | tuple) and value and isinstance(value[0], int | float):
        lat, lng = gcj02.to_wgs84(float(value[1]), float(value[0]))
        return [lng, lat]
    return [_on_wgs84(each) for each in value] if isinstance(value, list | tuple) else value


def _kept(one: Placed) -> dict[str, Any]:
    return {
        "kind": one.kind, "name": one.name, "coordinates": one.coordinates, "radius": one.radius,
        "post": one.post.pk if one.post else None,
    }  # fmt: skip


def _difference(one: Placed, context: Context) -> Difference:
    size = {"area": f"{one.size / 10_000:.1f} ha", "route": f"{one.size / 1000:.2f} km", "point": f"{one.radius} m"}
    region = one.post.region_code if one.post else context.region_code
    return Difference("new", one.name, one.row, {}, {str(WORDS[one.kind]): size[one.kind]}, region)


def _set(context: Context, row: dict[str, Any], post: Post | None) -> DutyArea | KeyPoint | Route:
    region = post.region_code if post else context.region_code
    terms = Terms(
        region, _programme(context), row["name"], _first_day(context), post=post, source=context.stored.name[:120]
    )  # fmt: skip
    if row["kind"] == "area":
        return domain.set_area(terms, row["coordinates"], actor=context.actor)
    if row["kind"] == "route":
        return domain.set_route(terms, row["coordinates"], actor=context.actor)
    return domain.set_point(terms, row["coordinates"], row["radius"], actor=context.actor)


def _first_day(context: Context) -> date:
    """From when the places count: a day that was given beside the file, else today."""
    given = context.options.get("from", "")
    try:
        return date.fromisoformat(given) if given else timezone.localdate()
    except ValueError as error:
        raise Refusal(_("%(day)s is no day of the calendar."), {"day": given}, code="day", field="from") from error


def _standing(journal: list[list[Any]]) -> Iterator[tuple[str, DutyArea | KeyPoint | Route]]:
    for kind, model in MODELS.items():
        for place in model._default_manager.filter(pk__in=[pk for what, pk in journal if what == kind]):  # noqa: SLF001 - Django's name for it
            yield kind, place


def _programme(context: Context) -> Programme:
    assert context.programme is not None
    return context.programme


register(PlacesImporter())
