"""Verbs of remedial tasks: opened by what the policy asks, reminded, escalated, proven, closed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person
from yigang.policy.training import DEFAULT_REMIND_DAYS, LACK_WORDS
from yigang.policy.wording import number
from yigang.posts.models import Programme
from yigang.training.access import FOLLOW_UP, PROVE
from yigang.training.account import Account, accounts, rule_of
from yigang.training.enums import Lack, RemedialState, RemedialStepKind
from yigang.training.models import Paper, RemedialStep, RemedialTask

OPEN = (RemedialState.OPEN, RemedialState.PROVEN)


@transaction.atomic
def open_remedial(
    programme: Programme, people: Collection[Person], year: int, *, on: date, actor: User, paper: Paper | None = None
) -> list[RemedialTask]:  # fmt: skip
    """A task for each who lacks something on a day, with the policy's deadline; who has one already is left out."""
    for region in {one.region_code for one in people}:
        require(actor, FOLLOW_UP, region)
    rule = rule_of(programme, on)
    if rule is None:
        raise Refusal(
            _("The policy of “%(programme)s” asks for no training."), {"programme": programme.name}, code="no_rule"
        )
    found = accounts(programme, [one.pk for one in people], year, until=on)
    busy = set(
        RemedialTask.objects.filter(programme=programme, year=year, state__in=OPEN, person__in=people).values_list(
            "person_id", flat=True
        )
    )
    made = RemedialTask.objects.bulk_create(
        RemedialTask(
            region_code=one.region_code, person=one, programme=programme, year=year, lacks=list(found[one.pk].lacks),
            why=sentence(found[one.pk]), cites=rule.cites[:200], paper=paper, opened_by=actor, opened_on=on,
            due_on=on + timedelta(days=rule.remedy_days),
        )
        for one in people if found[one.pk].lacks and one.pk not in busy
    )  # fmt: skip
    RemedialStep.objects.bulk_create(_step(one, RemedialStepKind.OPENED, one.why, actor) for one in made)
    if made:
        audit.record(
            "training.open_remedial", made[0], actor=actor, after={"count": len(made), "due_on": made[0].due_on}
        )
    return made


def sentence(account: Account) -> str:
    """What is there beside what is asked, of everything that is lacking; in Chinese, as it goes into the file."""
    learned, rule = account.learned, account.rule
    assert rule is not None  # something is lacking of it
    had = {
        "hours": (number(learned.hours), rule.hours, "学时"),
        "sessions": (str(learned.sessions), Fraction(rule.sessions or 0), "次"),
        "test": ("未参加" if learned.score is None else number(learned.score), rule.test_score, "分"),
    }
    told = ((LACK_WORDS[one], *had[one]) for one in account.lacks)
    return "；".join(f"{what} {there}，要求 {number(asked or Fraction(0))} {unit}" for what, there, asked, unit in told)


def _step(task: RemedialTask, kind: RemedialStepKind, text: str, by: User | None) -> RemedialStep:
    return RemedialStep(region_code=task.region_code, task=task, kind=kind, text=text[:300], by=by, at=timezone.now())


@transaction.atomic
def hand_in_proof(task: RemedialTask, text: str, *, actor: User, file: StoredFile | None = None) -> RemedialTask:
    """Say how it was made up. A lacking test is not proven in words: it is taken again."""
    require(actor, PROVE, task.region_code)
    task = _open(task, RemedialState.OPEN)
    if not text.strip():
        raise Refusal(_("Say how it was made up."), code="proof_missing", field="proof")
    if Lack.TEST in _lacks_now(task):
        raise Refusal(
            _("The test is still not passed; no other proof stands for it."), code="test_lacking", field="proof",
            remedy=_("Take the test again first."),
        )  # fmt: skip
    task.proof, task.proof_file, task.proven_by, task.state = text.strip()[:300], file, actor, RemedialState.PROVEN
    task.save(update_fields=["proof", "proof_file", "proven_by", "state"])
    _step(task, RemedialStepKind.PROVEN, task.proof, actor).save()
    audit.record("training.hand_in_proof", task, actor=actor, after={"proof": task.proof})
    return task


