"""Verbs of a round: opened, its steps opened and closed in their order, gone back in with a reason, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.policy.load import load_policy, policies_folder
from yigang.policy.problems import NoVersion, PolicyError
from yigang.policy.recruitment import NOTICED
from yigang.posts.models import Post, Programme
from yigang.recruitment import queries
from yigang.recruitment.access import OPEN_ROUND, TAKE_APPLICATIONS
from yigang.recruitment.domain.hanging import hang_out, take_down
from yigang.recruitment.enums import ApplicationState, Entry, RoundState, StepState
from yigang.recruitment.models import (
    Application,
    Round,
    RoundEntry,
    RoundPost,
    StepDocument,
    StepRecord,
)
from yigang.recruitment.progress import step_text, what_is_missing

SHOWN = ("number", "title", "state", "policy_digest", "opened_on")


def day_of(on: date | None) -> date:
    """The day a deed counts for: today, or an earlier one that is entered afterwards. Never a day that is to come."""
    today = timezone.localdate()
    if on is not None and on > today:
        raise Refusal(_("%(day)s lies in the future."), {"day": on}, code="future", field="on")
    return on or today


def turn(one: Round, *, shared: bool = False) -> None:
    """Wait for the round's turn: applications come in side by side, a step is opened or closed by one alone."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext('recruitment round'), %s)", [one.pk])


@transaction.atomic
def open_round(
    programme: Programme, number: str, title: str, places: Mapping[Post, int], *, actor: User, region_code: str = "",
    on: date | None = None,
) -> Round:  # fmt: skip
    """Begin a round for approved places: `places` says how many are sought at each post. Its first step waits."""
    region_code = region_code or programme.region_code
    require(actor, OPEN_ROUND, region_code)
    day = day_of(on)
    text, effective, digest, names = _policy(programme, day)
    _check_places(programme, region_code, places)
    if Round.objects.filter(programme=programme, number=number).exists():
        raise Refusal(
            _("The programme has a round %(number)s already."), {"number": number}, code="known", field="number"
        )
    one = Round.objects.create(
        region_code=region_code, programme=programme, number=number.strip(), title=title.strip(), policy_text=text,
        policy_effective=effective, policy_digest=digest, opened_on=day, opened_by=actor,
    )  # fmt: skip
    RoundPost.objects.bulk_create(
        RoundPost(region_code=post.region_code, round=one, post=post, places=count) for post, count in places.items()
    )
    _put_steps(one, names, first=1)
    write(one, None, Entry.OPENED, day, actor)
    after = audit.snapshot(one, SHOWN) | {"places": sum(places.values())}
    audit.record("recruitment.open_round", one, actor=actor, after=after)
    return one


@transaction.atomic
def open_step(one: Round, *, actor: User, on: date | None = None) -> StepRecord:
    """Open the next step of the round. There is no other order, and one step is open at a time."""
    one, day = _steered(one, actor), day_of(on)
    running = queries.open_step_of(one)
    if running is not None:
        raise Refusal(
            _("“%(step)s” is open; close it first."), {"step": running.name}, code="step_open",
            remedy=_("The steps of the policy follow each other; none can be skipped."),
        )  # fmt: skip
    step = next((step for step in queries.steps_of(one) if step.state == StepState.WAITING), None)
    if step is None:
        raise Refusal(_("All steps of this round are done."), code="no_step")
    _not_before(one, day)
    rule = queries.rule_of(step)
    step.state, step.opens_on, step.opened_by, step.opened_at = StepState.OPEN, day, actor, timezone.now()
    step.last_day = queries.last_working_day(one.region_code, day, rule.working_days) if rule.working_days else None
    step.text = step_text(step, rule)
    if rule.kind in NOTICED:
        step.notice = hang_out(step, rule, actor)
    step.save()
    write(one, step, Entry.OPENED, day, actor)
    audit.record("recruitment.open_step", step, actor=actor, after=_of_step(step))
    return step


