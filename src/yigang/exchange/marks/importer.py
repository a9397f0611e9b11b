"""A table of marks as a kind of import: look, give them all or none, withdraw them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yigang.appraisal import domain as appraisal
from yigang.appraisal import queries
from yigang.appraisal.access import GIVE_VILLAGE_MARK, capability_for
from yigang.appraisal.domain import GivenMark, MarksRefused
from yigang.appraisal.models import Mark
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.marks.columns import MARKS
from yigang.exchange.marks.reading import Marks, month_of, serving
from yigang.exchange.registry import Applied, Context, Difference, Preview, Touched, register
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.roster.places import Places
from yigang.exchange.roster.sealed import SealedMonths, span
from yigang.exchange.tables import RawTable, read_raw, values
from yigang.foundation import monthlocks
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.policy import Period
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

POINTS, REASON = "得分", "评定理由"
Known = Mapping[tuple[int, str], Mark]


class MarksImporter:
    """See `registry.Importer`. The plan is the month, and every mark to give with the one that counted until then."""

    kind: ImportKind = ImportKind.MARK
    capability = GIVE_VILLAGE_MARK
    columns: Sequence[ColumnSpec] = MARKS
    needs_programme = True

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, MARKS, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table, programme = values(raw, MARKS), _programme(context)
        marks = Marks(table.sheet, table.mapping, list(table.problems), places=Places.below(context.region_code))
        try:
            marks.month = month_of(table, context.stored.name)
            marks.rules = queries.mark_rules(programme, marks.month)
        except Refusal as refusal:
            marks.note(refusal, refusal.row)
            return _preview(raw, marks, [], {}, "")
        marks.serving = serving(programme, context.region_code, marks.month)
        progress(1, 2)
        marks.read(table)
        _refuse(marks, programme, context)
        known = queries.latest_marks([one.appointment.pk for one in marks.given], marks.month)
        changed = [one for one in marks.given if not _same(known.get((one.appointment.pk, one.name)), one)]
        progress(2, 2)
        return _preview(raw, marks, changed, known, "" if marks.errors else _plan(marks.month, changed, known))

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept, programme = json.loads(plan), _programme(context)
        month = date.fromisoformat(kept["month"])
        monthlocks.write_evidence([context.region_code], month, month)
        people = Appointment.objects.select_related("person").in_bulk([row[0] for row in kept["rows"]])
        given = [
            GivenMark(people[key], name, Decimal(value), reason, row)
            for key, name, value, reason, row, _before in kept["rows"] if key in people
        ]  # fmt: skip
        known = queries.latest_marks(list(people), month)
        if len(given) != len(kept["rows"]) or _plan(month, given, known) != plan:
            raise _data_changed()
        sealed = SealedMonths.of(programme)
        if any(_sealed(sealed, one, month) for one in given):
            raise _data_changed()
        try:
            marks = appraisal.give_marks(programme, month, given, actor=context.actor)
        except MarksRefused as refused:
            raise _data_changed() from refused
        progress(1, 1)
        touched = [Touched(one.appointment.person_id, one.appointment.region_code, "changed") for one in given]
        return Applied({"new": len(marks)}, json.dumps([mark.pk for mark in marks]), touched=touched)

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        given = Mark.objects.filter(pk__in=json.loads(applied.journal or "[]"))
        appraisal.withdraw_marks(list(given.select_related("appointment__person")), reason=reason, actor=context.actor)


def _refuse(marks: Marks, programme: Programme, context: Context) -> None:
    """What the month, the policy or the rights of the actor do not allow, at its row."""
    sealed = SealedMonths.of(programme)
    for problem in appraisal.problems_of(programme, marks.month, marks.given):
        place = marks.mapping.place(problem.field if problem.field != "appointment" else "name")
        marks.problems.append(replace(problem, column=place, sheet=marks.sheet))
    for one in marks.given:
        code = marks.rules[one.name].mark if one.name in marks.rules else ""
        allowed = may(context.actor, capability_for(code), one.appointment.region_code)
        if not allowed.allowed:
            marks.say(one.row, "mark", "not_yours", _("This mark is not yours to give. %(why)s"), why=allowed.why)
        if _sealed(sealed, one, marks.month):
            marks.say(
                one.row, "month", "sealed", _("%(month)s is sealed for %(name)s; no mark can be given any more."),
                remedy=_("Correct the sealed month on its page; the difference is settled in the next month."),
                month=f"{marks.month:%Y-%m}", name=one.appointment.person.name,
            )  # fmt: skip


def _sealed(sealed: SealedMonths, one: GivenMark, month: date) -> bool:
    return bool(sealed.within(one.appointment.region_code, span(month, Period.of(month).last)))


def _same(known: Mark | None, one: GivenMark) -> bool:
    return known is not None and (known.value, known.reason) == (one.value, one.reason.strip())


def _preview(
    raw: RawTable, marks: Marks, changed: Sequence[GivenMark], known: Known, plan: str
) -> Preview:  # fmt: skip
    new = sum((one.appointment.pk, one.name) not in known for one in changed)
    if changed and not marks.errors:
        marks.say(
            None, "", "compute_again", _("The month is not computed by the import."), "note",
            remedy=_("After the import, compute %(month)s again on its page.") % {"month": f"{marks.month:%Y-%m}"},
        )  # fmt: skip
    return Preview(
        counts={
            "rows": marks.rows, "new": new, "changed": len(changed) - new, "unchanged": len(marks.given) - len(changed),
        },
        problems=sorted(marks.problems, key=lambda one: one.row or 0), differences=list(_differences(changed, known)),
        plan=plan, mapping=mapping_of(raw), headings=raw.header.names, header_digest=header_digest(raw.header.names),
    )  # fmt: skip


def _differences(changed: Sequence[GivenMark], known: Known) -> Iterator[Difference]:
    for one in changed:
        before = known.get((one.appointment.pk, one.name))
        shown = {f"{one.name} {POINTS}": str(before.value), REASON: before.reason} if before else {}
        yield Difference(
            "changed" if before else "new", f"{one.appointment.person.name} {one.appointment.post.number}", one.row,
            shown, {f"{one.name} {POINTS}": f"{one.value:.2f}", REASON: one.reason}, one.appointment.region_code,
        )  # fmt: skip


def _plan(month: date, given: Sequence[GivenMark], known: Known) -> str:
    """What to give, each with the mark that counted when it was looked at."""
    rows = [
        [one.appointment.pk, one.name, str(one.value), one.reason, one.row,
         known[one.appointment.pk, one.name].pk if (one.appointment.pk, one.name) in known else None]
        for one in given
    ]  # fmt: skip
    return json.dumps({"month": month.isoformat(), "rows": rows}, ensure_ascii=False)


def _programme(context: Context) -> Programme:
    assert context.programme is not None
    return context.programme


def _data_changed() -> Refusal:
    return Refusal(
        _("Marks, appointments or the month were changed since this file was read."), code="data_changed",
        remedy=_("Read the file again and look at the differences."),
    )  # fmt: skip


register(MarksImporter())
