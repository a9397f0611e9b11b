"""A roster as a kind of import: read the file, say what it would change, write it, take it back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.exchange.access import IMPORT_ROSTER
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.registry import Applied, Context, Preview, register
from yigang.exchange.roster import compare_people, compare_posts, consistency, known
from yigang.exchange.roster.applying import Writer
from yigang.exchange.roster.columns import ROSTER
from yigang.exchange.roster.known import Known
from yigang.exchange.roster.lines import Line, dump, load
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.places import Places
from yigang.exchange.roster.plan import Plan
from yigang.exchange.roster.reading import read_lines
from yigang.exchange.roster.rows import Journal
from yigang.exchange.roster.undoing import undo
from yigang.exchange.tables import RawTable, read_raw, values
from yigang.foundation import monthlocks, regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.posts.models import Programme
from yigang.tenure.ledger import because

STEPS = 5
"""Of a preview, for its progress: opened, read, checked, looked up, compared."""


class RosterImporter:
    """See `registry.Importer`."""

    kind: ImportKind = ImportKind.ROSTER
    capability = IMPORT_ROSTER
    columns: Sequence[ColumnSpec] = ROSTER
    needs_programme = True

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, ROSTER, remembered=context.remembered)
        progress(1, STEPS)
        if raw.mapping.missing:
            return unmapped(raw)
        table = values(raw, ROSTER)
        progress(2, STEPS)
        reading = read_lines(table, Places.below(context.region_code), timezone.localdate())
        consistency.check(reading.lines, reading)
        progress(3, STEPS)
        plan, _known = _compare(reading.lines, context, reading)
        progress(4, STEPS)
        differences = plan.differences(reading.lines)
        counts = plan.counts(reading.lines) | {"rows": table.height}
        text = json.dumps({"digest": _digest(plan, reading.lines), "lines": dump(reading.lines)})
        return Preview(
            counts=counts, problems=sorted(reading.problems, key=lambda one: one.row or 0), differences=differences,
            plan="" if reading.errors else text, mapping=mapping_of(raw), headings=raw.header.names,
            header_digest=header_digest(raw.header.names),
        )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept = json.loads(plan)
        lines = load(kept["lines"])
        _one_at_a_time(context.region_code)
        notes = Notes()
        now, found = _compare(lines, context, notes)
        if notes.errors or _digest(now, lines) != kept["digest"]:
            raise _data_changed()
        writer = Writer(now, found, _programme(context))
        try:
            with transaction.atomic(), because(_from_file(context), actor=context.actor):
                written = writer.run(progress)
        except IntegrityError as error:
            raise _data_changed() from error
        return Applied(now.counts(lines), written.dump(), touched=list(writer.touched(lines)))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        assert applied.at is not None
        _one_at_a_time(context.region_code)
        told = f"{_from_file(context)}；{_('import taken back')}：{reason}"
        try:
            with transaction.atomic(), because(told, actor=context.actor):
                undo(Journal.load(applied.journal), applied.at, told, actor=context.actor)
        except IntegrityError as error:
            raise _taken_since() from error


def unmapped(raw: RawTable) -> Preview:
    """The table is found, but not every column we need: a person has to say which is which."""
    notes = Notes(raw.sheet, raw.mapping)
    for spec in raw.mapping.missing:
        notes.say(
            raw.header.bottom + 1, spec.key, "column_missing", _("The column “%(label)s” was not found."),
            remedy=_("Say below which column it is, or rename it as in the template."), label=spec.label,
        )  # fmt: skip
    return Preview(
        counts={"rows": len(raw.rows)}, problems=notes.problems, mapping=mapping_of(raw), headings=raw.header.names,
            header_digest=header_digest(raw.header.names),
    )  # fmt: skip


def _compare(lines: Sequence[Line], context: Context, notes: Notes) -> tuple[Plan, Known]:
    programme, plan = _programme(context), Plan()
    found = known.read(lines, programme, context.actor.prefixes)
    compare_people.compare(lines, found, plan, notes)
    compare_posts.compare(lines, found, programme, context.actor, plan, notes)
    plan.vanished = known.vanished(programme, lines, found) if lines else []
    return plan, found


def _programme(context: Context) -> Programme:
    assert context.programme is not None
    return context.programme


def _from_file(context: Context) -> str:
    """What the ledger of changes gives as the reason of everything that a roster writes."""
    return str(_("roster “%(file)s”") % {"file": context.stored.name})


def _digest(plan: Plan, lines: Sequence[Line]) -> str:
    shown = [
        (each.what, each.row, each.label, each.region_code, list(each.before.items()), list(each.after.items()))
        for each in plan.differences(lines)
    ]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _one_at_a_time(region_code: str) -> None:
    """Rosters of a county are written one after the other, and while no month is being sealed."""
    monthlocks.write_register(region_code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('roster ' || %s))", [regioncode.county_of(region_code)])


def _data_changed() -> Refusal:
    return Refusal(
        _("The register was changed since this file was read, so the import would do something else than was shown."),
        code="data_changed", remedy=_("Read the file again and look at the differences."),
    )  # fmt: skip


def _taken_since() -> Refusal:
    return Refusal(
        _("What was before this import cannot be put back: a post, a card or a number was given to somebody else since."),
        code="taken_since", remedy=_("Correct the rows one by one, or import a corrected roster."),
    )  # fmt: skip


register(RosterImporter())
