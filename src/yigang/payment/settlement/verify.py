"""Computing a sealed month again from what was kept with it, and saying where the database differs.

Nothing but the snapshot and the kept policy is used. What a forger could make agree with itself (lines and digests alike) is
held against the audit trail's entry of the sealing, which is chained.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import Sum
from django.utils.translation import gettext as _

from yigang.foundation import access
from yigang.foundation.errors import Refusal
from yigang.foundation.models import AuditEntry, User
from yigang.payment.access import VERIFY
from yigang.payment.enums import Step
from yigang.payment.models import Settlement, Snapshot, SubsidyLine
from yigang.payment.settlement import lines, sealing, snapshot
from yigang.policy.load import policy_of_text
from yigang.policy.model import PolicyVersion
from yigang.policy.period import Period
from yigang.policy.problems import NoVersion, PolicyError

UNREADABLE = (zipfile.BadZipFile, pl.exceptions.PolarsError, KeyError, TypeError, Refusal)
"""How damaged facts show themselves while they are read and judged."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was sealed. `line` is the line's id, `field` what differs."""

    what: str
    field: str
    kept: Any = None
    computed: Any = None
    line: int | None = None
    person: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"what": self.what, "field": self.field, "kept": self.kept, "computed": self.computed,
                "line": self.line, "person": self.person}  # fmt: skip


@dataclass(frozen=True)
class Verified:
    """Every difference of one settlement; none is a sound month."""

    settlement: Settlement
    lines: int
    differences: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return not self.differences


def verify(settlement: Settlement, *, actor: User) -> Verified:
    """Recompute a sealed month and compare every line and every digest. Writes nothing."""
    access.require(actor, VERIFY, settlement.region_code)
    if settlement.step != Step.SEALED:
        raise Refusal(_("%(month)s is not sealed yet."), {"month": f"{settlement.month:%Y-%m}"}, code="not_sealed",
                      remedy=_("Seal it first; a draft is checked by computing it again."))  # fmt: skip
    count = SubsidyLine.objects.filter(settlement=settlement).count()
    return Verified(settlement, count, tuple(_differences(settlement)))


def _differences(settlement: Settlement) -> Iterator[Difference]:
    yield from _against_trail(settlement)
    yield from _totals(settlement)
    kept = Snapshot.objects.filter(settlement=settlement).first()
    if kept is None:
        yield Difference(_("The kept facts are gone."), "snapshot")
        return
    body = bytes(kept.facts)
    if (found := snapshot.digest(body)) != settlement.facts_digest:
        yield Difference(
            _("The kept facts are not those that were sealed."), "facts_digest", settlement.facts_digest, found
        )
    try:
        version = policy_of_text(kept.policy).version_on(Period.of(settlement.month))
        frame = lines.compute(snapshot.unpack(body), version, settlement.month)
    except (PolicyError, NoVersion) as error:
        yield Difference(_("The kept policy cannot be read: %s") % error, "policy")
        return
    except UNREADABLE as error:
        yield Difference(_("The kept facts cannot be read: %s") % error, "facts")
        return
    yield from _digests(settlement, version, frame)
    yield from _lines(settlement, frame)


def _against_trail(settlement: Settlement) -> Iterator[Difference]:
    """The row beside what the audit trail says was sealed."""
    entries = AuditEntry.objects.filter(
        object_type="payment.settlement", object_id=str(settlement.pk), verb="payment.seal"
    )
    entry = entries.order_by("sequence").values_list("after", flat=True).first()
    if entry is None:
        yield Difference(_("The audit trail knows nothing of this sealing."), "audit")
        return
    for field in ("policy_digest", "lines_digest", "facts_digest", "people", "undetermined", "total_fen"):
        if entry[field] != getattr(settlement, field):
            yield Difference(
                _("Not what the audit trail says was sealed."), field, getattr(settlement, field), entry[field]
            )


def _totals(settlement: Settlement) -> Iterator[Difference]:
    found = SubsidyLine.objects.filter(settlement=settlement).aggregate(total=Sum("amount_fen"))["total"] or 0
    if found != settlement.total_fen:
        yield Difference(_("The lines do not sum to the total."), "total_fen", settlement.total_fen, found)


def _digests(settlement: Settlement, version: PolicyVersion, frame: pl.DataFrame) -> Iterator[Difference]:
    if version.digest != settlement.policy_digest:
        what = _("The kept policy is not the one that was sealed.")
        yield Difference(what, "policy_digest", settlement.policy_digest, version.digest)
    computed = sealing.with_carried(lines.digest_of(frame), settlement)
    if computed != settlement.lines_digest:
        what = _("The lines computed again are not those that were sealed.")
        yield Difference(what, "lines_digest", settlement.lines_digest, computed)


def _lines(settlement: Settlement, frame: pl.DataFrame) -> Iterator[Difference]:
    """Line by line, field by field."""
    rows = lines.rows(frame, settlement.pk, settlement.month).with_columns(frame["missing"], frame["consequences"])
    computed = {row["appointment_id"]: row for row in rows.iter_rows(named=True)}
    for line in lines.own(settlement):
        row = computed.pop(line.appointment_id, None)
        if row is None:
            yield Difference(_("This line is not in the kept facts."), "line", line=line.pk, person=str(line.person))
            continue
        yield from _compare(line, row)
    for appointment_id in computed:
        yield Difference(_("A line is missing."), "line", computed=appointment_id)


PLAIN = ("region_code", "person_id", "state", "grade", "score", "amount_fen", "missing", "consequences")


def _compare(line: SubsidyLine, row: Mapping[str, Any]) -> Iterator[Difference]:
    wrong = [(field, getattr(line, field), row[field]) for field in PLAIN if getattr(line, field) != row[field]]
    trace = json.loads(row[lines.TRACE])
    wrong += [
        (f"trace.{name}", line.trace.get(name), trace.get(name))
        for name in sorted(line.trace.keys() | trace.keys())
        if line.trace.get(name) != trace.get(name)
    ]
    for field, kept, computed in wrong:
        what = _("%(field)s is %(kept)s, computed again it is %(computed)s.")
        sentence = what % {"field": field, "kept": kept, "computed": computed}
        yield Difference(sentence, field, kept, computed, line.pk, str(line.person))
