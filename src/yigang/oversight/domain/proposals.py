"""Verbs of consequences: proposed by the policy's clauses, confirmed or dismissed by a person, told, answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import years
from yigang.appraisal.models import Finding, PeriodResult
from yigang.foundation import audit, many
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.oversight.access import DECIDE, TELL
from yigang.oversight.enums import ProposalState
from yigang.oversight.models import Proposal
from yigang.policy.exact import Value
from yigang.policy.inspection import YearClause, holding
from yigang.policy.model import PolicyVersion
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on
from yigang.tenure.enums import Delivery, ExitKind, ExitState
from yigang.tenure.models import Appointment, Exit

RUNS = ("连续不合格月数", "连续不合格年数")
"""Words that closed quarters and years answer."""
FOLLOWS = ("cites", "do", "policy_digest", "facts", "evidence", "authors")
"""What of an open proposal is written anew: what somebody confirms is what the text says now."""


@dataclass
class Known:
    """What is on record of somebody's year, in the policy's words, with the evidence and who wrote it."""

    facts: dict[str, Value] = field(default_factory=dict)
    evidence: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    authors: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def say(self, word: str, value: Value, key: str, by: int) -> None:
        self.facts[word] = value
        self.evidence[word].append(key)
        self.authors[word].add(by)


@transaction.atomic
def propose(programme: Programme, year: int, *, today: date | None = None) -> list[Proposal]:
    """Propose what the policy's clauses say of everybody of whom something was found in the year; each clause once.

    A proposal that is open follows the evidence and the text in force, and falls away when the clause holds no longer.
    """
    last = min(date(year, 12, 31), today or timezone.localdate())
    version = text_on(policy_from(policy_file(programme.policy_code)), last)
    known = known_of(programme, year)
    people = Appointment.objects.filter(pk__in=known).select_related("person")
    kept = {
        (one.appointment_id, one.clause): one
        for one in Proposal.objects.select_for_update(of=("self",)).filter(appointment__programme=programme, year=year)
    }
    made = []
    for appointment in people:
        for clause in holding(version.text, known[appointment.pk].facts):
            before = kept.pop((appointment.pk, clause.name), None)
            row = _row(appointment, year, clause, known[appointment.pk], version)
            if before is None:
                row.save()
                made.append(row)
            elif before.state == ProposalState.OPEN and any(
                getattr(before, name) != getattr(row, name) for name in FOLLOWS
            ):
                for name in FOLLOWS:
                    setattr(before, name, getattr(row, name))
                before.save(update_fields=FOLLOWS)
    Proposal.objects.filter(pk__in=[one.pk for one in kept.values() if one.state == ProposalState.OPEN]).delete()
    if made:
        audit.record("oversight.propose", programme, actor=None, after={"year": year, "count": len(made)})
    return made


def _row(appointment: Appointment, year: int, clause: YearClause, known: Known, version: PolicyVersion) -> Proposal:
    words = [name for name in clause.when.names if name in known.facts]
    return Proposal(
        region_code=appointment.region_code, appointment=appointment, year=year, clause=clause.name[:120],
        cites=clause.cites[:200], do=list(clause.do), policy_digest=version.digest,
        facts={word: _plain(known.facts[word]) for word in words},
        evidence=[key for word in words for key in known.evidence[word]],
        authors=sorted(set().union(*(known.authors[word] for word in words))),
    )  # fmt: skip


def _plain(value: Value) -> str | bool | int:
    return int(value) if isinstance(value, Fraction) else value


def known_of(programme: Programme, year: int) -> dict[int, Known]:
    """Appointment → what the year's findings, results and recalls say; only those of whom there is something."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    held = _held(programme, first, last)
    known: dict[int, Known] = defaultdict(Known)
    findings = Finding.objects.filter(person__in=held, intake__withdrawn_at=None, day__range=(first, last))
    days: dict[int, set[date]] = defaultdict(set)
    for finding in findings.select_related("intake").order_by("day"):
        days[finding.person_id].add(finding.day)
        count = Fraction(len(days[finding.person_id]))
        by = finding.intake.created_by_id or 0
        known[held[finding.person_id]].say("查实旷工次数", count, f"f:{finding.pk}", by)
    for result in years.counting(list(held), programme.pk).filter(year=year):
        known[held[result.person_id]].say("年度等次", result.grade, f"y:{result.pk}", result.given_by_id)
    for judged in _closed(programme, year):
        if held.get(judged.person_id) == judged.appointment_id:
            for word in filter(judged.trace.get, RUNS):
                count, by = Fraction(judged.trace[word]), judged.closing.closed_by_id
                known[judged.appointment_id].say(word, count, f"p:{judged.pk}", by)
    exits = Exit.objects.filter(
        kind=ExitKind.RECALL, state=ExitState.DONE, on__range=(first, last), appointment__programme=programme
    )
    for row in exits.select_related("appointment"):
        known[row.appointment_id].say("被召回", True, f"x:{row.pk}", row.proposed_by_id)
    return dict(known)


