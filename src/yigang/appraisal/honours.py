"""Verbs of honours: given by the ranking of a period, or by the vote of named officers; taken back with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import years
from yigang.appraisal.access import GIVE_HONOURS, VOTE_HONOURS
from yigang.appraisal.models import (
    Finding,
    Honour,
    HonourCandidate,
    HonourPoll,
    HonourVote,
    PeriodResult,
    PointEntry,
)
from yigang.foundation import audit, regioncode, regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.policy.inspection import YearClause, year_clauses
from yigang.policy.judge_period import NO_AWARD
from yigang.policy.points import Chosen, Entrant, HonourRule, Sums, choose, honour_rules, summed
from yigang.policy.tenure import ask
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on
from yigang.recruitment.kin import people_tied
from yigang.tenure.models import Appointment

DIGITS = {"village": 12, "town": 9, "county": 6}


@dataclass(frozen=True)
class Term:
    """One period of an honour of a programme in one unit: a village, a town or the county, by its padded code."""

    programme: Programme
    rule: HonourRule
    unit_code: str
    first: date
    last: date
    digest: str
    clauses: tuple[YearClause, ...] = ()
    """What the policy says of absences found: some of them take honours away."""


@dataclass(frozen=True)
class Line:
    """Somebody who may be honoured, by the newest post there, with what counts for it; `barred` is the clause that forbids it."""

    appointment: Appointment
    value: Decimal
    sums: Sums
    barred: str = ""


@dataclass(frozen=True)
class Standing:
    """How an honour stands now: everybody who may have it, the best first, and whom the rule chooses."""

    lines: Sequence[Line]
    chosen: Chosen

    def marked(self, line: Line) -> str:
        """`won`, `equal`, `barred` or nothing."""
        if line.barred:
            return "barred"
        if any(one.key == line.appointment.pk for one in self.chosen.winners):
            return "won"
        return "equal" if any(one.key == line.appointment.pk for one in self.chosen.equal) else ""


def rules_on(programme: Programme, day: date) -> tuple[tuple[HonourRule, ...], str]:
    """The honours of the text in force on a day, and its digest."""
    text = text_on(policy_from(policy_file(programme.policy_code)), day)
    return honour_rules(text.text), text.digest


def term(programme: Programme, name: str, unit: str, day: date) -> Term:
    """The period of an honour that holds a day, in the unit that holds a region; refused where the policy has none."""
    rules, digest = rules_on(programme, day)
    rule = next((one for one in rules if one.name == name), None)
    if rule is None:
        raise Refusal(
            _("The policy of %(day)s has no honour “%(name)s”."), {"day": day, "name": name}, code="no_honour", field="name"
        )  # fmt: skip
    digits = DIGITS[rule.unit]
    if len(regioncode.prefix_of(unit)) < digits:
        raise Refusal(
            _("“%(name)s” is held in a smaller unit than this."), {"name": name}, code="unit", field="unit",
            remedy=_("Choose the village or town whose holder it is."),
        )  # fmt: skip
    first = date(day.year, (day.month - 1) // rule.months * rule.months + 1, 1)
    following = first.month - 1 + rule.months
    last = date(first.year + following // 12, following % 12 + 1, 1) - timedelta(days=1)
    text = text_on(policy_from(policy_file(programme.policy_code)), day).text
    return Term(programme, rule, regioncode.pad(unit[:digits]), first, last, digest, tuple(year_clauses(text)))


def held_within(asked: Term) -> QuerySet[Appointment]:
    """Posts of the programme in the unit that were held in the period."""
    prefix = regioncode.prefix_of(asked.unit_code)
    rows = Appointment.objects.filter(programme=asked.programme, region_code__startswith=prefix, starts__lte=asked.last)
    return rows.filter(Q(ends=None) | Q(ends__gte=asked.first)).select_related("person", "post")


def standing(asked: Term, votes: Mapping[int, int] | None = None) -> Standing:
    """How the honour stands by the points of the period, the year's score, or these votes (by appointment).

    Each person stands there once, with the points of every post there. Five questions.
    """
    held = {one.person_id: one for one in held_within(asked).order_by("starts", "pk")}
    sums, forbidden = _sums(asked, held), barred(asked, held)
    values = _values(asked, held, sums, votes)
    lines = [
        Line(one, values[person], sums[person], forbidden.get(person, ""))
        for person, one in held.items() if person in values
    ]  # fmt: skip
    entrants = [Entrant(line.appointment.pk, line.value, line.sums.named()) for line in lines if not line.barred]
    return Standing(
        sorted(lines, key=lambda line: (-line.value, line.appointment.person.pinyin)), choose(asked.rule, entrants)
    )


def _sums(asked: Term, held: Iterable[int]) -> dict[int, Sums]:
    """Person → the points that count in the months of the period, of all posts of the programme in the unit."""
    entries = PointEntry.objects.filter(
        appointment__in=held_within(asked).values("pk"), month__gte=asked.first, month__lte=asked.last
    ).order_by()
    by_person: dict[int, list[tuple[str, Decimal]]] = {}
    for person, kind, points in entries.values_list("person", "kind").annotate(Sum("points")):
        by_person.setdefault(person, []).append((kind, points))
    return {person: summed(by_person.get(person, ())) for person in held}


def _values(
    asked: Term, held: Mapping[int, Appointment], sums: Mapping[int, Sums], votes: Mapping[int, int] | None
) -> dict[int, Decimal]:
    """Person → what counts; who has no score of the year is not there."""
    if asked.rule.by == "points":
        return {person: each.total for person, each in sums.items()}
    if asked.rule.by == "vote":
        people = dict(held_within(asked).filter(pk__in=list(votes or {})).values_list("pk", "person"))
        return {people[key]: Decimal(count) for key, count in (votes or {}).items()}
    rows = years.counting(list(held), asked.programme.pk).filter(year=asked.first.year)
    return {row.person_id: row.score for row in rows if row.score is not None}


def barred(asked: Term, people: Iterable[int]) -> dict[int, str]:
    """Person → the clause by which there is no honour (取消评优资格): of a closing, or of absences found since 1 January."""
    who = list(people)
    closed = PeriodResult.objects.filter(
        person__in=who, closing__programme=asked.programme, closing__reopened_at=None, closing__first__lte=asked.last,
        closing__last__gte=asked.first, consequences__contains=[NO_AWARD],
    )  # fmt: skip
    told = {row.person_id: "；".join(row.because) for row in closed}
    found = Finding.objects.filter(
        person__in=who, day__range=(date(asked.last.year, 1, 1), asked.last), intake__withdrawn_at=None
    ).order_by()
    for person, days in found.values_list("person").annotate(Count("day", distinct=True)):
        facts = {"查实旷工次数": Fraction(days)}
        clauses = (one for one in asked.clauses if NO_AWARD in one.do and ask(one.when, facts) is True)
        for clause in clauses:
            told.setdefault(person, f"{clause.name}〔{clause.cites}〕")
    return told


@transaction.atomic
def give_by_ranking(asked: Term, *, actor: User) -> list[Honour]:
    """Honour whom the rule chooses, once the period is over. Nobody of those who are equal for the last seats is chosen."""
    require(actor, GIVE_HONOURS, asked.unit_code)
    if asked.rule.by == "vote":
        raise Refusal(_("“%(name)s” is decided by a vote."), {"name": asked.rule.name}, code="by_vote")
    _refuse_early(asked)
    return _give(asked, standing(asked), None, actor)


def _refuse_early(asked: Term) -> None:
    if asked.last >= timezone.localdate():
        raise Refusal(_("The period ends on %(day)s; it is honoured afterwards."), {"day": asked.last}, code="early")


def _give(asked: Term, found: Standing, poll: HonourPoll | None, actor: User) -> list[Honour]:
    if not found.chosen.winners:
        equal = "、".join(line.appointment.person.name for line in found.lines if found.marked(line) == "equal")
        what = (
            _("Nobody can be chosen: %(equal)s are equal.")
            if equal
            else _("Nobody has anything that counts in this period.")
        )
        raise Refusal(what, {"equal": equal}, code="equal" if equal else "nobody")
    by_key = {line.appointment.pk: line for line in found.lines}
    winners = [by_key[int(one.key)] for one in found.chosen.winners]
    _refuse_kin(winners, actor)
    rows = [
        Honour(
            region_code=line.appointment.region_code, programme=asked.programme, appointment=line.appointment,
            name=asked.rule.name, unit_code=asked.unit_code, seat=seat, first=asked.first, last=asked.last, value=line.value,
            poll=poll, policy_digest=asked.digest, given_by=actor,
        )
        for seat, line in enumerate(winners, start=1)
    ]  # fmt: skip
    try:
        with transaction.atomic():
            made = Honour.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Refusal(
            _("“%(name)s” of this period has its holder already."), {"name": asked.rule.name}, code="held",
            remedy=_("Take that one back first, if it was a mistake."),
        ) from error  # fmt: skip
    after = {"name": asked.rule.name, "first": asked.first, "honours": [[one.pk, one.appointment_id] for one in made]}
    audit.record("appraisal.give_honours", made[0], actor=actor, region_code=asked.unit_code, after=after)
    return made


def _refuse_kin(winners: Iterable[Line], actor: User) -> None:
    people = {line.appointment.person_id: line.appointment.person.name for line in winners}
    for person in people_tied(people, actor):
        raise Refusal(
            _("%(person)s is yourself or kin of yours; somebody else gives this honour."), {"person": people[person]},
            code="kin",
        )  # fmt: skip


@transaction.atomic
def take_back_honour(honour: Honour, reason: str, *, actor: User) -> None:
    """An honour that was a mistake is held no longer; who took it back when and why stays on file."""
    honour = hold(Honour.objects.filter(pk=honour.pk)).get()
    require(actor, GIVE_HONOURS, honour.unit_code)
    if not reason.strip():
        raise Refusal(_("Say why the honour is taken back."), code="reason_missing", field="reason")
    if honour.withdrawn_at is not None:
        raise Refusal(_("This honour was taken back already."), code="withdrawn")
    honour.withdrawn_by, honour.withdrawn_at, honour.withdrawn_why = actor, timezone.now(), reason.strip()[:200]
    honour.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    audit.record("appraisal.take_back_honour", honour, actor=actor, after={"reason": honour.withdrawn_why})


@transaction.atomic
def open_poll(asked: Term, candidates: Sequence[Appointment], voters: Sequence[User], *, actor: User) -> HonourPoll:
    """Let named officers vote about candidates of the unit. Nobody votes about kin: whoever is tied to one is not named."""
    require(actor, GIVE_HONOURS, asked.unit_code)
    if asked.rule.by != "vote":
        raise Refusal(_("“%(name)s” is not decided by a vote."), {"name": asked.rule.name}, code="not_by_vote")
    _refuse_poll(asked, candidates, voters)
    try:
        with transaction.atomic():
            poll = HonourPoll.objects.create(
                region_code=asked.unit_code, programme=asked.programme, name=asked.rule.name, first=asked.first,
                last=asked.last, policy_digest=asked.digest, opened_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refusal(_("A vote about this honour and period is open already."), code="open") from error
    HonourCandidate.objects.bulk_create(
        HonourCandidate(region_code=asked.unit_code, poll=poll, appointment=one, name=one.person.name,
                        village=regions.name_of(one.region_code))
        for one in candidates
    )  # fmt: skip
    HonourVote.objects.bulk_create(HonourVote(region_code=_desk(asked, one), poll=poll, voter=one) for one in voters)
    after = {"candidates": [one.pk for one in candidates], "voters": [one.pk for one in voters]}
    audit.record("appraisal.open_honour_poll", poll, actor=actor, after=after)
    return poll


def _desk(asked: Term, voter: User) -> str:
    """Where a vote lies: in the voter's own region, or in the unit when the voter works for more than it."""
    within = [prefix for prefix in voter.prefixes if prefix.startswith(regioncode.prefix_of(asked.unit_code))]
    return regioncode.pad(within[0]) if within else asked.unit_code