@transaction.atomic
def decide_proof(task: RemedialTask, *, accept: bool, reason: str = "", actor: User) -> RemedialTask:
    """Accept a proof, or send it back with a reason. Whoever handed it in does not accept it."""
    require(actor, FOLLOW_UP, task.region_code)
    task = _open(task, RemedialState.PROVEN)
    if actor.pk == task.proven_by_id:
        raise Refusal(
            _("You have handed in this proof yourself; another person accepts it."), code="own_proof",
            remedy=_("Ask a colleague or the county."),
        )  # fmt: skip
    if accept:
        return _close(task, reason.strip() or task.proof, RemedialStepKind.DONE, RemedialState.DONE, actor)
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    task.state = RemedialState.OPEN
    task.save(update_fields=["state"])
    _step(task, RemedialStepKind.SENT_BACK, reason.strip(), actor).save()
    audit.record("training.send_back_proof", task, actor=actor, after={"reason": reason.strip()[:200]})
    return task


@transaction.atomic
def drop_remedial(task: RemedialTask, reason: str, *, actor: User) -> RemedialTask:
    """A task that falls away, such as of somebody who has left."""
    require(actor, FOLLOW_UP, task.region_code)
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    return _close(_open(task, *OPEN), reason.strip(), RemedialStepKind.DROPPED, RemedialState.DROPPED, actor)


def _open(task: RemedialTask, *states: RemedialState) -> RemedialTask:
    task = hold(RemedialTask.objects.select_related("person", "programme").filter(pk=task.pk)).get()
    if task.state not in states:
        raise Refusal(
            _("The task of %(name)s is: %(state)s."), {"name": task.person.name, "state": task.get_state_display()},
            code="task_state",
        )  # fmt: skip
    return task


def _lacks_now(task: RemedialTask) -> tuple[str, ...]:
    return accounts(task.programme, [task.person_id], task.year)[task.person_id].lacks


def _close(
    task: RemedialTask, text: str, kind: RemedialStepKind, state: RemedialState, by: User | None, on: date | None = None
) -> RemedialTask:  # fmt: skip
    task.state, task.closed_by, task.closed_on = state, by, on or timezone.localdate()
    task.save(update_fields=["state", "closed_by", "closed_on"])
    _step(task, kind, text, by).save()
    audit.record("training.close_remedial", task, actor=by, after={"state": str(state), "reason": text[:200]})
    return task


@transaction.atomic
def look_after(today: date) -> dict[str, int]:
    """The daily look at open tasks: closed where nothing is lacking any more, else reminded once, once told to the county."""
    counts = {"done": 0, "reminded": 0, "escalated": 0}
    for task in hold(RemedialTask.objects.select_related("person", "programme").filter(state=RemedialState.OPEN)):
        if not _lacks_now(task):
            _close(task, "补训、补考后达标", RemedialStepKind.DONE, RemedialState.DONE, None, today)
            counts["done"] += 1
        elif task.due_on < today and task.escalated_on is None:
            _note(task, "escalated_on", RemedialStepKind.ESCALATED, today)
            counts["escalated"] += 1
        elif task.due_on - timedelta(days=_remind_days(task)) <= today <= task.due_on and task.reminded_on is None:
            _note(task, "reminded_on", RemedialStepKind.REMINDED, today)
            counts["reminded"] += 1
    return counts


def _remind_days(task: RemedialTask) -> int:
    rule = rule_of(task.programme, task.opened_on)
    return rule.remind_days if rule else DEFAULT_REMIND_DAYS


def _note(task: RemedialTask, field: str, kind: RemedialStepKind, today: date) -> None:
    setattr(task, field, today)
    task.save(update_fields=[field])
    _step(task, kind, f"期限 {task.due_on}", None).save()
