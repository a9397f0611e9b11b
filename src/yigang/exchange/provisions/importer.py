"""A table of what was given out as a kind of import: look, record all of it or nothing, take it back as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.provisions.columns import PROVISIONS, WRITTEN
from yigang.exchange.registry import Applied, Context, Difference, register
from yigang.exchange.roster.places import Places
from yigang.exchange.stated import Key, StatedImporter, StatedRows, data_changed, held_by, programme_of, touched
from yigang.exchange.tables import Table
from yigang.exchange.whom import Cells, text
from yigang.foundation import money
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.tenure import domain as tenure
from yigang.tenure.access import PROVIDE
from yigang.tenure.domain import Given, Issue, Recorded
from yigang.tenure.enums import ProvisionKind
from yigang.tenure.models import Appointment, Provision
from yigang.tenure.queries import of_programme

LABELS = {spec.key: spec.label for spec in PROVISIONS}
SHOWN = {"number": "number", "valid_until": "valid_until", "cost_fen": "cost", "fund": "fund", "note": "note"}
"""What may be corrected → its column."""
LONGEST = {"item": 80, "number": 60, "fund": 80, "note": 200}
Known = Mapping[Key, Provision]


@dataclass
class Rows(StatedRows[Given]):
    """The rows as things that people got."""

    twice = _("%(name)s has this in row %(other_row)d already.")
    cells: dict[int, Cells] = field(default_factory=dict)

    def complete(self) -> None:
        known = tenure.on_file(self.said)
        self.given = [(row, self._with_what_is_on_file(row, one, known)) for row, one in self.given]
        self.given = [(row, one) for row, one in self.given if self._sound(row, one)]

    def take(self, row: int, cells: Cells) -> None:
        day = cells["issued_on"]
        assert isinstance(day, date)  # a row without it has an error
        for key, longest in LONGEST.items():
            if len(str(cells[key] or "")) > longest:
                raise Refusal(
                    _("The text has more than %(longest)d signs."), {"longest": longest}, code="too_long", field=key
                )  # fmt: skip
        held = self.only(cells, f"{day}", lambda one: one.ends is None or one.ends >= day)
        issue = Issue(ProvisionKind(str(cells["kind"])), str(cells["item"]).strip(), day)
        self.given.append((row, Given(held, issue)))
        self.cells[row] = cells

    def _with_what_is_on_file(self, row: int, one: Given, known: Known) -> Given:
        """An empty cell says nothing: what is on file stays."""
        on_file, cells = known.get(one.key), self.cells[row]

        def said(key: str, column: str, otherwise: Any) -> Any:
            cell = cells[column]
            return cell if cell not in (None, "") else getattr(on_file, key) if on_file else otherwise

        issue = Issue(
            one.issue.kind, one.issue.item, one.issue.issued_on, said("valid_until", "valid_until", None),
            said("cost_fen", "cost", 0), str(said("fund", "fund", "")).strip(), str(said("note", "note", "")).strip(),
        )  # fmt: skip
        return Given(one.appointment, issue, str(said("number", "number", "")).strip())

    def _sound(self, row: int, one: Given) -> bool:
        try:
            tenure.refuse_issue(one.issue)
        except Refusal as refusal:
            self.note(refusal, row, refusal.field.replace("cost_fen", "cost"))
            return False
        return True


class ProvisionImporter(StatedImporter[Given, Rows, Provision]):
    """An entry on file is corrected by what a row says; an empty cell says nothing."""

    kind: ImportKind = ImportKind.PROVISION
    capability = PROVIDE
    columns: Sequence[ColumnSpec] = PROVISIONS

    def rows(self, table: Table, context: Context) -> Rows:
        return Rows(
            table.sheet, table.mapping, list(table.problems), Places.below(context.region_code),
            of_programme(programme_of(context), context.region_code), for_persons=True,
        )  # fmt: skip

    def known(self, rows: Rows) -> Known:
        return tenure.on_file(rows.said)

    def differs(self, one: Given, was: Provision) -> bool:
        return tenure.said_of(was) != one.said

    def difference(self, row: int, one: Given, was: Provision | None) -> Difference:
        before, issue = tenure.said_of(was) if was else {}, one.issue
        fields = [key for key in SHOWN if was is None or before[key] != one.said[key]]
        what = {
            LABELS["kind"]: WRITTEN[issue.kind],
            LABELS["item"]: issue.item,
            LABELS["issued_on"]: str(issue.issued_on),
        }
        return Difference(
            "changed" if was else "new", f"{one.appointment.person.name} {one.appointment.post.number}", row,
            {LABELS[SHOWN[key]]: _shown(key, before[key]) for key in fields} if was else {},
            {**({} if was else what), **{LABELS[SHOWN[key]]: _shown(key, one.said[key]) for key in fields}},
            one.appointment.region_code,
        )  # fmt: skip

    def plan(self, rows: Rows, changed: Sequence[Given], known: Known) -> str:  # noqa: ARG002 - the frame's words
        return _plan(changed, known)

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept = json.loads(plan)
        held = held_by([row["appointment"] for row in kept])
        given = [_given(row, held[row["appointment"]]) for row in kept if row["appointment"] in held]
        if _plan(given, tenure.on_file(given)) != plan:
            raise data_changed(_("Appointments or entries were changed since this file was read."))
        done = tenure.record_provisions(given, actor=context.actor)
        progress(1, 1)
        journal = {"added": done.added, "before": _as_text(done.before), "left": _as_text(done.left)}
        counts = {"new": len(done.added), "changed": len(done.before)}
        return Applied(counts, json.dumps(journal, ensure_ascii=False), touched=touched(given))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        kept = json.loads(applied.journal)
        done = Recorded(tuple(kept["added"]), _from_text(kept["before"]), _from_text(kept["left"]))
        tenure.take_back_provisions(done, reason, actor=context.actor)


def _shown(key: str, value: Any) -> str:
    return money.show(value) if key == "cost_fen" else str(value or "")


def _plan(given: Sequence[Given], known: Known) -> str:
    rows = [
        {
            "appointment": one.appointment.pk, "kind": str(one.issue.kind), "item": one.issue.item,
            "issued_on": str(one.issue.issued_on), "said": _text(one.said),
            "known": _text(tenure.said_of(known[one.key])) if one.key in known else None,
        }
        for one in given
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False)


def _given(row: Mapping[str, Any], held: Appointment) -> Given:
    said = _values(row["said"])
    issue = Issue(
        ProvisionKind(row["kind"]), row["item"], date.fromisoformat(row["issued_on"]), said["valid_until"],
        said["cost_fen"], said["fund"], said["note"],
    )  # fmt: skip
    return Given(held, issue, said["number"])


def _text(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "valid_until": text(said["valid_until"])}


def _values(said: Mapping[str, Any]) -> dict[str, Any]:
    until = said["valid_until"]
    return {**said, "valid_until": date.fromisoformat(until) if until else None}


def _as_text(rows: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    return {key: _text(said) for key, said in rows.items()}


def _from_text(rows: Mapping[str, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    return {int(key): _values(said) for key, said in rows.items()}


register(ProvisionImporter())
