"""The kinds of evidence as the import life cycle knows them: look at the file, take it in whole, withdraw it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.duty import domain
from yigang.duty.access import IMPORT_EVIDENCE
from yigang.duty.enums import Source, Table
from yigang.exchange.columns import ColumnSpec, simplify
from yigang.exchange.duty_imports import attendance, dingtalk, lists
from yigang.exchange.duty_imports.reading import About, Reading
from yigang.exchange.enums import Datum, ImportKind
from yigang.exchange.registry import Applied, Context, Preview, register
from yigang.exchange.roster.sealed import sealed_months
from yigang.foundation import regions
from yigang.foundation.access import Capability
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.jobs import Progress
from yigang.payment.models import Settlement

STRANGERS_TOLD = 200
"""Unknown people named one by one; beyond it only their number is told."""

Read = Callable[[Context, About, Progress], Reading]


@dataclass
class EvidenceImporter:
    """One kind of evidence file. The plan that waits for a person's word is the evidence itself, so it is read once."""

    kind: ImportKind
    read: Read
    columns: Sequence[ColumnSpec] = ()
    capability: Capability = IMPORT_EVIDENCE
    needs_programme: bool = False

    def preview(self, context: Context, progress: Progress) -> Preview:
        """Rows by what would happen to them, whom nobody knows, and every error at its place."""
        reading = self.read(context, _about(context), progress)
        problems = list(reading.problems)
        if reading.evidence is None:
            if not reading.errors:
                problems.append(Problem("no_rows", _lazy("There is no row of evidence in this file.")))
            return Preview(problems=problems, headings=reading.headings)
        seen = domain.outlook(reading.evidence)
        sealed = sealed_months(reading.evidence.region_code, (reading.evidence.first, reading.evidence.last))
        problems += [*_strangers(seen), *_told_apart(seen), *_told_sealed(sealed)]
        return Preview(
            counts={
                "rows": seen.read, "new": seen.new, "unchanged": seen.known, "unmatched": seen.unmatched,
                "people": seen.people, "days": seen.days,
            },
            problems=problems, plan="" if reading.errors else packed(reading.evidence, [one.pk for one in sealed]),
            mapping={key: heading for heading, key in reading.remember.items()}, headings=reading.headings,
            header_digest=_digest(reading.headings),
        )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        """Keep the evidence that was looked at; refused when a month was sealed since, for then it corrects that month."""
        evidence, sealed = unpacked(plan)
        evidence = replace(evidence, file=context.stored)
        domain.wait_for_seals(evidence.table, [evidence.region_code], evidence.first, evidence.last)
        _refuse_sealed_since(evidence, sealed)
        intake = domain.take_in(evidence, actor=context.actor, progress=progress)
        counts = {
            "rows": intake.rows_read, "new": intake.rows_added, "unchanged": intake.rows_known,
            "unmatched": intake.rows_unmatched,
        }  # fmt: skip
        return Applied(counts=counts, intake=intake)

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        """Withdraw the evidence; its rows stay and no longer count."""
        if applied.intake is None:
            raise Refusal(_("This import has brought no evidence."), code="no_intake")
        domain.withdraw(applied.intake, reason=reason, actor=context.actor)


def packed(evidence: domain.Evidence, sealed: Sequence[int] = ()) -> str:
    """The evidence as text: what it is about and which settlements were sealed as JSON, then its rows as Parquet."""
    about = {
        "table": evidence.table, "source": evidence.source, "region_code": evidence.region_code,
        "first": evidence.first.isoformat(), "last": evidence.last.isoformat(), "programme_id": evidence.programme_id,
        "sealed": list(sealed),
    }  # fmt: skip
    rows = io.BytesIO()
    evidence.frame.write_parquet(rows, compression="zstd", compression_level=1)
    return json.dumps(about) + "\n" + base64.b64encode(rows.getbuffer()).decode("ascii")


def unpacked(plan: str) -> tuple[domain.Evidence, list[int]]:
    """What `packed` made, without its file, and the settlements that were sealed then."""
    head, rows = plan.split("\n", 1)
    about = json.loads(head)
    evidence = domain.Evidence(
        Table(about["table"]), Source(about["source"]), about["region_code"], date.fromisoformat(about["first"]),
        date.fromisoformat(about["last"]), pl.read_parquet(io.BytesIO(base64.b64decode(rows))), about["programme_id"],
    )  # fmt: skip
    return evidence, about.get("sealed", [])


