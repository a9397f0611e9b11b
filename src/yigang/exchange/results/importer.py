"""A table of yearly results as a kind of import: look, record all of it or nothing, take it back as one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.appraisal import years
from yigang.appraisal.access import RECORD_YEAR
from yigang.appraisal.models import YearResult
from yigang.appraisal.years import YearGiven
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.registry import Applied, Context, Difference, Preview, Touched, register
from yigang.exchange.results.columns import RESULTS
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.roster.places import Places
from yigang.exchange.tables import Table, read_raw, values
from yigang.exchange.whom import Cells, PeopleRows
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment
from yigang.tenure.queries import of_programme

LABELS = {spec.key: spec.label for spec in RESULTS}
SHOWN = ("grade", "score", "document", "decided_on")
Known = Mapping[tuple[int, int], YearResult]


@dataclass
class Rows(PeopleRows):
    """The rows as results; each is of somebody who held a post of the programme in that year."""

    programme: Programme | None = None
    given: list[tuple[int, YearGiven]] = field(default_factory=list)
    """With the row of each."""

    def read(self, table: Table) -> None:
        super().read(table)
        seen: dict[tuple[int, int], int] = {}
        for row, one in self.given:
            first = seen.setdefault(one.key, row)
            if first != row:
                self.say(
                    row, "name", "person_twice", _("%(name)s has a result of this year in row %(other_row)d already."),
                    remedy=_("Delete one of the two rows."), name=one.appointment.person.name, other_row=first,
                )  # fmt: skip

    def take(self, row: int, cells: Cells) -> None:
        year, score = int(str(cells["year"])), cells["score"]
        first, last = date(max(1, min(year, 9999)), 1, 1), date(max(1, min(year, 9999)), 12, 31)
        held = self.only(
            cells, f"{year}", lambda one: one.starts <= last and (one.ends is None or one.ends >= first)
        )  # fmt: skip
        decided_on = cells["decided_on"]
        assert isinstance(decided_on, date)  # a row without it has an error
        assert self.programme is not None
        one = YearGiven(
            held, year, str(cells["grade"]).strip(), str(cells["document"]).strip(), decided_on,
            None if score is None else Decimal(str(score)),
        )  # fmt: skip
        years.refuse_result(self.programme, one)
        self.given.append((row, one))


class ResultsImporter:
    """See `registry.Importer`. The plan is every result to record, beside the one that counted when it was looked at."""

    kind: ImportKind = ImportKind.YEAR_RESULT
    capability = RECORD_YEAR
    columns: Sequence[ColumnSpec] = RESULTS
    needs_programme = True

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, RESULTS, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table, programme = values(raw, RESULTS), _programme(context)
        rows = Rows(table.sheet, table.mapping, list(table.problems), for_persons=True, programme=programme)
        rows.places, rows.serving = Places.below(context.region_code), of_programme(programme, context.region_code)
        progress(1, 2)
        rows.read(table)
        known = _known([one for _row, one in rows.given], programme)
        changed = [(row, one) for row, one in rows.given if _said(known.get(one.key)) != _said(one)]
        new = sum(one.key not in known for _row, one in changed)
        progress(2, 2)
        return Preview(
            counts={
                "rows": rows.rows, "new": new, "changed": len(changed) - new, "unchanged": len(rows.given) - len(changed),
            },
            problems=sorted(rows.problems, key=lambda one: one.row or 0), differences=list(_differences(changed, known)),
            plan="" if rows.errors else _plan([one for _row, one in changed], known), mapping=mapping_of(raw),
            headings=raw.header.names, header_digest=header_digest(raw.header.names),
        )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept, programme = json.loads(plan), _programme(context)
        held = Appointment.objects.select_related("person").in_bulk([row["appointment"] for row in kept])
        given = [_given(row, held[row["appointment"]]) for row in kept if row["appointment"] in held]
        if _plan(given, _known(given, programme)) != plan:
            raise Refusal(
                _("Appointments or results were changed since this file was read."), code="data_changed",
                remedy=_("Read the file again and look at the differences."),
            )  # fmt: skip
        made = years.record_year_results(programme, given, actor=context.actor)
        progress(1, 1)
        touched = [Touched(one.appointment.person_id, one.appointment.region_code, "changed") for one in given]
        return Applied({"new": len(made)}, json.dumps([row.pk for row in made]), touched=touched)

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        made = YearResult.objects.filter(pk__in=json.loads(applied.journal or "[]"))
        years.take_back_year_results(list(made), reason, actor=context.actor)


def _known(given: Sequence[YearGiven], programme: Programme) -> Known:
    rows = years.counting([one.appointment.person_id for one in given], programme.pk)
    return {(row.person_id, row.year): row for row in rows}


def _said(one: YearGiven | YearResult | None) -> tuple[Any, ...]:
    return () if one is None else (one.grade, one.score, one.document, one.decided_on)


def _differences(changed: Sequence[tuple[int, YearGiven]], known: Known) -> Iterator[Difference]:
    for row, one in changed:
        before, now = _said(known.get(one.key)), _said(one)
        shown = [(LABELS[key], was, new) for key, was, new in zip(SHOWN, before or now, now, strict=True)]
        told = [(label, was, new) for label, was, new in shown if not before or was != new]
        yield Difference(
            "changed" if before else "new", f"{one.appointment.person.name} {one.year}", row,
            {label: str(was or "") for label, was, _new in told} if before else {},
            {label: str(new or "") for label, _was, new in told}, one.appointment.region_code,
        )  # fmt: skip


def _plan(given: Sequence[YearGiven], known: Known) -> str:
    rows = [
        {
            "appointment": one.appointment.pk, "year": one.year, "grade": one.grade, "document": one.document,
            "decided_on": str(one.decided_on), "score": None if one.score is None else str(one.score),
            "known": known[one.key].pk if one.key in known else None,
        }
        for one in given
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False)


def _given(row: Mapping[str, Any], held: Appointment) -> YearGiven:
    score = None if row["score"] is None else Decimal(row["score"])
    return YearGiven(held, row["year"], row["grade"], row["document"], date.fromisoformat(row["decided_on"]), score)


def _programme(context: Context) -> Programme:
    assert context.programme is not None
    return context.programme


register(ResultsImporter())
