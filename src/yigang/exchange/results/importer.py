"""A table of yearly results as a kind of import: look, record all of it or nothing, take it back as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from yigang.exchange.registry import Applied, Context, Difference, register
from yigang.exchange.results.columns import RESULTS
from yigang.exchange.roster.places import Places
from yigang.exchange.stated import Key, StatedImporter, StatedRows, data_changed, held_by, programme_of, touched
from yigang.exchange.tables import Table
from yigang.exchange.whom import Cells
from yigang.foundation.jobs import Progress
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment
from yigang.tenure.queries import of_programme

LABELS = {spec.key: spec.label for spec in RESULTS}
SHOWN = ("grade", "score", "document", "decided_on")
Known = Mapping[Key, YearResult]


@dataclass
class Rows(StatedRows[YearGiven]):
    """The rows as results; each is of somebody who held a post of the programme in that year."""

    twice = _("%(name)s has a result of this year in row %(other_row)d already.")
    programme: Programme | None = None

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


class ResultsImporter(StatedImporter[YearGiven, Rows, YearResult]):
    """A result changes nothing on record: it counts instead of the one before."""

    kind: ImportKind = ImportKind.YEAR_RESULT
    capability = RECORD_YEAR
    columns: Sequence[ColumnSpec] = RESULTS

    def rows(self, table: Table, context: Context) -> Rows:
        programme = programme_of(context)
        return Rows(
            table.sheet, table.mapping, list(table.problems), Places.below(context.region_code),
            of_programme(programme, context.region_code), for_persons=True, programme=programme,
        )  # fmt: skip

    def known(self, rows: Rows) -> Known:
        assert rows.programme is not None
        return _known(rows.said, rows.programme)

    def differs(self, one: YearGiven, was: YearResult) -> bool:
        return _said(was) != _said(one)

    def difference(self, row: int, one: YearGiven, was: YearResult | None) -> Difference:
        now = _said(one)
        before = now if was is None else _said(was)
        told = [
            (LABELS[key], old, new)
            for key, old, new in zip(SHOWN, before, now, strict=True)
            if was is None or old != new
        ]
        return Difference(
            "changed" if was else "new", f"{one.appointment.person.name} {one.year}", row,
            {label: str(old or "") for label, old, _new in told} if was else {},
            {label: str(new or "") for label, _old, new in told}, one.appointment.region_code,
        )  # fmt: skip

    def plan(self, rows: Rows, changed: Sequence[YearGiven], known: Known) -> str:  # noqa: ARG002 - the frame's words
        return _plan(changed, known)

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept, programme = json.loads(plan), programme_of(context)
        held = held_by([row["appointment"] for row in kept])
        given = [_given(row, held[row["appointment"]]) for row in kept if row["appointment"] in held]
        if _plan(given, _known(given, programme)) != plan:
            raise data_changed(_("Appointments or results were changed since this file was read."))
        made = years.record_year_results(programme, given, actor=context.actor)
        progress(1, 1)
        return Applied({"new": len(made)}, json.dumps([row.pk for row in made]), touched=touched(given))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        made = YearResult.objects.filter(pk__in=json.loads(applied.journal or "[]"))
        years.take_back_year_results(list(made), reason, actor=context.actor)


def _known(given: Sequence[YearGiven], programme: Programme) -> Known:
    rows = years.counting([one.appointment.person_id for one in given], programme.pk)
    return {(row.person_id, row.year): row for row in rows}


def _said(one: YearGiven | YearResult) -> tuple[Any, ...]:
    return (one.grade, one.score, one.document, one.decided_on)


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


register(ResultsImporter())