def _about(context: Context) -> About:
    return About(context.region_code, context.programme.pk if context.programme else None, context.stored)


def _strangers(seen: domain.Outlook) -> list[Problem]:
    """Who is unknown, as warnings: their rows are kept and wait for somebody to say who they are."""
    told = [
        Problem(
            "unknown_person",
            _lazy("%(name)s is not known here, or there are several of that name; %(count)d rows wait to be matched."),
            {"name": name or "—", "count": count},
            remedy=_lazy("After the import, say who it is under “Unknown people”."),
            severity="warning",
        )
        for name, count in seen.strangers[:STRANGERS_TOLD]
    ]
    if len(seen.strangers) > STRANGERS_TOLD:
        rest = {"count": len(seen.strangers) - STRANGERS_TOLD}
        told.append(Problem("unknown_people", _lazy("%(count)d more people are not known."), rest, severity="warning"))
    return told


def _told_apart(seen: domain.Outlook) -> Iterator[Problem]:
    """Who was found by the department among several of one name, so that somebody can look whether it is right."""
    for name, department, region in seen.told_apart[:STRANGERS_TOLD]:
        yield Problem(
            "told_by_department",
            _lazy(
                "There are several people called %(name)s; by the department “%(department)s” it is the one of %(place)s."
            ),
            {"name": name, "department": department, "place": regions.name_of(region)},
            severity="note",
        )


def _told_sealed(sealed: Sequence[Settlement]) -> Iterator[Problem]:
    """A sealed month stays as it is: what comes late is settled by a correction, which somebody has to accept."""
    for month in sorted({one.month for one in sealed}):
        yield Problem(
            "sealed_month", _lazy("%(month)s is sealed in %(count)d places; there this evidence changes nothing by itself."),
            {"month": f"{month:%Y-%m}", "count": sum(one.month == month for one in sealed)},
            remedy=_lazy("After the import, look at the corrections on the page of the sealed month."), severity="note",
        )  # fmt: skip


def _refuse_sealed_since(evidence: domain.Evidence, known: Sequence[int]) -> None:
    for one in sealed_months(evidence.region_code, (evidence.first, evidence.last)):
        if one.pk not in known:
            raise Refusal(
                _("%(month)s of %(place)s was sealed since this file was read."),
                {"month": f"{one.month:%Y-%m}", "place": regions.name_of(one.region_code)}, code="month_sealed",
                remedy=_("Read the file again: what it brings for a sealed month is settled by a correction."),
            )  # fmt: skip


def _digest(headings: Sequence[str]) -> str:
    return sha256("\n".join(simplify(heading) for heading in headings).encode()).hexdigest() if headings else ""


def _service(read: Callable[..., Reading]) -> Read:
    """A reader of a service's rows. What was fetched by the program has no author who could mend a row: a row that cannot be
    read is told and left out, and does not keep the others from counting. Its text lies in the file.
    """

    def read_rows(context: Context, about: About, progress: Progress) -> Reading:
        datum = context.options.get("datum", Datum.GCJ02)
        reading = read(context.path, about, datum=datum, progress=progress)
        return replace(reading, problems=[_softened(each) for each in reading.problems]) if pulled(context) else reading

    return read_rows


def pulled(context: Context) -> bool:
    """Whether the program fetched this file itself."""
    return "pulled" in context.options


def _softened(problem: Problem) -> Problem:
    return replace(problem, severity="warning") if problem.severity == "error" else problem


def _table(read: Callable[..., Reading]) -> Read:
    """A reader of tables as a kind reads: the file's name may tell its month, and columns were mapped before."""

    def read_table(context: Context, about: About, progress: Progress) -> Reading:
        remembered: Mapping[str, str] = context.remembered
        reading = read(context.path, about, name=context.stored.name, remembered=remembered)
        progress(1, 1)
        return reading

    return read_table


register(EvidenceImporter(ImportKind.DINGTALK, _service(dingtalk.read)))
register(EvidenceImporter(ImportKind.WECOM, _service(dingtalk.read_wecom)))
register(EvidenceImporter(ImportKind.ATTENDANCE, _table(attendance.read), attendance.COLUMNS))
register(EvidenceImporter(ImportKind.LEAVE, _table(lists.read_leave), lists.LEAVE_COLUMNS))
register(EvidenceImporter(ImportKind.WORK_LOG, _table(lists.read_logs), lists.LOG_COLUMNS))
register(EvidenceImporter(ImportKind.FINDING, _table(lists.read_findings), lists.FINDING_COLUMNS))
