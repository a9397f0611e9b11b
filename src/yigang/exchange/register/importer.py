"""A labour-force register as a kind of import: read, compared with the quarter before, loaded whole, taken back whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest
from yigang.exchange.register.blocks import Sheet, read_sheet
from yigang.exchange.register.columns import REGISTER
from yigang.exchange.register.reading import Reading, quarters_in, read_rows
from yigang.exchange.registry import Applied, Context, Difference, Preview, What, register
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.places import Places
from yigang.foundation import regioncode
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.people.access import IMPORT_REGISTER
from yigang.people.enums import ChangeKind
from yigang.people.register.compare import Change, Compared, changes, compare
from yigang.people.register.frames import FIELDS
from yigang.people.register.labels import label, value_in_words
from yigang.people.register.load import Loaded, load_edition, lock_registers, unload_edition
from yigang.people.register.quarters import last_day, read_quarter

MOST_SHOWN = 2_000
"""Differences that are shown before loading; all of them are kept with the quarter and looked through afterwards."""
WHAT: Mapping[str, What] = {"new": "new", "changed": "changed", "gone": "vanished"}


@dataclass(frozen=True)
class Read:
    """A file that was read: its sheet, its rows, the quarter it is for, and what it would do; no `compared` if it is wrong."""

    sheet: Sheet
    reading: Reading
    quarter: str
    compared: Compared | None


class RegisterImporter:
    """See `registry.Importer`."""

    kind: ImportKind = ImportKind.REGISTER
    capability = IMPORT_REGISTER
    columns: Sequence[ColumnSpec] = REGISTER
    needs_programme = False

    def preview(self, context: Context, progress: Progress) -> Preview:
        sheet = _sheet(context, progress)
        if sheet.mapping.missing:
            return _unmapped(sheet)
        found = _read(sheet, context)
        problems = sorted(found.reading.problems, key=lambda one: one.row or 0)
        if found.compared is None:
            return _told(sheet, {"rows": found.reading.frame.height}, problems)
        differences = list(islice(_differences(found.compared), MOST_SHOWN))
        told = _told(sheet, found.compared.counts(), [*problems, *_remarks(found, len(differences))])
        return replace(told, differences=differences, plan=json.dumps(_plan(found, found.compared)))

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        county = _county(context)
        lock_registers(county)
        kept = json.loads(plan)
        found = _read(_sheet(replace(context, remembered=kept["columns"]), silent), context)
        if found.compared is None or _plan(found, found.compared) != kept:
            raise _data_changed()
        try:
            with transaction.atomic():
                loaded = load_edition(
                    found.compared, county, found.quarter, last_day(found.quarter), file=context.stored,
                    actor=context.actor, progress=progress,
                )  # fmt: skip
        except IntegrityError as error:
            raise _data_changed() from error
        return Applied(found.compared.counts(), loaded.dump())

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        unload_edition(Loaded.load(applied.journal), reason=reason, actor=context.actor)


def _county(context: Context) -> str:
    if regioncode.level_of(context.region_code) != RegionLevel.COUNTY:
        raise Refusal(
            _("A register is loaded for a whole county, or nobody could say who is gone."), code="not_a_county",
            field="region_code", remedy=_("Choose the county at the top, and load its whole register."),
        )  # fmt: skip
    return regioncode.county_of(context.region_code)


def _sheet(context: Context, progress: Progress) -> Sheet:
    _county(context)
    return read_sheet(context.path, REGISTER, context.remembered, progress)


def _unmapped(sheet: Sheet) -> Preview:
    """The heading is found, but a column that we need is not in it: a person says which it is."""
    notes = Notes(sheet.name, sheet.mapping)
    for spec in sheet.mapping.missing:
        notes.say(
            sheet.header.bottom + 1, spec.key, "column_missing", _("The column “%(label)s” was not found."),
            remedy=_("Say below which column it is, or rename it as in the template."), label=spec.label,
        )  # fmt: skip
    return _told(sheet, {}, notes.problems)


def _told(sheet: Sheet, counts: Mapping[str, int], problems: Sequence[Problem]) -> Preview:
    """What the page says of a file, with its columns."""
    names = sheet.header.names
    mapping = {key: sheet.mapping.names[column] for key, column in sheet.mapping.columns.items()}
    return Preview(counts, problems, mapping=mapping, headings=names, header_digest=header_digest(names))


def _read(sheet: Sheet, context: Context) -> Read:
    quarter = _quarter(sheet, context)
    reading = read_rows(sheet, Places.below(context.region_code), timezone.localdate())
    if not reading.frame.height:
        reading.say(sheet.header.bottom + 1, "name", "no_rows", _("There is nobody below the heading."))
    if reading.errors:
        return Read(sheet, reading, quarter, None)
    try:
        return Read(sheet, reading, quarter, compare(reading.frame, _county(context), quarter))
    except Refusal as refusal:
        reading.note(refusal, refusal.row or sheet.header.bottom + 1, "quarter")
        return Read(sheet, reading, quarter, None)


def _quarter(sheet: Sheet, context: Context) -> str:
    """The quarter that the column names, or the file's name."""
    told = quarters_in(sheet.frame)
    found = {read_quarter(text) for text in told} if told else {read_quarter(context.stored.name)}
    if len(found) > 1:
        raise Refusal(
            _("The file names several quarters: %(quarters)s."), {"quarters": "、".join(told[:5])}, code="two_quarters",
            field="quarter", remedy=_("Load each quarter as a file of its own, the oldest first."),
        )  # fmt: skip
    (quarter,) = found
    if quarter is None:
        raise Refusal(
            _("The file does not say which quarter it is for."), code="no_quarter", field="quarter",
            remedy=_("Add a column 季度 with 2020年第2季度, or name the file so."),
        )  # fmt: skip
    return quarter


