"""Closing a reviewed month for good: computed once more from the facts of this moment, which are kept beside it."""

import hashlib
import json

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.appraisal import domain as appraisal
from yigang.appraisal.queries import version_on
from yigang.foundation import access, audit, monthlocks, regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import User
from yigang.payment.access import SEAL
from yigang.payment.bank.waiting import add_up
from yigang.payment.enums import LineKind, Step
from yigang.payment.models import Settlement, Snapshot, SubsidyLine
from yigang.payment.settlement import lines, reading, review, snapshot
from yigang.payment.settlement.judged import results_of
from yigang.policy.model import PolicyVersion
from yigang.posts.rules import policy_file, policy_from


@transaction.atomic
def seal(settlement: Settlement, *, actor: User, progress: Progress = silent) -> Settlement:
    """Seal an approved month: facts, policy, lines and digests are kept, and the database refuses any change to them.

    The facts are read and judged again; if that gives other lines than those approved, it is refused and the month has
    to be computed and reviewed again. Nobody adds or withdraws evidence of the month meanwhile. Sealing writes the
    month's appraisals.
    """
    access.require(actor, SEAL, settlement.region_code)
    file = policy_file(settlement.programme.policy_code)
    version = version_on(policy_from(file), settlement.month)
    prefix = regioncode.prefix_of(settlement.region_code)
    monthlocks.seal_month(settlement.region_code, settlement.month)
    facts = reading.gather(settlement.programme, prefix, settlement.month, version)
    progress(1, 3)
    frame = lines.compute(facts, version, settlement.month)
    progress(2, 3)
    current = review.locked(settlement, "seal", SEAL, actor)
    _refuse_other(current, version, frame)
    kept = snapshot.pack(facts)
    Snapshot.objects.create(
        settlement=current, region_code=current.region_code, facts=kept, policy=file.read_text(encoding="utf-8")
    )
    appraisal.record_month(results_of(frame, version), first=current.month, policy_digest=version.digest)
    _close(current, kept, actor)
    transaction.on_commit(add_up, robust=True)
    progress(3, 3)
    return current


def _refuse_other(settlement: Settlement, version: PolicyVersion, frame: pl.DataFrame) -> None:
    """Only what was approved is sealed: the same text of the policy and the same lines, to the last figure."""
    if settlement.policy_digest != version.digest:
        raise Refusal(
            _("The policy was changed after the month was computed."), code="policy_changed",
            remedy=_("Send the month back, compute it again and have it reviewed."),
        )  # fmt: skip
    if settlement.lines_digest == lines.digest_of(frame):
        return
    kept = lines.own(settlement)
    names = [str(line.person) for line in kept.filter(appointment_id__in=lines.changed(frame, kept))[:5]]
    raise Refusal(
        _("Evidence was added or corrected after the month was computed; the result changes for: %(names)s."),
        {"names": _(", ").join(names) or _("people who joined or left")}, code="facts_changed",
        remedy=_("Send the month back, compute it again and have it reviewed."),
    )  # fmt: skip


def _close(settlement: Settlement, kept: bytes, actor: User) -> None:
    settlement.facts_digest = snapshot.digest(kept)
    settlement.lines_digest = with_carried(settlement.lines_digest, settlement)
    settlement.step, settlement.sealed_at = Step.SEALED, timezone.now()
    settlement.save(update_fields=["facts_digest", "lines_digest", "step", "sealed_at"])
    fields = ["month", "policy_digest", "lines_digest", "facts_digest", "people", "undetermined", "total_fen"]
    audit.record("payment.seal", settlement, actor=actor, after=audit.snapshot(settlement, fields))


def with_carried(digest: str, settlement: Settlement) -> str:
    """The digest of a sealed month's lines: the engine's, then the lines that earlier months brought in, if any."""
    brought = SubsidyLine.objects.filter(settlement=settlement).exclude(kind=LineKind.REGULAR, month=settlement.month)
    fields = ("appointment_id", "kind", "month__year", "month__month", "corrects_id", "amount_fen", "reason")
    rows = list(brought.order_by("pk").values_list(*fields))
    if not rows:
        return digest
    text = "\n".join([digest, *(json.dumps(row, ensure_ascii=False) for row in rows)])
    return hashlib.sha256(text.encode()).hexdigest()
