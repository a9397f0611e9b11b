"""A rectification list as a kind of import: look, enter all of its points or none, take them back as one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.rectifications.columns import POINTS
from yigang.exchange.registry import Applied, Context, Difference, Preview, register
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.places import Places
from yigang.exchange.stated import data_changed, programme_of
from yigang.exchange.tables import Table, read_raw, values
from yigang.exchange.whom import EXAMPLE_NAME, text
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.oversight import domain, queries
from yigang.oversight.access import ENTER_FINDINGS
from yigang.oversight.domain import Point
from yigang.oversight.enums import FoundBy
from yigang.oversight.models import Rectification
from yigang.posts.models import Programme

Key = tuple[str, str, str]
"""Region, day and words of a point: what stands on the list already is not entered again."""


def key_of(region_code: str, found_on: date, finding: str) -> Key:
    return region_code, f"{found_on}", finding.strip()


@dataclass
class Rows(Notes):
    """The rows as points that are not on the list yet, each with its row."""

    programme: Programme | None = None
    region_code: str = ""
    places: Places = field(default_factory=lambda: Places(""))
    standing: frozenset[Key] = frozenset()
    points: list[tuple[int, Point]] = field(default_factory=list)
    rows: int = 0
    unchanged: int = 0

    def read(self, table: Table) -> None:
        """Every row; one with an error is left out, and its problem says why."""
        bad, seen = table.bad_rows(), dict[Key, int]()
        for index, row in enumerate(table.row_numbers):
            cells = {key: column[index] for key, column in table.columns.items()}
            if str(cells["finding"]).startswith(EXAMPLE_NAME):
                self.say(row, "finding", "example_row", _("The template's example was left out."), "note")
                self.problems = [each for each in self.problems if each.row != row or each.severity == "note"]
                continue
            self.rows += 1
            if row in bad:
                continue
            try:
                self._take(row, cells, seen)
            except Refusal as refusal:
                self.note(refusal, row)

    def _take(self, row: int, cells: Mapping[str, object], seen: dict[Key, int]) -> None:
        assert self.programme is not None
        point = self._point(cells)
        domain.refuse_point(self.programme, point)
        key = key_of(point.region_code, point.found_on, point.finding)
        first = seen.setdefault(key, row)
        if first != row:
            raise Refusal(
                _("The same point stands in row %(other_row)d already."), {"other_row": first}, code="point_twice",
                field="finding", remedy=_("Delete one of the two rows."),
            )  # fmt: skip
        if key in self.standing:
            self.unchanged += 1
        else:
            self.points.append((row, point))

    def _point(self, cells: Mapping[str, object]) -> Point:
        found_on, due = cells["found_on"], cells["due"]
        assert isinstance(found_on, date)  # a row without it has an error
        assert due is None or isinstance(due, date)
        named = cells["town"] or cells["village"]
        place = (
            self.places.find(text(cells["town"]), text(cells["village"]), None) if named else self.region_code
        )  # fmt: skip
        finding, unit, owner, item = (str(cells[key] or "").strip() for key in ("finding", "unit", "owner", "item"))
        return Point(place, finding, unit, owner, found_on, item, due)


class RectificationImporter:
    """See `registry.Importer`. The plan is every point to enter."""

    kind: ImportKind = ImportKind.RECTIFICATION
    capability = ENTER_FINDINGS
    columns: Sequence[ColumnSpec] = POINTS
    needs_programme = True

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, POINTS, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table, programme = values(raw, POINTS), programme_of(context)
        rows = Rows(
            table.sheet, table.mapping, list(table.problems), programme, context.region_code,
            Places.below(context.region_code), _standing(programme, context.region_code),
        )  # fmt: skip
        rows.read(table)
        progress(1, 1)
        plan = json.dumps([_as_row(point) for _row, point in rows.points], ensure_ascii=False)
        return Preview(
            counts={"rows": rows.rows, "new": len(rows.points), "changed": 0, "unchanged": rows.unchanged},
            problems=sorted(rows.problems, key=lambda one: one.row or 0), differences=list(_differences(rows.points)),
            plan="" if rows.errors else plan, mapping=mapping_of(raw), headings=raw.header.names,
            header_digest=header_digest(raw.header.names),
        )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        programme = programme_of(context)
        points = [_point_of(row) for row in json.loads(plan)]
        standing = _standing(programme, context.region_code)
        if any(key_of(one.region_code, one.found_on, one.finding) in standing for one in points):
            raise data_changed(_("Some of these points were entered since this file was read."))
        made = domain.open_points(programme, points, source=FoundBy.LIST, actor=context.actor)
        progress(1, 1)
        return Applied({"new": len(made)}, json.dumps([one.pk for one in made]))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        made = Rectification.objects.filter(pk__in=json.loads(applied.journal or "[]"))
        domain.take_back_points(list(made), reason, actor=context.actor)


def _standing(programme: Programme, region_code: str) -> frozenset[Key]:
    rows = queries.on_list().filter(programme=programme, region_code__startswith=regioncode.prefix_of(region_code))
    return frozenset(key_of(*row) for row in rows.values_list("region_code", "found_on", "finding"))


def _as_row(point: Point) -> list[Any]:
    due = f"{point.due}" if point.due else None
    return [point.region_code, point.finding, point.unit, point.owner, f"{point.found_on}", point.item, due]


def _point_of(row: Sequence[Any]) -> Point:
    region, finding, unit, owner, found_on, item, due = row
    return Point(
        region, finding, unit, owner, date.fromisoformat(found_on), item, date.fromisoformat(due) if due else None
    )


def _differences(points: Sequence[tuple[int, Point]]) -> Iterator[Difference]:
    for row, point in points:
        told = {
            "项目": point.item, "责任单位": point.unit, "责任人": point.owner, "查出日期": f"{point.found_on}",
            "整改期限": f"{point.due}" if point.due else "按办法",
        }  # fmt: skip
        yield Difference("new", point.finding, row, {}, told, point.region_code)


register(RectificationImporter())
