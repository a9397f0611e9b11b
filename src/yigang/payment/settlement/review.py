"""The steps between a draft and its seal: published in the village, handed to the county, approved by another person."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.foundation import access, audit
from yigang.foundation.access import Capability
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment.access import APPROVE, PUBLISH, SEND_BACK, SUBMIT
from yigang.payment.enums import Step
from yigang.payment.models import Settlement
from yigang.payment.settlement import hanging, village_list

NOON = time(12)

MOVES: dict[str, tuple[Step, ...]] = {
    "publish": (Step.CALCULATED,),
    "submit": (Step.PUBLISHED,),
    "send_back": (Step.PUBLISHED, Step.SUBMITTED, Step.APPROVED),
    "approve": (Step.SUBMITTED,),
    "seal": (Step.APPROVED,),
}
"""From which steps a settlement may be moved."""


def locked(settlement: Settlement, move: str, what: Capability, actor: User) -> Settlement:
    """The settlement as it stands now, locked, if the actor may make this move from its step."""
    access.require(actor, what, settlement.region_code)
    current = Settlement.objects.select_for_update().get(pk=settlement.pk)
    if current.step not in MOVES[move]:
        allowed = _(", ").join(f"“{step.label}”" for step in MOVES[move])
        raise Refusal(
            _("The month stands at “%(step)s”; this is done at %(allowed)s."),
            {"step": current.get_step_display(), "allowed": allowed}, code="wrong_step",
            remedy=_("Reload the page: somebody may have moved it on."),
        )  # fmt: skip
    return current


@transaction.atomic
def publish(settlement: Settlement, *, on: date | None = None, actor: User) -> Settlement:
    """Note that the village lists hang out from today. Undetermined people stand on them without an amount.

    `on` is the day they were hung when months of the past are taken over from paper: never a day to come, never before
    the month itself. The trail keeps both that day and the one of the entry.
    """
    current = locked(settlement, "publish", PUBLISH, actor)
    if on is not None and not current.month <= on <= timezone.localdate():
        raise Refusal(
            _("The list of %(month)s cannot have been hung on %(day)s."), {"month": f"{current.month:%Y-%m}", "day": on},
            code="hung_when", field="on", remedy=_("Give a day since the month began, today at the latest."),
        )  # fmt: skip
    hung = timezone.now() if on is None else timezone.make_aware(datetime.combine(on, NOON))
    current.step, current.published_at = Step.PUBLISHED, hung
    return _moved(current, "payment.publish", actor, ["published_at"])


@transaction.atomic
def submit(settlement: Settlement, *, actor: User) -> Settlement:
    """Hand the month to the county.

    Undetermined people do not hold the others up: their lines stay held, are listed for the reviewer, and are carried as
    due until their facts arrive.
    """
    current = locked(settlement, "submit", SUBMIT, actor)
    last = hanging.last_day(current)
    if last is not None and timezone.localdate() <= last:
        period = hanging.period_of(current)
        given = {"last": last, "next": hanging.next_day(last), "days": period.working_days if period else 0}
        raise Refusal(
            _("The list hangs for %(days)d working days, until %(last)s; it can go to the county from %(next)s."), given,
            code="still_hanging", remedy=_("What villagers find wrong is mended before that."),
        )  # fmt: skip
    current.step, current.submitted_at, current.submitted_by = Step.SUBMITTED, timezone.now(), actor
    current.returned_reason = ""
    return _moved(current, "payment.submit", actor, ["submitted_at", "submitted_by", "returned_reason"])


@transaction.atomic
def send_back(settlement: Settlement, reason: str, *, actor: User) -> Settlement:
    """Give the month back to the town, which mends the evidence and computes again. Its list leaves the public site."""
    current = locked(settlement, "send_back", SEND_BACK, actor)
    if not reason.strip():
        raise Refusal(_("Say why the month is sent back."), code="no_reason", field="reason")
    current.step, current.returned_reason = Step.COLLECTING, reason.strip()[:200]
    current.approver = current.approved_at = current.submitted_at = current.submitted_by = current.published_at = None
    fields = ["returned_reason", "approver", "approved_at", "submitted_at", "submitted_by", "published_at"]
    village_list.withdraw(current, actor=actor)
    return _moved(current, "payment.send_back", actor, fields)


@transaction.atomic
def approve(settlement: Settlement, *, actor: User) -> Settlement:
    """Answer for the month as its reviewer. Who computed or handed it in cannot; the database refuses that too."""
    current = locked(settlement, "approve", APPROVE, actor)
    if actor.pk in (current.author_id, current.submitted_by_id):
        raise Refusal(
            _("Who computed or handed in a month cannot approve it."), code="approver_is_author",
            remedy=_("Ask another county manager."),
        )  # fmt: skip
    current.step, current.approver, current.approved_at = Step.APPROVED, actor, timezone.now()
    return _moved(current, "payment.approve", actor, ["approver", "approved_at"])


def _moved(settlement: Settlement, verb: str, actor: User, fields: Iterable[str]) -> Settlement:
    settlement.save(update_fields=["step", *fields])
    after = audit.snapshot(
        settlement, ["step", "month", "published_at", "lines_digest", "total_fen", "undetermined", "returned_reason"]
    )
    audit.record(verb, settlement, actor=actor, after=after)
    return settlement
