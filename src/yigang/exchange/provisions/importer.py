"""A table of what was given out as a kind of import: look, record all of it or nothing, take it back as one."""

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
from yigang.exchange.provisions.columns import PROVISIONS, WRITTEN
from yigang.exchange.registry import Applied, Context, Difference, Preview, Touched, register
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.roster.places import Places
from yigang.exchange.tables import Table, read_raw, values
from yigang.exchange.whom import Cells, PeopleRows, text
from yigang.foundation import money
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.posts.models import Programme
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
Known = Mapping[tuple[int, str, str, date], Provision]


@dataclass
class Rows(PeopleRows):
    """The rows as things that people got."""

    given: list[tuple[int, Given]] = field(default_factory=list)
    """With the row of each."""
    cells: dict[int, Cells] = field(default_factory=dict)

    def read(self, table: Table) -> None:
        super().read(table)
        known = tenure.on_file([one for _row, one in self.given])
        self.given = [(row, self._with_what_is_on_file(row, one, known)) for row, one in self.given]
        self.given = [(row, one) for row, one in self.given if self._sound(row, one)]
        self._once()

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

    def _once(self) -> None:
        seen: dict[tuple[int, str, str, date], int] = {}
        for row, one in self.given:
            first = seen.setdefault(one.key, row)
            if first != row:
                self.say(
                    row, "name", "person_twice", _("%(name)s has this in row %(other_row)d already."),
                    remedy=_("Delete one of the two rows."), name=one.appointment.person.name, other_row=first,
                )  # fmt: skip


class ProvisionImporter:
    """See `registry.Importer`. The plan is every entry to write, beside what was on file for it when it was looked at."""

    kind: ImportKind = ImportKind.PROVISION
    capability = PROVIDE
    columns: Sequence[ColumnSpec] = PROVISIONS
    needs_programme = True

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, PROVISIONS, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table = values(raw, PROVISIONS)
        rows = Rows(table.sheet, table.mapping, list(table.problems), for_persons=True)
        rows.places, rows.serving = (
            Places.below(context.region_code),
            of_programme(_programme(context), context.region_code),
        )
        progress(1, 2)
        rows.read(table)
        known = tenure.on_file([one for _row, one in rows.given])
        changed = [(row, one) for row, one in rows.given if _differs(one, known)]
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
        kept = json.loads(plan)
        held = Appointment.objects.select_related("person").in_bulk([row["appointment"] for row in kept])
        given = [_given(row, held[row["appointment"]]) for row in kept if row["appointment"] in held]
        if _plan(given, tenure.on_file(given)) != plan:
            raise Refusal(
                _("Appointments or entries were changed since this file was read."), code="data_changed",
                remedy=_("Read the file again and look at the differences."),
            )  # fmt: skip
        done = tenure.record_provisions(given, actor=context.actor)
        progress(1, 1)
        journal = {"added": done.added, "before": _as_text(done.before), "left": _as_text(done.left)}
        touched = [Touched(one.appointment.person_id, one.appointment.region_code, "changed") for one in given]
        counts = {"new": len(done.added), "changed": len(done.before)}
        return Applied(counts, json.dumps(journal, ensure_ascii=False), touched=touched)

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        kept = json.loads(applied.journal)
        done = Recorded(tuple(kept["added"]), _from_text(kept["before"]), _from_text(kept["left"]))
        tenure.take_back_provisions(done, reason, actor=context.actor)


def _differs(one: Given, known: Known) -> bool:
    return one.key not in known or tenure.said_of(known[one.key]) != one.said


def _differences(changed: Sequence[tuple[int, Given]], known: Known) -> Iterator[Difference]:
    for row, one in changed:
        on_file, issue = known.get(one.key), one.issue
        before = tenure.said_of(on_file) if on_file else {}
        fields = [key for key in SHOWN if before.get(key, "") != one.said[key]] if on_file else list(SHOWN)
        what = {
            LABELS["kind"]: WRITTEN[issue.kind],
            LABELS["item"]: issue.item,
            LABELS["issued_on"]: str(issue.issued_on),
        }
        yield Difference(
            "changed" if on_file else "new", f"{one.appointment.person.name} {one.appointment.post.number}", row,
            {LABELS[SHOWN[key]]: _shown(key, before[key]) for key in fields} if on_file else {},
            {**({} if on_file else what), **{LABELS[SHOWN[key]]: _shown(key, one.said[key]) for key in fields}},
            one.appointment.region_code,
        )  # fmt: skip


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


def _programme(context: Context) -> Programme:
    assert context.programme is not None
    return context.programme


register(ProvisionImporter())
