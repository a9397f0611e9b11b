"""What people make of a hit: it is so, or it is not. Nobody is out by a comparison; a person's word with its reason is."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, domain
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.foundation.secrets import IDENTITY, vault
from yigang.recruitment.comparison.access import DECIDE_HITS
from yigang.recruitment.comparison.enums import HitState
from yigang.recruitment.models import ComparisonHit, ComparisonRow

DECIDED = (HitState.CONFIRMED, HitState.DISMISSED)
LONGEST_REASON = 300


@transaction.atomic
def decide_hit(hit: ComparisonHit, state: HitState, *, reason: str, actor: User, expected: str = "") -> ComparisonHit:
    """Confirm or dismiss a hit, with the reason. A decision can be changed by another one, which is audited too.

    `expected` is the state that the page showed: two officers who act on one hit at once do not overwrite each other.
    """
    require(actor, DECIDE_HITS, hit.region_code)
    reason = _reason(reason)
    if state not in DECIDED:
        raise Refusal(_("A hit is confirmed or dismissed."), code="no_decision", field="state")
    hit = hold(ComparisonHit.objects.select_related("decided_by").filter(pk=hit.pk)).get()
    if expected and hit.state != expected:
        who = hit.decided_by.name if hit.decided_by else "—"
        raise Refusal(
            _("%(who)s has decided about this hit meanwhile: %(state)s."),
            {"who": who, "state": hit.get_state_display()}, code="decided_meanwhile",
            remedy=_("Read the reason, and decide again if you must."),
        )  # fmt: skip
    before = {"state": hit.state, "reason": hit.reason}
    hit.state, hit.reason, hit.decided_by, hit.decided_at = state, reason, actor, timezone.now()
    hit.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    after = {"state": state, "reason": reason, "kind": hit.kind, "application": hit.application_id}
    audit.record("recruitment.decide_hit", hit, actor=actor, before=before, after=after)
    return hit


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refusal(_("Say what was found out, and from whom."), code="reason_missing", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refusal(
            _("The reason has %(length)d signs; at most %(limit)d fit."),
            {"length": len(reason), "limit": LONGEST_REASON}, code="reason_long", field="reason",
        )  # fmt: skip
    return reason


@transaction.atomic
def decide_hits(hits: Iterable[ComparisonHit], state: HitState, *, reason: str, actor: User) -> int:
    """The same decision about many open hits, all or none; hits that somebody has decided are left as they are.

    Hits by likeness are dismissed together, never confirmed: each of those people is looked at alone.
    """
    chosen = [hit for hit in hits if hit.state == HitState.OPEN]
    if state == HitState.CONFIRMED and any(not hit.exact for hit in chosen):
        raise Refusal(
            _("Hits by likeness are confirmed one by one."), code="one_by_one",
            remedy=_("Choose hits by number only, or open each of the others."),
        )  # fmt: skip
    for hit in chosen:
        decide_hit(hit, state, reason=reason, actor=actor, expected=HitState.OPEN)
    return len(chosen)


@transaction.atomic
def show_other(hit: ComparisonHit, *, actor: User) -> dict[str, str]:
    """The register's line unmasked, after the reading was noted. Empty when the line was deleted."""
    domain.reveal(hit, ["name", "identity", "birth"], actor=actor)
    line = ComparisonRow.objects.filter(pk=hit.row_id).first() if hit.row_id is not None else None
    if line is None:
        return {}
    cipher = line.identity_cipher or line.faulty_cipher
    number = vault().decrypt(bytes(cipher), IDENTITY) if cipher else ""
    return {"name": line.name, "number": number, "birth": line.birth.isoformat() if line.birth else ""}
