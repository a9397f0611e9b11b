"""A list of village centres as a kind of import: look, set all or none, put back what was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from yigang.exchange.centres.columns import CENTRES
from yigang.exchange.centres.reading import Centre, Centres
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.registry import Applied, Context, Difference, Preview, register
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.roster.places import Places
from yigang.exchange.tables import RawTable, read_raw, values
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.people import places
from yigang.people.access import KEEP_PLACES
from yigang.people.models import VillageCentre
from yigang.people.places import CentrePoint

WHERE, SOURCE = "位置", "来源"


class Wanted(NamedTuple):
    """A village and what is to stand there, with what stood there when the file was looked at."""

    region_code: str
    longitude: str
    latitude: str
    source: str
    row: int
    before: Sequence[str] | None

    @property
    def after(self) -> list[str]:
        return [self.longitude, self.latitude, self.source]


class CentreImporter:
    """See `registry.Importer`. The plan is every centre to set, with the one that stood there until then."""

    kind: ImportKind = ImportKind.CENTRE
    capability = KEEP_PLACES
    columns: Sequence[ColumnSpec] = CENTRES
    needs_programme = False

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, CENTRES, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table = values(raw, CENTRES)
        found = Centres(table.sheet, table.mapping, list(table.problems), places=Places.below(context.region_code))
        found.read(table)
        prefix = regioncode.prefix_of(context.region_code)
        found.warn_of_far(places.centres(prefix[:6]))
        progress(1, 1)
        return _preview(raw, found, _standing(prefix))

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        wanted = [Wanted(*row) for row in json.loads(plan)]
        standing = _standing(regioncode.prefix_of(context.region_code))
        if any(standing.get(one.region_code) != one.before for one in wanted):
            raise _data_changed()
        for number, one in enumerate(wanted, 1):
            places.set_centre(CentrePoint(one.region_code, *one.after), actor=context.actor)
            progress(number, len(wanted))
        new = sum(one.before is None for one in wanted)
        return Applied({"new": new, "changed": len(wanted) - new}, plan)

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        set_then = [Wanted(*row) for row in json.loads(applied.journal)]
        standing = _standing(regioncode.prefix_of(context.region_code))
        if any(standing.get(one.region_code) != one.after for one in set_then):
            raise _data_changed()
        for one in set_then:
            if one.before is None:
                row = VillageCentre.objects.get(region_code=one.region_code)
                places.remove_centre(row, reason=reason, actor=context.actor)
            else:
                places.set_centre(CentrePoint(one.region_code, *one.before), actor=context.actor)


def _standing(prefix: str) -> dict[str, list[str]]:
    """Village → degrees and source as they stand."""
    rows = VillageCentre.objects.filter(region_code__startswith=prefix)
    columns = rows.values_list("region_code", "longitude", "latitude", "source")
    return {code: [str(east), str(north), source] for code, east, north, source in columns}


def _preview(raw: RawTable, found: Centres, standing: dict[str, list[str]]) -> Preview:
    wanted = [_wanted(one, standing) for one in found.found]
    changed = [one for one in wanted if one.before != one.after]
    new = sum(one.before is None for one in changed)
    return Preview(
        counts={
            "rows": found.rows, "new": new, "changed": len(changed) - new, "unchanged": len(wanted) - len(changed),
        },
        problems=sorted(found.problems, key=lambda one: one.row or 0),
        differences=list(_differences(changed, found.places)),
        plan="" if found.errors else json.dumps(changed, ensure_ascii=False), mapping=mapping_of(raw),
        headings=raw.header.names, header_digest=header_digest(raw.header.names),
    )  # fmt: skip


def _wanted(one: Centre, standing: dict[str, list[str]]) -> Wanted:
    east, north = one.position
    return Wanted(one.region_code, str(east), str(north), one.source, one.row, standing.get(one.region_code))


def _differences(changed: Sequence[Wanted], known: Places) -> Iterator[Difference]:
    for one in changed:
        yield Difference(
            "new" if one.before is None else "changed", known.name_of(one.region_code), one.row,
            _shown(one.before), _shown(one.after), one.region_code,
        )  # fmt: skip


def _shown(centre: Sequence[str] | None) -> dict[str, str]:
    return {} if centre is None else {WHERE: f"{centre[0]}, {centre[1]}", SOURCE: centre[2]}


def _data_changed() -> Refusal:
    return Refusal(
        _("Centres of villages were changed since this file was read."), code="data_changed",
        remedy=_("Read the file again and look at the differences."),
    )  # fmt: skip


register(CentreImporter())