def _plan(found: Read, compared: Compared) -> dict[str, object]:
    """The columns, and what tells whether applying would still do what was shown."""
    previous = compared.previous.pk if compared.previous else None
    columns = found.sheet.mapping.remember()
    return {
        "quarter": found.quarter, "digest": compared.digest, "previous": previous, "counts": compared.counts(),
        "columns": columns,
    }  # fmt: skip


def _differences(compared: Compared) -> Iterator[Difference]:
    for change in changes(compared):
        before, after = shown(change)
        yield Difference(WHAT[change.what], change.name, change.row, before, after, change.region_code)
    if compared.previous is None:
        for row in compared.unknown.head(MOST_SHOWN).iter_rows(named=True):
            after = {str(label(name)): value_in_words(name, row[name]) for name in FIELDS if row[name] is not None}
            yield Difference("new", row["name"], row["row"], {}, after, row["region_code"])


def shown(change: Change) -> tuple[dict[str, str], dict[str, str]]:
    """Before and after by the columns' names; where only a person's file differs, that is what was before."""
    if change.what != ChangeKind.CHANGED:
        return (
            {str(label(name)): value_in_words(name, value) for name, value in change.before.items()},
            {str(label(name)): value_in_words(name, value) for name, value in change.after.items()},
        )  # fmt: skip
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for name in change.fields:
        old, new = change.before.get(name), change.after.get(name)
        if name not in change.before:
            old, new = change.proposals[name]
        before[str(label(name))], after[str(label(name))] = value_in_words(name, old), value_in_words(name, new)
    return before, after


def _remarks(found: Read, shown_count: int) -> Sequence[Problem]:
    compared = found.compared
    assert compared is not None
    said = [
        Problem("quarter", _("The register of %(quarter)s."), {"quarter": found.quarter}, severity="note")
        if compared.previous is None else
        Problem(
            "quarter", _("The register of %(quarter)s, compared with %(previous)s."),
            {"quarter": found.quarter, "previous": compared.previous.quarter}, severity="note",
        )
    ]  # fmt: skip
    if shown_count == MOST_SHOWN:
        sentence = _(
            "The first %(count)d differences are shown here; all of them are kept with the quarter for review."
        )
        said.append(Problem("more", sentence, {"count": MOST_SHOWN}, severity="note"))
    return said


def _data_changed() -> Refusal:
    return Refusal(
        _("The register was changed since this file was read, so the import would do something else than was shown."),
        code="data_changed", remedy=_("Read the file again and look at the differences."),
    )  # fmt: skip


register(RegisterImporter())
