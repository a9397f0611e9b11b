"""Verbs of those who judge together: the village's vote, the offices' signatures, the reviewers' marks; and who stands aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person
from yigang.policy.recruitment import MarksRule, Office, PeerReviewRule, Step
from yigang.policy.wording import number
from yigang.recruitment import kin, queries
from yigang.recruitment.access import JUDGE, OPEN_ROUND
from yigang.recruitment.domain.deciding import locked, put_outcome
from yigang.recruitment.domain.eligibility import both, opened
from yigang.recruitment.domain.rounds import needed
from yigang.recruitment.models import (
    Application,
    DeclaredTie,
    JointReview,
    PeerReview,
    PeerTally,
    ReviewMark,
    ReviewSeat,
    Round,
    StepRecord,
)
from yigang.recruitment.roles import refuse_other_roles, why_not_acting


@dataclass(frozen=True)
class Meeting:
    """A meeting of the village as its minutes have it. `region_code` is the village."""

    region_code: str
    held_on: date
    place: str
    chair: str
    tellers: Sequence[str]
    entitled: int
    present: int
    minutes: str
    photo: StoredFile


@dataclass(frozen=True)
class Tally:
    """The secret count about one applicant."""

    agree: int
    against: int
    abstain: int


@transaction.atomic
def record_peer_review(
    step: StepRecord, meeting: Meeting, tallies: Mapping[Application, Tally], *, actor: User
) -> PeerReview:  # fmt: skip
    """Take in what a quorate meeting voted; the vote is the outcome of the step for each applicant.

    Refused as a whole: too few present, a count that does not sum to those present, a chair or teller who is kin of somebody
    voted about, an applicant of another village.
    """
    step, rule = opened(step)
    require(actor, JUDGE, meeting.region_code)
    refuse_other_roles(rule, meeting.region_code, actor)
    peers = rule.peer_review
    if peers is None:
        raise Refusal(_("“%(step)s” has no vote."), {"step": step.name}, code="wrong_step")
    _refuse_meeting(meeting, peers, step)
    review = PeerReview.objects.create(
        region_code=meeting.region_code, step=step, held_on=meeting.held_on, place=meeting.place.strip(),
        chair=meeting.chair.strip(), tellers=[name.strip() for name in meeting.tellers], entitled=meeting.entitled,
        present=meeting.present, minutes=meeting.minutes.strip(), photo=meeting.photo, by=actor,
    )  # fmt: skip
    for application, tally in tallies.items():
        _tally(review, peers, rule, locked(application, None), tally, actor)
    after = {"step": step.name, "present": meeting.present, "entitled": meeting.entitled, "people": len(tallies)}
    audit.record("recruitment.record_peer_review", review, actor=actor, after=after)
    return review


def _refuse_meeting(meeting: Meeting, peers: PeerReviewRule, step: StepRecord) -> None:
    if not (meeting.chair.strip() and meeting.place.strip() and meeting.minutes.strip()):
        raise Refusal(_("A meeting has a place, a chair and minutes."), code="minutes_missing", field="minutes")
    if len({name.strip() for name in meeting.tellers} - {""}) < 2:
        raise Refusal(_("Two tellers count the votes."), code="tellers", field="tellers")
    if meeting.present > meeting.entitled:
        raise Refusal(
            _("%(present)d came, but only %(entitled)d are entitled."),
            {"present": meeting.present, "entitled": meeting.entitled}, code="too_many", field="present",
        )  # fmt: skip
    if not peers.quorate(meeting.present, meeting.entitled):
        raise Refusal(
            _("%(present)d of %(entitled)d came; the policy asks for %(quorum)s."),
            {"present": meeting.present, "entitled": meeting.entitled, "quorum": str(peers.quorum)}, code="no_quorum",
            field="present", remedy=_("Call the meeting again; without its quorum no vote counts."),
        )  # fmt: skip
    if step.opens_on is not None and meeting.held_on < step.opens_on:
        raise Refusal(_("The meeting was held before the step was opened."), code="dates", field="held_on")


def _tally(
    review: PeerReview, peers: PeerReviewRule, rule: Step, application: Application, tally: Tally, actor: User
) -> None:
    kin.stand_aside(application, user=actor, names=[review.chair, *review.tellers])
    if application.region_code != review.region_code:
        raise Refusal(_("%(name)s is of another village."), {"name": application.person.name}, code="other_village")
    if min(tally.agree, tally.against, tally.abstain) < 0 or (
        tally.agree + tally.against + tally.abstain != review.present
    ):
        raise Refusal(
            _("The votes about %(name)s do not sum: %(agree)d for, %(against)d against, %(abstain)d abstained, and "
              "%(present)d present."),
            {"name": application.person.name, "agree": tally.agree, "against": tally.against,
             "abstain": tally.abstain, "present": review.present},
            code="tally_does_not_sum", remedy=_("Count again; whoever did not vote has abstained."),
        )  # fmt: skip
    PeerTally.objects.create(
        region_code=review.region_code, review=review, application=application, present=review.present,
        agree=tally.agree, against=tally.against, abstain=tally.abstain,
    )  # fmt: skip
    on, out = both(rule)
    carried = peers.carried(tally.agree, review.present, review.entitled)
    said = _("%(agree)d of %(present)d voted for it") % {"agree": tally.agree, "present": review.present}
    put_outcome(application, review.step, on if carried else out, str(said), actor)


@transaction.atomic
def give_seat(one: Round, office: str, user: User, *, actor: User) -> ReviewSeat:
    """Say who signs for an office in this round. One person has one seat; the office's role and level are the policy's."""
    require(actor, OPEN_ROUND, one.region_code)
    wanted = _office(one, office)
    if why := _why_not_seated(wanted, one.region_code, user):
        raise Refusal(
            _("%(user)s cannot sign for %(office)s: %(why)s"), {"user": user.name, "office": office, "why": why},
            code="seat", field="user",
        )  # fmt: skip
    taken = ReviewSeat.objects.filter(round=one, user=user).first()
    if taken is not None:
        raise Refusal(
            _("%(user)s signs for %(office)s already; nobody signs for two offices."),
            {"user": user.name, "office": taken.office}, code="seated_already", field="user",
        )  # fmt: skip
    seat = ReviewSeat.objects.create(region_code=one.region_code, round=one, office=office, user=user, given_by=actor)
    audit.record("recruitment.give_seat", seat, actor=actor, after={"office": office, "name": user.name})
    return seat


@transaction.atomic
def sign(
    application: Application, office: str, *, agrees: bool, reason: str = "", actor: User, version: int | None = None
) -> JointReview:  # fmt: skip
    """Sign for one's own office about one applicant. Who brought the application in does not review it."""
    application = locked(application, version)
    step, rule, wanted = _joint(application, office, actor)
    if not ReviewSeat.objects.filter(round=step.round, office=office, user=actor).exists():
        raise Refusal(
            _("You do not sign for %(office)s."), {"office": office}, code="not_your_office",
            remedy=_("Each office signs for its own part; the round's page says who."),
        )  # fmt: skip
    if application.created_by_id == actor.pk:
        raise Refusal(_("You brought this application in; another person reviews it."), code="approver_is_author")
    kin.stand_aside(application, user=actor)
    signature = JointReview(
        region_code=application.region_code, application=application, step=step, office=office, part=wanted.part,
        agrees=agrees, reason=reason.strip()[:300] if agrees else needed(reason), by=actor,
    )  # fmt: skip
    _save_signature(signature)
    application.version += 1
    application.save(update_fields=["version"])
    after = {"step": rule.name, "office": office, "agrees": agrees, "reason": signature.reason}
    audit.record("recruitment.sign", application, actor=actor, after=after)
    return signature