@transaction.atomic
def close_step(step: StepRecord, *, actor: User, on: date | None = None) -> StepRecord:
    """Close the open step once its working days are over, its documents lie there and everybody has an outcome."""
    one, day = _steered(step.round, actor), day_of(on)
    step = StepRecord.objects.select_related("round").get(pk=step.pk)
    if step.state != StepState.OPEN:
        raise not_open(step)
    assert step.opens_on is not None
    if day < step.opens_on:
        raise before_opening(day)
    missing = what_is_missing(step, day)
    if missing:
        raise Refusal(
            _("“%(step)s” cannot be closed yet: %(missing)s"), {"step": step.name, "missing": "；".join(missing)},
            code="step_incomplete",
        )  # fmt: skip
    step.state, step.closes_on, step.closed_by, step.closed_at = StepState.CLOSED, day, actor, timezone.now()
    step.save(update_fields=["state", "closes_on", "closed_by", "closed_at"])
    write(one, step, Entry.CLOSED, day, actor)
    audit.record("recruitment.close_step", step, actor=actor, after=_of_step(step))
    if not one.steps.filter(state__in=[StepState.WAITING, StepState.OPEN]).exists():
        one.state, one.closed_on = RoundState.CLOSED, day
        one.save(update_fields=["state", "closed_on"])
    return step


@transaction.atomic
def go_back(one: Round, to: StepRecord, reason: str, *, actor: User, on: date | None = None) -> StepRecord:
    """Take back everything from a step on: what was done there stays on file and counts no more.

    Who had been put out there is in the running again; who withdrew stays withdrawn. Once somebody was hired there is no
    way back: an appointment is ended, not undone.
    """
    one, day = _steered(one, actor, finished=True), day_of(on)
    reason = needed(reason)
    to = StepRecord.objects.get(pk=to.pk)
    if to.round_id != one.pk or to.state not in (StepState.OPEN, StepState.CLOSED):
        raise Refusal(_("The round has not come to “%(step)s”."), {"step": to.name}, code="not_there_yet")
    if one.applications.filter(state=ApplicationState.HIRED).exists():
        raise Refusal(
            _("Somebody has been hired in this round."), code="hired_already",
            remedy=_("End the appointment instead; a new round fills the place."),
        )  # fmt: skip
    undone = [step for step in queries.steps_of(one) if step.position >= to.position]
    for step in undone:
        take_down(step, reason, actor)
    _undo(one, undone)
    _put_steps(one, [step.name for step in queries.rules_of(one).steps], first=to.position)
    if one.state == RoundState.CLOSED:
        one.state, one.closed_on = RoundState.RUNNING, None
        one.save(update_fields=["state", "closed_on"])
    write(one, to, Entry.WENT_BACK, day, actor, reason)
    audit.record("recruitment.go_back", to, actor=actor, after={"step": to.name, "reason": reason})
    return one.steps.get(position=to.position, state=StepState.WAITING)


@transaction.atomic
def cancel_round(one: Round, reason: str, *, actor: User, on: date | None = None) -> Round:
    """Give a round up. Who applied keeps the application on file, with the reason."""
    one, day = _steered(one, actor), day_of(on)
    reason = needed(reason)
    one.state, one.closed_on = RoundState.CANCELLED, day
    one.save(update_fields=["state", "closed_on"])
    for step in queries.steps_of(one):
        if step.state == StepState.OPEN:
            take_down(step, reason, actor)
    one.steps.filter(state=StepState.OPEN).update(state=StepState.UNDONE)
    write(one, None, Entry.CANCELLED, day, actor, reason)
    audit.record("recruitment.cancel_round", one, actor=actor, after={"reason": reason})
    return one


@transaction.atomic
def attach(step: StepRecord, name: str, file: StoredFile, *, actor: User) -> StepDocument:
    """Put a document or photo that the step asks for to it."""
    require(actor, TAKE_APPLICATIONS, file.region_code)
    step = StepRecord.objects.select_related("round").get(pk=step.pk)
    if step.state != StepState.OPEN:
        raise not_open(step)
    wanted = queries.rule_of(step).wanted
    if name not in wanted:
        raise Refusal(
            _("“%(step)s” does not ask for “%(name)s”."), {"step": step.name, "name": name}, code="not_wanted",
            field="name",
        )  # fmt: skip
    document = StepDocument.objects.create(
        region_code=file.region_code, step=step, name=name, file=file, added_by=actor
    )
    after = {"step": step.name, "name": name, "sha256": file.sha256}
    audit.record("recruitment.attach", document, actor=actor, after=after)
    return document


def write(
    one: Round, step: StepRecord | None, what: Entry, on: date, actor: User, reason: str = "", *, region_code: str = ""
) -> None:  # fmt: skip
    """A line in the round's book, of all of it or of a part."""
    RoundEntry.objects.create(
        region_code=region_code or one.region_code, round=one, step=step, what=what, on=on, reason=reason, by=actor
    )


