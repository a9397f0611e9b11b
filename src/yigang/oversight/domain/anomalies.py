"""Verbs of anomalies: looked for by the rules of the policy, answered by people, opened again by people or by new evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, many, regioncode
from yigang.foundation.access import refuse_own, require
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.oversight import ties
from yigang.oversight.access import ANSWER_ANOMALIES, FIND_ANOMALIES
from yigang.oversight.anomaly_facts import Whole, year_of
from yigang.oversight.enums import AnomalyOutcome, AnomalyState
from yigang.oversight.models import Anomaly, AnomalyAnswer
from yigang.people.models import Person
from yigang.policy.anomalies import anomaly_rules
from yigang.policy.anomaly import Suspect, find
from yigang.policy.period import Period
from yigang.policy.problems import NoVersion
from yigang.policy.rule_table import Asked
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from
from yigang.tenure.models import Appointment

ANSWERED = (AnomalyState.TRUE, AnomalyState.FALSE, AnomalyState.UNCLEAR)
FOLLOWS = (
    "programme_id", "region_code", "person_id", "others", "strength", "first", "last", "fen", "figures", "rows", "keys",
    "rule_version", "thresholds", "month",
)  # fmt: skip
"""What follows the evidence while nobody has answered."""
SUBJECT = 200


@dataclass(frozen=True)
class Looked:
    """What a look over a year gave: anomalies that hold, of these new ones, opened again, and those that fell away."""

    holding: int
    new: int
    again: int
    fallen: int


@transaction.atomic
def find_anomalies(
    programme: Programme, region_code: str, month: date, *, actor: User | None, progress: Progress = silent,
    now: datetime | None = None,
) -> Looked:  # fmt: skip
    """Run the rules over the twelve months up to a month. Each anomaly is kept once, however often it is found.

    Without an actor it is the clock's work. One that is answered stays so, until there is new evidence: after “not true” only
    evidence that makes it stronger. An open one that the evidence bears no longer falls away.
    """
    if actor is not None:
        require(actor, FIND_ANOMALIES, region_code)
    asked = rules_on(programme, month)
    prefix = regioncode.prefix_of(region_code)
    whole = Whole(programme.pk, prefix, month.replace(day=1))
    found = list(find(year_of(whole, asked, progress), asked)) if asked else []
    looked = _keep(programme, whole, found, asked, now or timezone.now())
    after = {"month": f"{month:%Y-%m}", "count": looked.new, "again": looked.again}
    audit.record("oversight.find_anomalies", programme, actor=actor, after=after)
    return looked


def rules_on(programme: Programme, month: date) -> dict[str, Asked]:
    """The rules that the text in force at the end of the month leaves on; none where no text is in force."""
    try:
        version = policy_from(policy_file(programme.policy_code)).version_on(Period.of(month).last)
    except NoVersion:
        return {}
    return anomaly_rules(version.text)


def _keep(
    programme: Programme, whole: Whole, found: Sequence[Suspect], asked: Mapping[str, Asked], now: datetime
) -> Looked:  # fmt: skip
    made = _rows(programme, whole, found, asked, now)
    kept = {
        (row.rule, row.subject): row
        for row in Anomaly.objects.select_for_update().filter(subject__in=[row.subject for row in made])
    }
    fresh: list[Anomaly] = []
    followed: list[Anomaly] = []
    again: list[AnomalyAnswer] = []
    for row in made:
        before = kept.get((row.rule, row.subject))
        if before is None:
            fresh.append(row)
        elif before.month <= row.month and _follow(before, row, again):
            followed.append(before)
    AnomalyAnswer.objects.bulk_create(again)
    Anomaly.objects.bulk_create(fresh)
    Anomaly.objects.bulk_update(followed, [*FOLLOWS, "state"], batch_size=500)
    return Looked(
        len(made), len(fresh), len(again), _let_fall(programme, whole, {(row.rule, row.subject) for row in made})
    )


def _follow(before: Anomaly, row: Anomaly, again: list[AnomalyAnswer]) -> bool:
    """Bring a kept anomaly to what the evidence says now; False where it is answered and stays so."""
    new = set(row.keys) - set(before.keys)
    if before.state in ANSWERED:
        if not new or (before.state == AnomalyState.FALSE and row.strength <= before.strength):
            return False
        again.append(
            _answer(before, AnomalyOutcome.REOPENED, _now("New evidence: %(count)d") % {"count": len(new)}, None)
        )
    elif before.state == AnomalyState.OPEN and not new and before.rows == row.rows and before.month == row.month:
        return False
    row.keys = sorted({*row.keys, *before.keys})
    for name in FOLLOWS:
        setattr(before, name, getattr(row, name))
    before.state = AnomalyState.OPEN
    return True


def _let_fall(programme: Programme, whole: Whole, found: set[tuple[str, str]]) -> int:
    """Open ones of the region that were found before and are not found now."""
    rows = Anomaly.objects.filter(
        programme=programme, region_code__startswith=whole.prefix, state=AnomalyState.OPEN, month__lte=whole.last_month
    )
    gone = [pk for pk, rule, subject in rows.values_list("pk", "rule", "subject") if (rule, subject) not in found]
    return Anomaly.objects.filter(pk__in=gone).update(state=AnomalyState.FALLEN)


def _rows(
    programme: Programme, whole: Whole, found: Sequence[Suspect], asked: Mapping[str, Asked], now: datetime
) -> list[Anomaly]:  # fmt: skip
    """The anomalies as they would stand. Whoever is on file in the region comes first; others are named beside."""
    places = _places(programme, {person for one in found for person in one.people})
    made = []
    for one in found:
        people = [person for person in one.people if person in places]
        if people:
            rule = asked[one.rule]
            made.append(Anomaly(
                programme=programme, region_code=places[people[0]], person_id=people[0], others=people[1:], rule=one.rule,
                subject=one.subject[:SUBJECT], strength=one.strength, first=one.first, last=one.last, fen=one.fen,
                figures=dict(one.figures), rows=[dict(row) for row in one.rows],
                keys=sorted({str(row["key"]) for row in one.rows}), rule_version=rule.rule.version,
                thresholds=dict(rule.figures), month=whole.last_month, found_at=now,
            ))  # fmt: skip
    return made


def _places(programme: Programme, people: Iterable[int]) -> dict[int, str]:
    """Person → the village of the newest post in the programme, else where the person is registered."""
    who = list(people)
    places = dict(Person.objects.filter(pk__in=who).values_list("pk", "region_code"))
    served = Appointment.objects.filter(programme=programme, person__in=who).order_by("starts")
    return places | dict(served.values_list("person", "region_code"))


@transaction.atomic
def answer_anomaly(row: Anomaly, outcome: AnomalyOutcome, *, reason: str, actor: User) -> AnomalyAnswer:
    """Say what was found out. Never by whom it is about, his kin, or somebody of the village."""
    require(actor, ANSWER_ANOMALIES, row.region_code)
    row = hold(Anomaly.objects.filter(pk=row.pk)).get()
    people = list(Person.objects.filter(pk__in=[row.person_id, *row.others]))
    for person in people:
        refuse_own(actor, name=person.name, phone=person.phone)
    ties.stand_aside(actor, row.region_code, people)
    if row.state != AnomalyState.OPEN:
        raise Refusal(
            _("This anomaly is not open: %(state)s."), {"state": row.get_state_display()}, code="answered",
            remedy=_("Open it again first, with a reason."),
        )  # fmt: skip
    if outcome == AnomalyOutcome.REOPENED:
        raise Refusal(_("This anomaly is open."), code="open")
    return _say(row, outcome, AnomalyState(outcome.value), reason, actor)


def answer_anomalies(
    rows: Iterable[Anomaly], outcome: AnomalyOutcome, *, reason: str, actor: User
) -> list[AnomalyAnswer]:
    """One answer to many anomalies, or to none of them."""
    return many.each(rows, lambda row: answer_anomaly(row, outcome, reason=reason, actor=actor))


@transaction.atomic
def reopen_anomaly(row: Anomaly, *, reason: str, actor: User) -> AnomalyAnswer:
    """Look into it again: the answer before stays to be read."""
    require(actor, ANSWER_ANOMALIES, row.region_code)
    row = hold(Anomaly.objects.filter(pk=row.pk)).get()
    if row.state not in ANSWERED:
        raise Refusal(_("Only an answered anomaly can be opened again."), code="open")
    return _say(row, AnomalyOutcome.REOPENED, AnomalyState.OPEN, reason, actor)


def _say(row: Anomaly, outcome: AnomalyOutcome, state: AnomalyState, reason: str, actor: User) -> AnomalyAnswer:
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason", field="reason")
    answer = _answer(row, outcome, reason.strip()[:400], actor)
    answer.save()
    before = audit.snapshot(row, ("state",))
    row.state = state
    row.save(update_fields=["state"])
    verb = "oversight.reopen_anomaly" if outcome == AnomalyOutcome.REOPENED else "oversight.answer_anomaly"
    audit.record(verb, row, actor=actor, before=before, after={"state": state.value, "reason": answer.reason})
    return answer


def _answer(row: Anomaly, outcome: AnomalyOutcome, reason: str, actor: User | None) -> AnomalyAnswer:
    number = (row.answers.aggregate(last=Max("number"))["last"] or 0) + 1
    return AnomalyAnswer(
        region_code=row.region_code, anomaly=row, number=number, outcome=outcome, reason=reason, by=actor
    )
