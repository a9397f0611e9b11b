"""A register for comparison as a kind of import: read, look, keep whole or not at all, take back."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.comparison.cleaning import Cleaned, clean
from yigang.exchange.comparison.columns import COLUMNS, NEEDED
from yigang.exchange.comparison.reading import Raw, read
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest
from yigang.exchange.registry import Applied, Context, Preview, register
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.jobs import Progress
from yigang.policy.comparison import RegisterKind
from yigang.recruitment.comparison import kinds, registers
from yigang.recruitment.comparison.access import LOAD_REGISTERS
from yigang.recruitment.models import ComparisonRegister

_DAY = re.compile(r"(20\d\d)[-年._]?(0?[1-9]|1[0-2])[-月._]?(0?[1-9]|[12]\d|3[01])日?(?!\d)")


class ComparisonImporter:
    """See `registry.Importer`. Options: `register` (the kind's code) and `as_of` (the day it is true on)."""

    kind: ImportKind = ImportKind.COMPARISON
    capability = LOAD_REGISTERS
    columns: Sequence[ColumnSpec] = COLUMNS
    needs_programme = False

    def preview(self, context: Context, progress: Progress) -> Preview:
        kind, as_of = _kind(context), _as_of(context)
        raw = read(context.path, context.remembered, progress)
        if missing := [NEEDED[key] for key in kind.needs if key not in raw.mapping.columns]:
            return _shown(raw, [_missing(kind, spec, raw) for spec in missing])
        cleaned = clean(raw, kind, context.region_code, timezone.localdate())
        problems = [*_about_the_whole(kind, as_of, context.region_code, cleaned), *cleaned.problems]
        found = _shown(raw, problems, cleaned)
        return found if found.refused else _with_plan(found, cleaned.lines)

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        lines = pl.read_parquet(io.BytesIO(base64.b64decode(plan)))
        handed = registers.Handed(_kind(context), _as_of(context), context.region_code, context.stored, lines)
        kept = registers.load_register(handed, actor=context.actor, progress=progress)
        return Applied({"new": kept.rows, "faulty": kept.faulty}, json.dumps({"register": kept.pk}))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        found = ComparisonRegister.objects.filter(pk=json.loads(applied.journal)["register"]).first()
        if found is not None:
            registers.take_back(found, reason=reason, actor=context.actor)


def _kind(context: Context) -> RegisterKind:
    return kinds.of_file(context.options.get("register", ""))


def _as_of(context: Context) -> date:
    """The day that was given, else the one in the file's name; never one that is still to come."""
    given = context.options.get("as_of", "")
    in_name = _DAY.search(context.stored.name)
    try:
        day = date.fromisoformat(given) if given else date(*map(int, in_name.groups())) if in_name else None
    except ValueError:
        day = None
    if day is None:
        raise Refusal(
            _("On which day is this register true?"), code="as_of_missing", field="as_of",
            remedy=_("Give the day, or write it into the file's name, such as 死亡人员2020-06-30."),
        )  # fmt: skip
    if day > timezone.localdate():
        raise Refusal(_("%(day)s is still to come."), {"day": day}, code="as_of_future", field="as_of")
    return day


def _missing(kind: RegisterKind, spec: ColumnSpec, raw: Raw) -> Problem:
    return Problem(
        "missing_columns",
        _("“%(kind)s” cannot be compared without the column “%(label)s”; the heading (row %(row)d) has %(found)s."),
        {
            "kind": kind.name.zh, "label": spec.label, "row": raw.header.bottom + 1,
            "found": "、".join(filter(None, raw.header.names))[:200],
        },
        row=raw.header.bottom + 1, field=spec.key, sheet=raw.sheet,
        remedy=_("Say under “Columns” which column it is, or ask the office for a table that has it."),
    )  # fmt: skip


def _shown(raw: Raw, problems: Iterable[Problem], cleaned: Cleaned | None = None) -> Preview:
    """What the page shows. A register's rows are counted and not listed: they are other people's data."""
    counts = {"rows": raw.frame.height}
    if cleaned is not None:
        lines = cleaned.lines
        counts |= {
            "new": lines.height, "unchanged": cleaned.twice, "people": lines["identity"].n_unique(),
            "faulty": lines.filter(pl.col("fault").fill_null("") != "").height,
        }  # fmt: skip
    return Preview(
        counts=counts, problems=list(problems), headings=raw.header.names, header_digest=header_digest(raw.header.names),
        mapping={key: raw.mapping.names[column] for key, column in raw.mapping.columns.items()},
    )  # fmt: skip


def _with_plan(found: Preview, lines: pl.DataFrame) -> Preview:
    body = io.BytesIO()
    lines.write_parquet(body, compression="zstd", compression_level=3)
    return Preview(
        counts=found.counts, problems=found.problems, headings=found.headings, header_digest=found.header_digest,
        mapping=found.mapping, plan=base64.b64encode(body.getbuffer()).decode("ascii"),
    )  # fmt: skip


def _about_the_whole(kind: RegisterKind, as_of: date, region_code: str, cleaned: Cleaned) -> Iterable[Problem]:
    """Nothing in it, the same as before, or older than what is there."""
    if cleaned.lines.is_empty():
        yield Problem("no_rows", _("There is no row of a person in this file."))
        return
    if known := registers.known_already(kind.code, region_code, registers.digest_of(cleaned.lines)):
        yield Problem.of(registers.loaded_before(known))
    newest = registers.newest(kind.code, region_code)
    if newest is not None and newest.as_of > as_of:
        yield Problem(
            "older", _("A newer register is there already, of %(newest)s; this one is of %(as_of)s."),
            {"newest": newest.as_of, "as_of": as_of}, severity="warning",
            remedy=_("Rounds are compared with the newest register; take this one only if the day is wrong there."),
        )  # fmt: skip
    if cleaned.twice:
        yield Problem(
            "twice", _("%(count)d rows say what another row says; each is kept once."), {"count": cleaned.twice},
            severity="note",
        )  # fmt: skip


register(ComparisonImporter(), own_form=True)