def _closed(programme: Programme, year: int) -> QuerySet[PeriodResult]:
    """Results of the year's closings that say somebody failed months or years in a row; the last closing says it last."""
    rows = PeriodResult.objects.filter(
        closing__programme=programme, closing__first__year=year, closing__reopened_at=None
    )
    runs = Q(trace__连续不合格月数__gt=0) | Q(trace__连续不合格年数__gt=0)
    return rows.filter(runs).select_related("closing").order_by("closing__last", "closing__rhythm", "pk")


def _held(programme: Programme, first: date, last: date) -> Mapping[int, int]:
    """Person → the latest appointment of the programme in the year."""
    rows = programme.appointments.filter(starts__lte=last).exclude(ends__lt=first).order_by("starts", "pk")
    return dict(rows.values_list("person", "pk"))


@transaction.atomic
def confirm(row: Proposal, *, reason: str = "", actor: User) -> Proposal:
    """The consequence follows. Not by whoever wrote the evidence."""
    return _decide(row, ProposalState.CONFIRMED, reason, actor)


@transaction.atomic
def dismiss(row: Proposal, *, reason: str, actor: User) -> Proposal:
    """Nothing follows, for a reason."""
    if not reason.strip():
        raise Refusal(_("Say why nothing follows."), code="reason_missing", field="reason")
    return _decide(row, ProposalState.DISMISSED, reason, actor)


def confirm_all(rows: Iterable[Proposal], *, reason: str = "", actor: User) -> Sequence[Proposal]:
    """Confirm many, or none of them."""
    return many.each(rows, lambda row: confirm(row, reason=reason, actor=actor))


def _decide(row: Proposal, state: ProposalState, reason: str, actor: User) -> Proposal:
    require(actor, DECIDE, row.region_code)
    row = hold(Proposal.objects.filter(pk=row.pk)).get()
    if row.state != ProposalState.OPEN:
        raise Refusal(
            _("This was decided already: %(state)s."), {"state": row.get_state_display()}, code="decided_already"
        )
    if actor.pk in row.authors:
        raise Refusal(
            _("You wrote the evidence yourself; somebody else has to decide."), code="own_evidence",
            remedy=_("Ask another county manager."),
        )  # fmt: skip
    row.state, row.decided_by, row.decided_at, row.reason = state, actor, timezone.now(), reason.strip()[:200]
    row.save()
    after = {"state": state, "clause": row.clause, "reason": row.reason}
    audit.record("oversight.decide_consequence", row, actor=actor, before={"state": ProposalState.OPEN}, after=after)
    return row


@transaction.atomic
def tell(row: Proposal, how: Delivery, on: date, *, actor: User) -> Proposal:
    """Note how and when the person was told of a confirmed consequence."""
    require(actor, TELL, row.region_code)
    row = _confirmed(row)
    decided = timezone.localdate(row.decided_at)
    if not decided <= on <= timezone.localdate():
        raise Refusal(
            _("The person was told between the decision on %(day)s and today."),
            {"day": decided},
            code="dates",
            field="on",
        )
    row.told_on, row.told_how = on, how
    row.save(update_fields=["told_on", "told_how"])
    audit.record("oversight.tell", row, actor=actor, after={"on": on, "how": how})
    return row


@transaction.atomic
def note_answer(row: Proposal, answer: str, on: date, *, actor: User) -> Proposal:
    """What the person says to it. A new answer stands beside the decision; it does not change it."""
    require(actor, TELL, row.region_code)
    row = _confirmed(row)
    if row.told_on is None or not row.told_on <= on <= timezone.localdate():
        raise Refusal(_("The person answers after being told."), code="dates", field="on")
    if not answer.strip():
        raise Refusal(_("Write down what the person says."), code="answer", field="answer")
    before = {"answer": row.answer}
    row.answer, row.answered_on = answer.strip()[:500], on
    row.save(update_fields=["answer", "answered_on"])
    audit.record("oversight.note_answer", row, actor=actor, before=before, after={"answer": row.answer, "on": on})
    return row


@transaction.atomic
def hear(row: Proposal, answer: str = "") -> Proposal:
    """The person read of a confirmed consequence on the own phone, and may answer; no official stands between.

    Whoever calls has found the row by the person: nobody else's is heard. A day on which it was handed over before stays.
    """
    row = _confirmed(row)
    before, today = {"answer": row.answer}, timezone.localdate()
    row.told_on = row.told_on or today
    if answer.strip():
        row.answer, row.answered_on = answer.strip()[:500], today
    row.save(update_fields=["told_on", "answer", "answered_on"])
    audit.record("oversight.hear", row, actor=None, before=before, after={"answer": row.answer, "on": today})
    return row


def _confirmed(row: Proposal) -> Proposal:
    row = hold(Proposal.objects.filter(pk=row.pk)).get()
    if row.state != ProposalState.CONFIRMED:
        raise Refusal(_("People are told of what was confirmed."), code="not_confirmed")
    return row