def _refuse_poll(asked: Term, candidates: Sequence[Appointment], voters: Sequence[User]) -> None:
    allowed = set(held_within(asked).filter(pk__in=[one.pk for one in candidates]).values_list("pk", flat=True))
    if len({one.person_id for one in candidates}) <= asked.rule.seats or len(allowed) != len(candidates):
        raise Refusal(
            _("Name more candidates than the %(seats)d seats, all of them in post in the period."),
            {"seats": asked.rule.seats}, code="candidates", field="candidates",
        )  # fmt: skip
    people = {one.person_id: one.person.name for one in candidates}
    for person, clause in barred(asked, people).items():
        raise Refusal(
            _("%(person)s cannot be honoured: %(clause)s."), {"person": people[person], "clause": clause}, code="barred",
            field="candidates", remedy=_("Name somebody else."),
        )  # fmt: skip
    if len(voters) < 2:
        raise Refusal(_("Name at least two officers who vote."), code="voters", field="voters")
    for voter in voters:
        if not any(asked.unit_code.startswith(prefix) or prefix.startswith(regioncode.prefix_of(asked.unit_code))
                   for prefix in voter.prefixes):  # fmt: skip
            raise Refusal(_("%(voter)s does not work here."), {"voter": voter.name}, code="voters", field="voters")
        require(voter, VOTE_HONOURS)
        for person in people_tied(people, voter):
            raise Refusal(
                _("%(voter)s is, or is kin of, the candidate %(person)s, and cannot vote."),
                {"voter": voter.name, "person": people[person]}, code="kin", field="voters",
            )  # fmt: skip