def needed(reason: str) -> str:
    """The reason, which must not be empty."""
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason", field="reason")
    return reason.strip()[:300]


def not_open(step: StepRecord) -> Refusal:
    return Refusal(
        _("“%(step)s” is not open (%(state)s)."), {"step": step.name, "state": step.get_state_display()},
        code="step_not_open", remedy=_("Reload the page: the round may have moved on."),
    )  # fmt: skip


def before_opening(day: date) -> Refusal:
    return Refusal(_("%(day)s lies before the step was opened."), {"day": day}, code="dates", field="on")


def _steered(one: Round, actor: User, *, finished: bool = False) -> Round:
    """The round as it stands, its turn taken, if the actor may steer it."""
    require(actor, OPEN_ROUND, one.region_code)
    turn(one)
    one = Round.objects.select_related("programme").get(pk=one.pk)
    if one.state == RoundState.CANCELLED or (one.state == RoundState.CLOSED and not finished):
        raise Refusal(_("The round is over (%(state)s)."), {"state": one.get_state_display()}, code="round_over")
    return one


def _policy(programme: Programme, day: date) -> tuple[str, date, str, list[str]]:
    """Text, effective day, digest and step names of the policy in force, which must say how people are chosen."""
    file = policies_folder() / f"{programme.policy_code}.yaml"
    try:
        version = load_policy(file).version_on(day)
    except (PolicyError, NoVersion) as error:
        raise Refusal(
            _("The programme's policy cannot be used on %(day)s: %(why)s"), {"day": day, "why": error},
            code="policy_unusable",
        ) from error  # fmt: skip
    if version.recruitment is None:
        raise Refusal(
            _("The policy %(code)s does not say how people are chosen."), {"code": programme.policy_code},
            code="no_steps", remedy=_("Add a section `recruitment` to it."),
        )  # fmt: skip
    names = [step.name for step in version.recruitment.steps]
    return file.read_text("utf-8"), version.effective, version.digest, names


def _check_places(programme: Programme, region_code: str, places: Mapping[Post, int]) -> None:
    if not places:
        raise Refusal(_("Say which places are sought."), code="no_places", field="places")
    prefix = regioncode.prefix_of(region_code)
    for post, count in places.items():
        if post.programme_id != programme.pk or not post.region_code.startswith(prefix):
            raise Refusal(
                _("The post %(post)s is not one of this programme in this region."), {"post": post.number},
                code="foreign_post", field="places",
            )  # fmt: skip
        if not 1 <= count <= post.head_count:
            raise Refusal(
                _("%(count)d places are sought at the post %(post)s, which has %(head)d."),
                {"count": count, "post": post.number, "head": post.head_count}, code="too_many_places", field="places",
                remedy=_("Have a request approved that raises the head-count."),
            )  # fmt: skip


def _put_steps(one: Round, names: list[str], *, first: int) -> None:
    rules = queries.rules_of(one).steps
    StepRecord.objects.bulk_create(
        StepRecord(region_code=one.region_code, round=one, position=position, name=name, kind=rules[position - 1].kind)
        for position, name in enumerate(names, 1)
        if position >= first
    )


def _undo(one: Round, undone: list[StepRecord]) -> None:
    begun = [step.pk for step in undone if step.state != StepState.WAITING]
    one.steps.filter(pk__in=[step.pk for step in undone if step.state == StepState.WAITING]).delete()
    one.steps.filter(pk__in=begun).update(state=StepState.UNDONE)
    Application.objects.filter(round=one, ended_in__in=begun).exclude(state=ApplicationState.WITHDRAWN).update(
        state=ApplicationState.RUNNING, reasons=[], ended_in=None
    )
    first = undone[0].position
    rules = queries.rules_of(one).steps
    if any(rule.ranks for rule in rules[first - 1 :]):
        one.applications.update(rank=None, score=None, rank_reason="")


def _not_before(one: Round, day: date) -> None:
    """A step is opened on or after the day the step before was closed."""
    before = one.steps.filter(state=StepState.CLOSED).order_by("-position").first()
    earliest = before.closes_on if before and before.closes_on else one.opened_on
    if day < earliest:
        raise Refusal(
            _("The step cannot begin on %(day)s: the one before it ended on %(earliest)s."),
            {"day": day, "earliest": earliest}, code="dates", field="on",
        )  # fmt: skip


def _of_step(step: StepRecord) -> dict[str, object]:
    return {"step": step.name, "opens_on": step.opens_on, "last_day": step.last_day, "closes_on": step.closes_on}