def _save_signature(signature: JointReview) -> None:
    try:
        with transaction.atomic():
            signature.save()
    except IntegrityError as error:
        if violated(error) in ("an_office_signs_once", "a_person_signs_for_one_office"):
            raise Refusal(
                _("%(office)s has signed about %(name)s already."),
                {"office": signature.office, "name": signature.application.person.name}, code="signed_already",
            ) from error  # fmt: skip
        raise


@transaction.atomic
def give_marks(
    application: Application, points: Mapping[str, Decimal], reason: str, *, actor: User
) -> list[ReviewMark]:
    """One reviewer's points for every item, with the reason. Nobody marks twice; others' marks are not shown before."""
    application = locked(application, None)
    require(actor, JUDGE, application.region_code)
    step, rule = _open(application)
    refuse_other_roles(rule, application.region_code, actor)
    if rule.marks is None:
        raise Refusal(_("“%(step)s” asks for no marks."), {"step": step.name}, code="wrong_step")
    kin.stand_aside(application, user=actor)
    _refuse_points(rule.marks, points)
    if ReviewMark.objects.filter(application=application, step=step, by=actor).exists():
        raise Refusal(_("You have marked %(name)s already."), {"name": application.person.name}, code="marked_already")
    reason = needed(reason)
    marks = ReviewMark.objects.bulk_create(
        ReviewMark(
            region_code=application.region_code, application=application, step=step, item=item, points=value,
            reason=reason, by=actor,
        )
        for item, value in points.items()
    )  # fmt: skip
    application.version += 1
    application.save(update_fields=["version"])
    after = {"step": step.name, "points": str(sum(points.values())), "reason": reason}
    audit.record("recruitment.give_marks", application, actor=actor, after=after)
    return marks


