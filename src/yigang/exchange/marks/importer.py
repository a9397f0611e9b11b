"""A table of marks as a kind of import: look, give them all or none, withdraw them again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import domain as appraisal
from yigang.appraisal import queries
from yigang.appraisal.access import GIVE_VILLAGE_MARK, capability_for
from yigang.appraisal.domain import GivenMark, MarksRefused
from yigang.appraisal.enums import Period as Rhythms
from yigang.appraisal.models import Closing, Mark
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.marks.columns import MARKS
from yigang.exchange.marks.reading import Judged, Marks
from yigang.exchange.registry import Applied, Context, Difference, register
from yigang.exchange.roster.places import Places
from yigang.exchange.roster.sealed import SealedMonths, span
from yigang.exchange.stated import Key, StatedImporter, data_changed, held_by, programme_of, touched
from yigang.exchange.tables import Table
from yigang.foundation import monthlocks
from yigang.foundation.access import may
from yigang.foundation.jobs import Progress
from yigang.posts.models import Programme

POINTS, REASON = "得分", "评定理由"
Known = Mapping[Key, Mark]
CHANGED = _("Marks, appointments or the month were changed since this file was read.")


class MarksImporter(StatedImporter[GivenMark, Marks, Mark]):
    """The plan names the period too; a mark counts instead of the one before, unless the month is sealed or the period closed."""

    kind: ImportKind = ImportKind.MARK
    capability = GIVE_VILLAGE_MARK
    columns: Sequence[ColumnSpec] = MARKS

    def rows(self, table: Table, context: Context) -> Marks:
        return Marks(
            table.sheet, table.mapping, list(table.problems), Places.below(context.region_code),
            context=context, refuse=_refuse,
        )  # fmt: skip

    def known(self, rows: Marks) -> Known:
        return queries.latest_marks([one.appointment.pk for one in rows.said], rows.judged.first, rows.judged.rhythm)

    def differs(self, one: GivenMark, was: Mark) -> bool:
        return (was.value, was.reason) != (one.value, one.reason.strip())

    def difference(self, row: int, one: GivenMark, was: Mark | None) -> Difference:
        shown = {f"{one.name} {POINTS}": str(was.value), REASON: was.reason} if was else {}
        return Difference(
            "changed" if was else "new", f"{one.appointment.person.name} {one.appointment.post.number}", row,
            shown, {f"{one.name} {POINTS}": f"{one.value:.2f}", REASON: one.reason}, one.appointment.region_code,
        )  # fmt: skip

    def plan(self, rows: Marks, changed: Sequence[GivenMark], known: Known) -> str:
        return _plan(rows.judged, changed, known)

    def remark(self, rows: Marks, changed: Sequence[GivenMark]) -> None:
        if changed and not rows.errors and rows.judged.rhythm == Rhythms.MONTH:
            rows.say(
                None, "", "compute_again", _("The month is not computed by the import."), "note",
                remedy=_("After the import, compute %(month)s again on its page.") % {"month": str(rows.judged)},
            )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept, programme = json.loads(plan), programme_of(context)
        judged = Judged(date.fromisoformat(kept["month"]), kept.get("rhythm", Rhythms.MONTH))
        monthlocks.write_evidence([context.region_code], judged.first, judged.last)
        people = held_by([row[0] for row in kept["rows"]])
        given = [
            GivenMark(people[key], name, Decimal(value), reason, row)
            for key, name, value, reason, row, _before in kept["rows"] if key in people
        ]  # fmt: skip
        known = queries.latest_marks(list(people), judged.first, judged.rhythm)
        if len(given) != len(kept["rows"]) or _plan(judged, given, known) != plan:
            raise data_changed(CHANGED)
        sealed = SealedMonths.of(programme)
        if any(_sealed(sealed, one, judged) for one in given) or _closed(programme, judged, given):
            raise data_changed(CHANGED)
        try:
            marks = appraisal.give_marks(programme, judged.first, given, actor=context.actor, rhythm=judged.rhythm)
        except MarksRefused as refused:
            raise data_changed(CHANGED) from refused
        progress(1, 1)
        return Applied({"new": len(marks)}, json.dumps([mark.pk for mark in marks]), touched=touched(given))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        given = Mark.objects.filter(pk__in=json.loads(applied.journal or "[]"))
        appraisal.withdraw_marks(list(given.select_related("appointment__person")), reason=reason, actor=context.actor)


def _refuse(marks: Marks, context: Context) -> None:
    """What the month, the policy or the rights of the actor do not allow, at its row."""
    programme = programme_of(context)
    sealed = SealedMonths.of(programme)
    judged = marks.judged
    if closing := _closed(programme, judged, marks.said):
        marks.say(
            None, "month", "closed", _("%(period)s was closed on %(day)s; no mark of it can be given any more."),
            remedy=_("Have the period reopened with a reason, or let the next one take it."), period=str(judged),
            day=timezone.localdate(closing.closed_at),
        )  # fmt: skip
    for problem in appraisal.problems_of(programme, judged.first, marks.said, judged.rhythm):
        place = marks.mapping.place(problem.field if problem.field != "appointment" else "name")
        marks.problems.append(replace(problem, column=place, sheet=marks.sheet))
    for one in marks.said:
        code = marks.rules[one.name].mark if one.name in marks.rules else ""
        allowed = may(context.actor, capability_for(code), one.appointment.region_code)
        if not allowed.allowed:
            marks.say(one.row, "mark", "not_yours", _("This mark is not yours to give. %(why)s"), why=allowed.why)
        if _sealed(sealed, one, judged):
            marks.say(
                one.row, "month", "sealed", _("%(month)s is sealed for %(name)s; no mark can be given any more."),
                remedy=_("Correct the sealed month on its page; the difference is settled in the next month."),
                month=str(judged), name=one.appointment.person.name,
            )  # fmt: skip


def _sealed(sealed: SealedMonths, one: GivenMark, judged: Judged) -> bool:
    """Of a month: it is sealed. A quarter's or year's mark waits for the closing, not for its months."""
    return judged.rhythm == Rhythms.MONTH and bool(
        sealed.within(one.appointment.region_code, span(judged.first, judged.last))
    )


def _closed(programme: Programme, judged: Judged, given: Sequence[GivenMark]) -> Closing | None:
    regions = {one.appointment.region_code for one in given}
    return queries.closed_over(programme, judged.rhythm, judged.first, regions)


def _plan(judged: Judged, given: Sequence[GivenMark], known: Known) -> str:
    """What to give, each with the mark that counted when it was looked at."""
    rows = [
        [one.appointment.pk, one.name, str(one.value), one.reason, one.row,
         known[one.key].pk if one.key in known else None]
        for one in given
    ]  # fmt: skip
    return json.dumps({"month": judged.first.isoformat(), "rhythm": judged.rhythm, "rows": rows}, ensure_ascii=False)


register(MarksImporter())
