"""Verbs from a vacancy to an appointment: a town proposes somebody of the pool, another official at the county confirms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.policy import eligibility
from yigang.recruitment import facts, kin
from yigang.recruitment.access import CONFIRM_REPLACEMENT, PROPOSE_REPLACEMENT
from yigang.recruitment.domain.applying import known_declarations
from yigang.recruitment.domain.rounds import needed
from yigang.recruitment.enums import ReplacementState
from yigang.recruitment.models import Replacement
from yigang.recruitment.pool.candidates import Candidate, candidates_for
from yigang.recruitment.pool.renew import pool_of
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.domain.vacancies import hold_vacancy, refuse_filled
from yigang.tenure.models import Vacancy

FIELDS = ("person_id", "rank", "why", "starts", "ends", "declared", "remark", "state", "decision")


@dataclass(frozen=True)
class Offer:
    """What is proposed besides the person: the term, what the form asks (left out: unknown), why not the first."""

    starts: date
    ends: date | None = None
    declared: Mapping[str, bool] = field(default_factory=dict)
    remark: str = ""


@transaction.atomic
def propose_replacement(vacancy: Vacancy, person: Person, offer: Offer, *, actor: User) -> Replacement:
    """Propose somebody of the pool for a vacancy. Passing over who stands before needs a reason.

    Refused: a vacancy that was filled or has a proposal, somebody who is not in the pool or cannot be proposed now, who
    does not meet every clause of the policy, and an official who is tied to the person.
    """
    require(actor, PROPOSE_REPLACEMENT, vacancy.region_code)
    vacancy = _open_vacancy(vacancy)
    candidate = _candidate(vacancy, person)
    assert candidate.rank is not None  # who has none is refused
    remark = offer.remark.strip() if candidate.rank == 1 else _needed_for_passing_over(offer.remark, candidate)
    if offer.starts < vacancy.since:
        raise Refusal(
            _("The place is vacant from %(since)s on."), {"since": vacancy.since}, code="dates", field="starts"
        )  # fmt: skip
    _not_tied(person, actor)
    declared = known_declarations(offer.declared)
    _eligible(vacancy, person, declared)
    row = Replacement(
        region_code=vacancy.region_code, vacancy=vacancy, person=person, rank=candidate.rank, why=candidate.why[:500],
        starts=offer.starts, ends=offer.ends, declared=declared, remark=remark[:300], proposed_by=actor,
    )  # fmt: skip
    _save(row)
    audit.record("recruitment.propose_replacement", row, actor=actor, after=audit.snapshot(row, FIELDS))
    return row


@transaction.atomic
def confirm_replacement(row: Replacement, *, actor: User, text: str = "") -> Replacement:
    """The county agrees, and the person is appointed to the vacant place. The facts of today are looked at once more."""
    require(actor, CONFIRM_REPLACEMENT, row.region_code)
    vacancy = _open_vacancy(row.vacancy)
    row = _waiting(row)
    if row.proposed_by_id == actor.pk:
        raise Refusal(_("You proposed this yourself; another official confirms it."), code="approver_is_author")
    _not_tied(row.person, actor)
    _candidate(vacancy, row.person)
    _eligible(vacancy, row.person, row.declared)
    reason = _("replacement from the reserve pool: %(why)s") % {"why": row.why}
    terms = Terms(row.starts, row.ends, reason=str(reason)[:300])
    row.appointment = appoint(row.person, vacancy.post, terms, actor=actor, vacancy=vacancy)
    return _decided(row, ReplacementState.CONFIRMED, text.strip(), actor, "recruitment.confirm_replacement")


@transaction.atomic
def reject_replacement(row: Replacement, reason: str, *, actor: User) -> Replacement:
    """The county does not agree, and says why; the vacancy is open for another proposal."""
    require(actor, CONFIRM_REPLACEMENT, row.region_code)
    row = _waiting(row)
    return _decided(row, ReplacementState.REJECTED, needed(reason), actor, "recruitment.reject_replacement")


@transaction.atomic
def take_back_replacement(row: Replacement, reason: str, *, actor: User) -> Replacement:
    """A proposal that nobody has decided is taken back, with a reason; it stays on file."""
    require(actor, PROPOSE_REPLACEMENT, row.region_code)
    row = _waiting(row)
    return _decided(row, ReplacementState.TAKEN_BACK, needed(reason), actor, "recruitment.take_back_replacement")


def _open_vacancy(vacancy: Vacancy) -> Vacancy:
    """The vacancy, held until the transaction ends; refused when the place was taken or given up."""
    return refuse_filled(hold_vacancy(vacancy))


def _waiting(row: Replacement) -> Replacement:
    row = hold(Replacement.objects.select_related("person", "vacancy", "proposed_by").filter(pk=row.pk)).get()
    if row.state != ReplacementState.OPEN:
        raise Refusal(
            _("This proposal was decided already: %(state)s."), {"state": row.get_state_display()},
            code="decided_already",
        )  # fmt: skip
    return row


def _candidate(vacancy: Vacancy, person: Person) -> Candidate:
    """The person among today's candidates. A proposal for this very vacancy does not stand in its own way."""
    found = next((one for one in candidates_for(vacancy) if one.member.person_id == person.pk), None)
    if found is None:
        raise Refusal(
            _("%(name)s is not in the reserve pool within reach of this post."), {"name": person.name},
            code="not_in_pool", field="person", remedy=_("Renew the pool, or choose one of the candidates."),
        )  # fmt: skip
    if found.rank is None:
        raise Refusal(
            _("%(name)s cannot be proposed now: %(why)s"), {"name": person.name, "why": "；".join(found.stops)},
            code="not_now", field="person",
        )  # fmt: skip
    return found