def _refuse_points(rule: MarksRule, points: Mapping[str, Decimal]) -> None:
    known = {item.name: item.most for item in rule.items}
    if set(points) != set(known):
        raise Refusal(_("Every item is marked: %(items)s."), {"items": "、".join(known)}, code="items", field="points")
    for item, value in points.items():
        if not 0 <= Fraction(value) <= known[item] or (Fraction(value) * 100).denominator != 1:
            raise Refusal(
                _("“%(item)s” is marked from 0 to %(most)s, with at most two decimals, not %(value)s."),
                {"item": item, "most": number(known[item]), "value": value}, code="points", field="points",
            )  # fmt: skip


@transaction.atomic
def declare_tie(person: Person, relation: str, *, actor: User) -> DeclaredTie:
    """Say oneself that an applicant is too near to judge. It holds in every round and is not taken back."""
    require(actor, JUDGE, person.region_code)
    made, _created = DeclaredTie.objects.get_or_create(
        person=person, user=actor, defaults={"region_code": person.region_code, "relation": needed(relation)[:60]}
    )
    audit.record(
        "recruitment.declare_tie", made, actor=actor, after={"person_id": person.pk, "relation": made.relation}
    )
    return made


def _open(application: Application) -> tuple[StepRecord, Step]:
    step = queries.open_step_of(application.round)
    if step is None:
        raise Refusal(_("No step of this round is open."), code="step_not_open")
    step.round = application.round
    return step, queries.rule_of(step)


def _office(one: Round, office: str) -> Office:
    known = {wanted.name: wanted for step in queries.rules_of(one).steps for wanted in step.offices}
    if office not in known:
        raise Refusal(
            _("“%(office)s” takes no part in the joint review (%(offices)s)."),
            {"office": office, "offices": "、".join(known)}, code="unknown_office", field="office",
        )  # fmt: skip
    return known[office]


def _why_not_seated(office: Office, region_code: str, user: User) -> str:
    """An office of a town signs for its town only; of the county for all of it."""
    places = [prefix for prefix in user.prefixes if prefix.startswith(regioncode.prefix_of(region_code)[:6])] or [
        region_code
    ]
    return why_not_acting(office.role, office.level, regioncode.pad(places[0]), user)


def _joint(application: Application, office: str, actor: User) -> tuple[StepRecord, Step, Office]:
    require(actor, JUDGE, application.region_code)
    step, rule = _open(application)
    wanted = next((one for one in rule.offices if one.name == office), None)
    if wanted is None:
        raise Refusal(
            _("“%(office)s” does not sign in “%(step)s”."), {"office": office, "step": step.name}, code="wrong_step"
        )
    return step, rule, wanted