@transaction.atomic
def cast(poll: HonourPoll, chosen: Sequence[int], *, actor: User) -> HonourVote:
    """Vote once, for as many candidates as there are seats or fewer."""
    vote = hold(HonourVote.objects.filter(poll=poll, voter=actor)).first()
    if vote is None:
        raise Refusal(_("You are not named to vote here."), code="not_named")
    require(actor, VOTE_HONOURS, vote.region_code)
    closed = (
        HonourPoll.objects.filter(pk=poll.pk).exclude(closed_at=None).exists()
    )  # as it is now that the vote is held
    if vote.voted_at is not None or closed:
        raise Refusal(_("You have voted, or the vote is closed."), code="voted")
    rules, _digest = rules_on(poll.programme, poll.first)
    seats = next((one.seats for one in rules if one.name == poll.name), 0)
    known = set(poll.candidates.filter(pk__in=chosen).values_list("pk", flat=True))
    if not 0 < len(known) <= seats or len(known) != len(chosen):
        raise Refusal(_("Choose one to %(seats)d of the candidates."), {"seats": seats}, code="chosen", field="chosen")
    vote.chosen, vote.voted_at = sorted(known), timezone.now()
    vote.save(update_fields=["chosen", "voted_at"])
    audit.record("appraisal.vote_honour", vote, actor=actor, after={"poll": poll.pk})
    return vote