def _needed_for_passing_over(remark: str, candidate: Candidate) -> str:
    if not remark.strip():
        raise Refusal(
            _("%(name)s stands at place %(rank)d; say why those before are passed over."),
            {"name": candidate.member.person.name, "rank": candidate.rank}, code="passed_over", field="remark",
        )  # fmt: skip
    return remark.strip()


def _not_tied(person: Person, actor: User) -> None:
    if why := kin.tie(person, user=actor):
        raise Refusal(
            _("%(reviewer)s must stand aside about %(name)s (%(why)s)."),
            {"reviewer": actor.name, "name": person.name, "why": why}, code="kin", remedy=_("Ask another official."),
        )  # fmt: skip


def _eligible(vacancy: Vacancy, person: Person, declared: Mapping[str, bool]) -> None:
    """Whoever fills a place meets every clause that an applicant must meet; what is unknown is not a yes."""
    programme, day = vacancy.post.programme, timezone.localdate()
    version, _pool = pool_of(programme, day)
    people = facts.persons([person.pk], programme.region_code, day, declared)
    judged = eligibility.judge(people, version)
    why = [row["why"] for row in judged.iter_rows(named=True) if row["result"] != "holds"]
    if why:
        raise Refusal(
            _("%(name)s does not meet the conditions of the post: %(why)s"),
            {"name": person.name, "why": "；".join(why)}, code="not_eligible", field="person",
        )  # fmt: skip


def _save(row: Replacement) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        name = violated(error)
        if name not in ("one_replacement_per_vacancy", "proposed_for_one_vacancy"):
            raise
        other = Replacement.objects.filter(state=ReplacementState.OPEN)
        same = other.filter(vacancy=row.vacancy).select_related("person").first()
        raise Refusal(
            _("%(name)s is proposed for this vacancy already.") if same
            else _("%(name)s is proposed for another vacancy already."),
            {"name": same.person.name if same else row.person.name}, code="proposed_already",
            remedy=_("Confirm, reject or take back that proposal first."),
        ) from error  # fmt: skip


def _decided(row: Replacement, state: ReplacementState, text: str, actor: User, deed: str) -> Replacement:
    row.state, row.decision, row.decided_by, row.decided_at = state, text[:300], actor, timezone.now()
    row.save()
    audit.record(deed, row, actor=actor, after=audit.snapshot(row, FIELDS))
    return row
