"""Verbs of leaving: an exit has a kind, a reason, days and papers; against the person's will it takes two officials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.posts.models import Post
from yigang.tenure import clock, notice
from yigang.tenure.access import CONFIRM_EXIT, RELEASE
from yigang.tenure.domain.appointing import names_of, save
from yigang.tenure.domain.vacancies import close_vacancies, open_vacancy, refuse_filled
from yigang.tenure.enums import AGAINST_WILL, CHOSEN, REASONS, Delivery, ExitKind, ExitReason, ExitState, LedgerKind
from yigang.tenure.ledger import because
from yigang.tenure.models import Appointment, Exit, ExitFile, TeamMember

FIELDS = ("kind", "reason", "on", "last_pay_day", "text", "clause", "state", "decision")
EXIT_FIELDS = ("ends", "exit_kind", "exit_reason")


@dataclass(frozen=True)
class Leaving:
    """How somebody leaves. `on` is the last day in the post, `last_pay_day` the last day paid (by default the same)."""

    kind: ExitKind
    reason: ExitReason
    on: date
    text: str
    last_pay_day: date | None = None
    clause: str = ""


@transaction.atomic
def leave(appointment: Appointment, leaving: Leaving, *, actor: User) -> Exit:
    """A natural exit is done at once; a removal is proposed and waits for somebody else at the county."""
    require(actor, RELEASE, appointment.region_code)
    appointment = _locked(appointment)
    _refuse_leaving(appointment, leaving)
    row = _propose(appointment, leaving, actor)
    if leaving.kind in AGAINST_WILL:
        audit.record("tenure.propose_exit", row, actor=actor, after=audit.snapshot(row, FIELDS))
        return row
    return _carry_out(row, appointment, actor, "")


def _propose(appointment: Appointment, leaving: Leaving, actor: User) -> Exit:
    return Exit.objects.create(
        region_code=appointment.region_code, appointment=appointment, kind=leaving.kind, reason=leaving.reason, on=leaving.on,
        last_pay_day=leaving.last_pay_day or leaving.on, text=leaving.text.strip(), clause=leaving.clause.strip(),
        state=ExitState.PROPOSED, planned_end=appointment.ends, proposed_by=actor, proposed_at=timezone.now(),
    )  # fmt: skip


def end_appointment(
    appointment: Appointment, *, kind: ExitKind, on: date, reason: str, actor: User,
    cause: ExitReason = ExitReason.OTHER,
) -> Appointment:  # fmt: skip
    """A natural exit in one call, `reason` in words. What is against the person's will goes through `leave`."""
    require(actor, RELEASE, appointment.region_code)
    if kind in AGAINST_WILL:
        raise Refusal(
            _("%(kind)s is proposed by one official and confirmed by another."),
            {"kind": ExitKind(kind).label}, code="needs_confirmation", field="kind",
            remedy=_("Propose it with its clause; the county confirms."),
        )  # fmt: skip
    return leave(appointment, Leaving(kind, cause, on, reason), actor=actor).appointment


def end_by_death(appointment: Appointment, last: date, evidence: str, *, actor: User) -> Exit:
    """End what a dead person held, inside the verb that records the death; a proposal to remove him falls away."""
    require(actor, RELEASE, appointment.region_code)
    appointment = _locked(appointment)
    appointment.exits.filter(state=ExitState.PROPOSED).update(
        state=ExitState.REJECTED, decided_at=timezone.now(), decision=ExitKind.DEATH.label
    )
    appointment.agreed_end = appointment.ends
    row = _propose(appointment, Leaving(ExitKind.DEATH, ExitReason.DIED, last, evidence), actor)
    return _carry_out(row, appointment, actor, "")


def end_for_transfer(appointment: Appointment, leaving: Leaving, *, link: str, actor: User) -> Exit:
    """End the old post of a move; the verb of the move has checked it. The place left behind is vacant."""
    return _carry_out(_propose(appointment, leaving, actor), appointment, actor, "", link)


def take_back_exits(appointment: Appointment, reason: str, *, actor: User) -> None:
    """The exit of an appointment that goes on after all is no longer in force, its open vacancy is closed."""
    for row in appointment.exits.filter(state=ExitState.DONE):
        row.state, row.decision = ExitState.TAKEN_BACK, reason[:200]
        row.save()
        close_vacancies(row, reason, actor=actor)


