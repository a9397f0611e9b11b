"""Verbs of renewal rounds: what the policy says of everybody whose term ends, and what an officer decides of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.policy.tenure import Facts, rank, renewal_rule
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on
from yigang.tenure import known
from yigang.tenure.access import EMPLOY
from yigang.tenure.domain.moving import renew
from yigang.tenure.enums import RenewalAnswer
from yigang.tenure.models import Appointment, RenewalProposal, RenewalRound


@dataclass(frozen=True)
class Period:
    """Which terms are looked at (their last days, inclusive) and when the new ones end; `places` limits their number."""

    first: date
    last: date
    new_end: date
    places: int | None = None


@transaction.atomic
def open_renewal(
    programme: Programme, region_code: str, title: str, period: Period, *, actor: User,
    told: Mapping[int, Facts] | None = None,
) -> RenewalRound:  # fmt: skip
    """Propose for everybody of the programme in the region whose term ends in the period.

    `told` are facts by appointment that later chapters know, such as the grade of the year; what nobody knows makes the
    proposal undetermined and is named.
    """
    require(actor, EMPLOY, region_code)
    if period.last < period.first or period.new_end <= period.last:
        raise Refusal(_("The period is turned round, or the new terms end too early."), code="dates", field="new_end")
    version = text_on(policy_from(policy_file(programme.policy_code)), period.last)
    rule = renewal_rule(version.text)
    if rule is None:
        raise Refusal(
            _("The policy of “%(programme)s” does not say who is renewed first."), {"programme": programme.name},
            code="no_rule", remedy=_("Add the section `renewal` to the policy, or renew people one by one."),
        )  # fmt: skip
    ending = {one.pk: one for one in _ending(programme, region_code, period)}
    if not ending:
        raise Refusal(_("No term ends in this period."), code="nobody", field="first")
    facts = known.of_appointments(ending.values(), period.last)
    people = {key: {**facts[key], **(told or {}).get(key, {})} for key in ending}
    made = RenewalRound.objects.create(
        region_code=region_code, programme=programme, title=title.strip(), first=period.first, last=period.last,
        new_end=period.new_end, places=period.places, policy_digest=version.digest, created_by=actor,
    )  # fmt: skip
    RenewalProposal.objects.bulk_create(
        RenewalProposal(
            region_code=ending[one.key].region_code, round=made, appointment=ending[one.key], position=one.position,
            proposal=one.answer, why=list(one.why), missing=list(one.missing),
        )
        for one in rank(people, rule, period.places)
    )  # fmt: skip
    audit.record("tenure.open_renewal", made, actor=actor, after={"title": made.title, "count": len(ending)})
    return made


@transaction.atomic
def propose_again(opened: RenewalRound, *, actor: User) -> int:
    """Ask the policy again about everybody who is not decided, by what is known now; returns how many proposals changed.

    Places that renewals have taken are taken; who has left or is appointed otherwise since stays as he was proposed.
    """
    require(actor, EMPLOY, opened.region_code)
    opened = hold(RenewalRound.objects.select_related("programme").filter(pk=opened.pk)).get()
    version = text_on(policy_from(policy_file(opened.programme.policy_code)), opened.last)
    rule = renewal_rule(version.text)
    waiting = {
        row.appointment_id: row for row in hold(opened.proposals.select_related("appointment").filter(decision=""))
    }
    if rule is None or not waiting:
        raise Refusal(_("Nobody of this round waits for a decision."), code="nobody")
    taken = opened.proposals.filter(decision=RenewalAnswer.RENEW).count()
    places = None if opened.places is None else max(0, opened.places - taken)
    facts = known.of_appointments([row.appointment for row in waiting.values()], opened.last)
    changed, positions = 0, sorted(row.position for row in waiting.values())
    for one, position in zip(rank(facts, rule, places), positions, strict=True):
        row = waiting[one.key]
        now = (position, str(one.answer), list(one.why), list(one.missing))
        changed += now != (row.position, row.proposal, row.why, row.missing)
        row.position, row.proposal, row.why, row.missing = now
    RenewalProposal.objects.bulk_update(waiting.values(), ["position", "proposal", "why", "missing"], batch_size=500)
    opened.policy_digest = version.digest
    opened.save(update_fields=["policy_digest"])
    audit.record("tenure.propose_again", opened, actor=actor, after={"count": len(waiting), "changed": changed})
    return changed


@transaction.atomic
def decide_renewals(
    proposals: Collection[RenewalProposal], answer: RenewalAnswer, reason: str, *, actor: User
) -> list[RenewalProposal]:  # fmt: skip
    """Renew or not, one or many, all or nothing. Against the proposal, or where it is undetermined, with a reason."""
    rows = RenewalProposal.objects.select_related("round", "appointment__person", "appointment__post")
    locked = list(hold(rows.filter(pk__in=[one.pk for one in proposals])).order_by("position"))
    if answer == RenewalAnswer.UNDETERMINED or not locked:
        raise Refusal(_("Choose people, and whether to renew them."), code="nothing_chosen")
    for row in locked:
        require(actor, EMPLOY, row.region_code)
        _decide(row, answer, reason.strip(), actor)
    return locked


def _decide(row: RenewalProposal, answer: RenewalAnswer, reason: str, actor: User) -> None:
    name = {"name": row.appointment.person.name}
    if row.decision:
        raise Refusal(
            _("The renewal of %(name)s was decided already: %(answer)s."), {**name, "answer": row.get_decision_display()},
            code="decided_already",
        )  # fmt: skip
    if answer != row.proposal and not reason:
        raise Refusal(
            _("The proposal for %(name)s says otherwise (%(proposal)s); say why you differ."),
            {**name, "proposal": row.get_proposal_display()}, code="reason_missing", field="reason",
        )  # fmt: skip
    if answer == RenewalAnswer.RENEW:
        row.new_appointment = renew(
            row.appointment, row.round.new_end, reason=f"{row.round.title} {reason}".strip(), actor=actor
        )
    row.decision, row.decided_by, row.decided_at, row.reason = answer, actor, timezone.now(), reason[:200]
    row.save()
    audit.record("tenure.decide_renewal", row, actor=actor, after={"decision": answer, "reason": reason})


def _ending(programme: Programme, region_code: str, period: Period) -> list[Appointment]:
    """Whose term ends in the period, nobody who left before or is appointed after it."""
    after = Appointment.objects.filter(person=OuterRef("person"), starts__gt=OuterRef("ends"))
    ending = Appointment.objects.filter(
        ~Exists(after), programme=programme, region_code__startswith=regioncode.prefix_of(region_code),
        ends__range=(period.first, period.last), exit_kind="",
    )  # fmt: skip
    return list(ending.select_related("person", "post").order_by("region_code", "pk"))