def tally(poll: HonourPoll) -> tuple[dict[int, int], Fraction]:
    """Votes by candidate, and the share of the named officers who have voted."""
    votes = list(poll.votes.all())
    counted = Counter(key for vote in votes for key in vote.chosen)
    return dict(counted), Fraction(sum(vote.voted_at is not None for vote in votes), max(len(votes), 1))


@transaction.atomic
def close_poll(poll: HonourPoll, *, actor: User) -> list[Honour]:
    """Count and honour. Below the quorum, or with equals for every seat, the vote ends without a holder and says why."""
    poll = hold(HonourPoll.objects.filter(pk=poll.pk)).get()
    require(actor, GIVE_HONOURS, poll.region_code)
    if poll.closed_at is not None:
        raise Refusal(_("This vote is closed already."), code="closed")
    asked = term(poll.programme, poll.name, poll.region_code, poll.first)
    list(hold(poll.votes.order_by("pk")))  # who is voting is waited for, who comes later finds the vote closed
    counted, share = tally(poll)
    holders = dict(poll.candidates.values_list("pk", "appointment"))
    found = standing(asked, {holders[key]: count for key, count in counted.items()})
    made: list[Honour] = []
    if share < asked.rule.quorum:
        outcome = _now("Too few voted: %(share)s of %(quorum)s.") % {"share": share, "quorum": asked.rule.quorum}
    elif not found.chosen.winners:
        outcome = _now("The votes are equal; nobody was chosen.")
    else:
        made = _give(asked, found, poll, actor)
        outcome = "、".join(line.appointment.person.name for line in found.lines if found.marked(line) == "won")
    poll.closed_by, poll.closed_at, poll.outcome = actor, timezone.now(), outcome[:200]
    poll.save(update_fields=["closed_by", "closed_at", "outcome"])
    audit.record("appraisal.close_honour_poll", poll, actor=actor, after={"outcome": poll.outcome})
    return made