@transaction.atomic
def confirm_exit(row: Exit, *, decision: str = "", actor: User) -> Exit:
    """The county confirms what somebody else has proposed; the appointment ends now and the vacancy opens."""
    require(actor, CONFIRM_EXIT, row.region_code)
    appointment, row = _locked(row.appointment), _proposed(row)
    if row.proposed_by_id == actor.pk:
        raise Refusal(
            _("You proposed this yourself; somebody else has to confirm it."), code="same_person",
            remedy=_("Ask another county manager."),
        )  # fmt: skip
    _refuse_days(appointment, row.on)
    return _carry_out(row, appointment, actor, decision.strip())


@transaction.atomic
def reject_exit(row: Exit, reason: str, *, actor: User) -> Exit:
    """The county does not follow the proposal; the person stays."""
    require(actor, CONFIRM_EXIT, row.region_code)
    row = _proposed(row)
    if not reason.strip():
        raise Refusal(_("Say why the proposal is rejected."), code="reason_missing", field="reason")
    row.state, row.decided_by, row.decided_at, row.decision = ExitState.REJECTED, actor, timezone.now(), reason.strip()
    row.save()
    audit.record("tenure.reject_exit", row, actor=actor, after=audit.snapshot(row, FIELDS))
    return row


@transaction.atomic
def take_back_exit(row: Exit, reason: str, *, actor: User) -> Exit:
    """Undo an exit that was a mistake, as long as nobody else has the place; who may decide it may take it back."""
    require(actor, CONFIRM_EXIT if row.kind in AGAINST_WILL else RELEASE, row.region_code)
    hold(Post.objects.filter(pk=row.appointment.post_id))  # whoever appoints holds it too: nobody follows meanwhile
    appointment = _locked(row.appointment)
    if row.kind == ExitKind.TRANSFER:
        raise Refusal(_("A move is not taken back; move the person again."), code="transfer")
    row = Exit.objects.select_for_update().get(pk=row.pk)
    if row.kind == ExitKind.DEATH:
        raise Refusal(
            _("A death is recorded on the person's page; it ends the post as well."), code="record_death", field="kind"
        )  # fmt: skip
    if row.state != ExitState.DONE:
        raise Refusal(_("This exit is not in force; there is nothing to take back."), code="not_in_force")
    if not reason.strip():
        raise Refusal(_("Say why the exit is taken back."), code="reason_missing", field="reason")
    for vacancy in row.vacancies.select_related("filled_by__person").filter(closed_on=None):
        refuse_filled(vacancy)
    close_vacancies(row, reason.strip(), actor=actor)
    before = audit.snapshot(appointment, EXIT_FIELDS)
    appointment.ends, appointment.exit_kind, appointment.exit_reason = row.planned_end, "", ""
    with because(reason.strip(), actor=actor, kind=LedgerKind.EXIT_BACK):
        save(appointment)
    row.state, row.decision = ExitState.TAKEN_BACK, reason.strip()
    row.save()
    audit.record(
        "tenure.take_back_exit", appointment, actor=actor, before=before,
        after=audit.snapshot(appointment, EXIT_FIELDS),
    )  # fmt: skip
    return row


@transaction.atomic
def deliver_notice(row: Exit, how: Delivery, on: date, *, actor: User) -> Exit:
    """Note how and when the written notice reached the person."""
    require(actor, RELEASE, row.region_code)
    row = Exit.objects.select_for_update().get(pk=row.pk)
    if row.state != ExitState.DONE:
        raise Refusal(_("There is no notice before the exit is confirmed."), code="not_in_force")
    if row.decided_at is not None and on > timezone.localdate():
        raise Refusal(_("A notice cannot have been delivered in the future."), code="dates", field="on")
    row.delivered_on, row.delivered_how, row.delivered_by = on, how, actor
    row.save()
    audit.record("tenure.deliver_notice", row, actor=actor, after={"on": on, "how": how})
    return row


@transaction.atomic
def attach(row: Exit, file: StoredFile, what: str, *, actor: User) -> ExitFile:
    """Add a document to an exit."""
    require(actor, RELEASE, row.region_code)
    made = ExitFile.objects.create(region_code=row.region_code, exit=row, file=file, what=what.strip()[:60])
    audit.record("tenure.attach_to_exit", row, actor=actor, after={"name": file.name, "what": made.what})
    return made


