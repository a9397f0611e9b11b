"""Rows of a list of village centres as points: which village each means, and where it lies in WGS-84."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from yigang.exchange.centres.columns import EXAMPLE_SIGN, GCJ02
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.places import Places
from yigang.exchange.tables import Table
from yigang.foundation import regioncode
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal
from yigang.foundation.gcj02 import to_wgs84
from yigang.foundation.geo import FAR_KM, Position, kilometres, position


@dataclass(frozen=True)
class Centre:
    """A village with its point."""

    row: int
    region_code: str
    position: Position
    source: str


@dataclass
class Centres(Notes):
    """The rows of a list as centres; one with an error is left out, and its problem says why."""

    places: Places = field(default_factory=lambda: Places(""))
    found: list[Centre] = field(default_factory=list)
    rows: int = 0

    def read(self, table: Table) -> None:
        bad = table.bad_rows()
        for number, *cells in zip(table.row_numbers, *table.columns.values(), strict=True):
            row = dict(zip(table.columns, cells, strict=True))
            if str(row["village"]).startswith(EXAMPLE_SIGN):
                self.say(number, "village", "example_row", _("The template's example was left out."), "note")
                continue
            self.rows += 1
            if number in bad:
                continue
            try:
                self.found.append(self._centre(number, row))
            except Refusal as refusal:
                self.note(refusal, number)
        self._once()

    def _centre(self, number: int, row: dict[str, object]) -> Centre:
        code = self.places.find(_text(row["town"]), _text(row["village"]), _text(row["region_code"]))
        if regioncode.level_of(code) != RegionLevel.VILLAGE:
            raise Refusal(_("Only a village has a centre; choose one."), code="not_a_village", field="village")
        place = position(row["longitude"], row["latitude"])
        assert place is not None, "both columns are required"
        if row["system"] == GCJ02:
            north, east = to_wgs84(float(place[1]), float(place[0]))
            place = position(east, north) or place
        return Centre(number, code, place, (_text(row["source"]) or "").strip()[:120])

    def _once(self) -> None:
        seen: dict[str, Centre] = {}
        for one in self.found:
            first = seen.setdefault(one.region_code, one)
            if first is not one:
                self.say(
                    one.row, "village", "village_twice", _("%(place)s stands in row %(first)s already."),
                    remedy=_("Delete one of the two rows."), place=self.places.name_of(one.region_code), first=first.row,
                )  # fmt: skip

    def warn_of_far(self, known: dict[str, Position]) -> None:
        """A village far from every other of its county: with mistyped degrees its people are matched with nothing."""
        everywhere = {**known, **{one.region_code: one.position for one in self.found}}
        for one in self.found:
            others = [
                place
                for code, place in everywhere.items()
                if code != one.region_code and code[:6] == one.region_code[:6]
            ]
            nearest = min((kilometres(one.position, other) for other in others), default=0.0)
            if nearest > FAR_KM:
                self.say(
                    one.row, "longitude", "far_away", _("The nearest other village lies %(distance)d km away."), "warning",
                    remedy=_("Look at the degrees again: with wrong ones nobody is matched with posts nearby."),
                    distance=round(nearest),
                )  # fmt: skip


def _text(cell: object) -> str | None:
    return str(cell) if cell else None