def _carry_out(row: Exit, appointment: Appointment, actor: User, decision: str, link: str = "") -> Exit:
    before = audit.snapshot(appointment, EXIT_FIELDS)
    appointment.ends, appointment.exit_kind, appointment.exit_reason = row.on, row.kind, row.text
    cited = f"{row.text}（{row.clause}）" if row.clause else row.text
    kind = LedgerKind.TRANSFER_OUT if row.kind == ExitKind.TRANSFER else LedgerKind.EXIT
    with because(
        cited, actor=actor, kind=kind, proposed_by=row.proposed_by, exit_reason=ExitReason(row.reason), link=link
    ):  # fmt: skip
        save(appointment)
    now = timezone.now()
    row.state, row.decided_by, row.decided_at, row.decision = ExitState.DONE, actor, now, decision
    programme = appointment.programme
    if row.kind in AGAINST_WILL:
        row.appeal_until = clock.appeal_until(programme, timezone.localdate(now))
    row.notice = notice.text_of(row, appointment, timezone.localdate(now))
    row.save()
    _leave_teams(appointment, row.on)
    open_vacancy(appointment, row)
    after = audit.snapshot(appointment, EXIT_FIELDS)
    audit.record("tenure.end_appointment", appointment, actor=actor, before=before, after=after)
    row.appointment = appointment
    return row


def _leave_teams(appointment: Appointment, last: date) -> None:
    """Whoever leaves the post leaves the team on the same day; a membership that has not begun falls away."""
    members = TeamMember.objects.filter(appointment=appointment)
    members.filter(starts__gt=last).delete()
    members.filter(Q(ends__isnull=True) | Q(ends__gt=last)).update(ends=last)


def _locked(appointment: Appointment) -> Appointment:
    return hold(Appointment.objects.select_related("person", "post", "programme").filter(pk=appointment.pk)).get()


def _proposed(row: Exit) -> Exit:
    row = hold(Exit.objects.select_related("proposed_by").filter(pk=row.pk)).get()
    if row.state != ExitState.PROPOSED:
        raise Refusal(
            _("This proposal was decided already: %(state)s."),
            {"state": row.get_state_display()},
            code="decided_already",
        )
    return row


def _refuse_leaving(appointment: Appointment, leaving: Leaving) -> None:
    if appointment.exit_kind:
        raise Refusal(
            _("%(name)s left the post %(post)s on %(day)s already (%(kind)s)."),
            {**names_of(appointment), "day": appointment.ends, "kind": appointment.get_exit_kind_display()},
            code="left_already",
        )
    if appointment.exits.filter(state=ExitState.PROPOSED).exists():
        raise Refusal(
            _("An exit of %(name)s from the post %(post)s is proposed already."), names_of(appointment),
            code="proposed_already", remedy=_("Confirm or reject that proposal first."),
        )  # fmt: skip
    if not leaving.text.strip():
        raise Refusal(_("Say why the appointment ends."), code="reason_missing", field="reason")
    if leaving.kind not in CHOSEN:
        raise Refusal(
            _("A death is recorded on the person's page; it ends the post as well.")
            if leaving.kind == ExitKind.DEATH
            else _("A move to another post is a transfer."),
            code="record_death" if leaving.kind == ExitKind.DEATH else "transfer", field="kind",
        )  # fmt: skip
    if leaving.reason not in REASONS[leaving.kind]:
        raise Refusal(
            _("“%(reason)s” is no reason for “%(kind)s”."),
            {"reason": leaving.reason.label, "kind": leaving.kind.label}, code="reason_unfit", field="cause",
        )  # fmt: skip
    if leaving.kind in AGAINST_WILL and not leaving.clause.strip():
        raise Refusal(
            _("Name the clause of the policy or agreement that this rests on."), code="clause_missing", field="clause"
        )
    _refuse_days(appointment, leaving.on)
    _refuse_pay_day(appointment, leaving)


def _refuse_days(appointment: Appointment, on: date) -> None:
    if on < appointment.starts:
        raise Refusal(
            _("%(name)s began on %(starts)s; the last day cannot lie before."),
            {**names_of(appointment), "starts": appointment.starts}, code="dates", field="on",
        )  # fmt: skip
    if appointment.ends is not None and on > appointment.ends:
        raise Refusal(
            _("The appointment of %(name)s ends on %(ends)s anyway; a later day is a new appointment."),
            {**names_of(appointment), "ends": appointment.ends}, code="dates", field="on",
        )  # fmt: skip
    died = appointment.person.died_on
    if died is not None and on > died:
        raise Refusal(
            _("%(name)s died on %(day)s."), {"name": appointment.person.name, "day": died}, code="died", field="on"
        )


def _refuse_pay_day(appointment: Appointment, leaving: Leaving) -> None:
    paid = leaving.last_pay_day
    if paid is not None and not (appointment.starts <= paid <= leaving.on):
        raise Refusal(
            _("The last day paid lies from the first day in the post (%(first)s) to the last one (%(last)s)."),
            {"first": appointment.starts, "last": leaving.on}, code="dates", field="last_pay_day",
        )  # fmt: skip
