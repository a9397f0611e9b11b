"""Everything about one application: where it stands and why, what each step said, and what can be done now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.pages import actor_of, found, page
from yigang.console.recruitment.forms import (
    AgreementForm,
    DecideForm,
    HireForm,
    MarkForm,
    ReasonForm,
    SignedCopyForm,
    SignForm,
    TieForm,
)
from yigang.console.recruitment.path import Deed, who_acts
from yigang.console.recruitment.rounds import tag
from yigang.foundation.access import REVEAL, may
from yigang.foundation.models import User
from yigang.policy.recruitment import Step
from yigang.recruitment import kin, queries
from yigang.recruitment.access import JUDGE, READ_ROUNDS, TAKE_APPLICATIONS
from yigang.recruitment.enums import ApplicationState, StepState
from yigang.recruitment.gates import why_not_on
from yigang.recruitment.models import AgreementDraft, Application, ReviewSeat, StepRecord
from yigang.recruitment.roles import why_not_acting


@page(READ_ROUNDS)
def applicant(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Application.objects.select_related(
        "person", "round__programme", "post_wanted", "ended_in", "appointment__post"
    )
    one = found(rows, pk=pk)
    actor = actor_of(request)
    regions.name_places([one])
    step = queries.open_step_of(one.round)
    if step is not None:
        step.round = one.round
    rule = queries.rule_of(step) if step else None
    running = one.state == ApplicationState.RUNNING
    context = {
        "tab": "applicants", "one": one, "state_tag": tag(one.state, one.get_state_display()), "step": step, "rule": rule,
        "against": why_not_on(one, step, rule) if step and rule and running else [],
        "agreement": agreement_of(one),
        "result": one.eligibility.select_related("run").order_by("-run").first(),
        "outcomes": list(one.outcomes.select_related("step", "by", "undone_by").order_by("-pk")),
        "tallies": list(one.tallies.select_related("review__step").order_by("-review")),
        "signatures": list(one.joint_reviews.select_related("step", "by")),
        "marks": marks_shown(one, step, actor), "declared": declared(one), "own_tie": kin.tie(one.person, user=actor),
        "deeds": deeds(one, step, rule, actor) if step and rule and running else [],
        "may_reveal": may(actor, REVEAL, one.region_code), "tie_form": TieForm() if may(actor, JUDGE, one.region_code) else None,
    }  # fmt: skip
    return render(request, "console/recruitment/applicant.html", context)


def marks_shown(one: Application, step: StepRecord | None, actor: User) -> list[Any]:
    """Marks of steps that are done, and one's own: others' are not seen before everybody has marked."""
    marks = one.marks.select_related("step", "by").order_by("step", "by", "pk")
    return [mark for mark in marks if mark.by_id == actor.pk or step is None or mark.step_id != step.pk]


def declared(one: Application) -> list[tuple[str, bool | None]]:
    """What the form says, with what it leaves open."""
    labels = {
        "public_payroll": _("Paid by the state"), "village_officer_kin": _("Kin of a village officer"),
        "able_to_work": _("Able to do the work"),
    }  # fmt: skip
    return [(label, one.declared.get(name)) for name, label in labels.items()]


def deeds(one: Application, step: StepRecord, rule: Step, actor: User) -> list[Deed]:
    """What can be done about an applicant in the open step, each for this user or with the reason why not."""
    not_mine = may(actor, JUDGE, one.region_code).why or why_not_acting(rule.role, rule.level, one.region_code, actor)
    if not_mine:
        not_mine = f"{_('This is done by: %(who)s.') % {'who': who_acts(rule)}} {not_mine}"
    aside = kin.tie(one.person, user=actor)
    own = not_mine or (_("You must stand aside (%(why)s).") % {"why": aside} if aside else "")
    found_ = [*signing(one, rule, actor, aside)]
    if rule.marks:
        found_.append(
            Deed(_("Give marks"), address("mark", one), "pencil", own or marked(one, step, actor), MarkForm(rule.marks))
        )
    if rule.kind == "sign":
        found_ += agreeing(one, own)
    if rule.outcomes and not rule.peer_review:
        form = DecideForm(rule, initial={"version": one.version})
        found_.append(Deed(_("Decide"), address("decide", one), "check", own or decided(one, step), form))
    found_ += [*hiring(one, rule, own)]
    withdraw = may(actor, TAKE_APPLICATIONS, one.region_code).why
    found_.append(
        Deed(_("The person withdraws"), address("withdraw", one), "arrow-back-up", withdraw, ReasonForm(), danger=True)
    )
    if one.outcomes.filter(step=step, undone_at=None).exists():
        found_.append(
            Deed(_("Take the outcome back"), address("back", one), "arrow-back-up", own, ReasonForm(), danger=True)
        )
    return found_


def signing(one: Application, rule: Step, actor: User, aside: str) -> list[Deed]:
    """The office that the user signs for, if there is one."""
    if not rule.offices:
        return []
    seat = ReviewSeat.objects.filter(round=one.round_id, user=actor).first()
    label = _("Sign for %(office)s") % {"office": seat.office if seat else "…"}
    why_not = "" if seat else _("You sign for no office in this round.")
    if aside:
        why_not = _("You must stand aside (%(why)s).") % {"why": aside}
    if seat and one.joint_reviews.filter(step__state=StepState.OPEN, office=seat.office).exists():
        why_not = _("Your office has signed.")
    return [
        Deed(label, address("sign", one), "pencil", why_not, SignForm(initial={"office": seat.office if seat else ""}))
    ]


def agreement_of(one: Application) -> AgreementDraft | None:
    """The agreement made before hiring."""
    return AgreementDraft.objects.select_related("post", "file", "signed_file").filter(application=one).first()


def agreeing(one: Application, own: str) -> list[Deed]:
    """The agreement made, then its signed copy filed."""
    draft = agreement_of(one)
    if draft is not None and draft.signed_file_id is not None:
        return []
    initial: dict[str, Any] = {"post": one.post_wanted_id}
    if draft is not None:
        initial = {"post": draft.post_id, "starts": draft.starts, "ends": draft.ends}
    label = _("Make the agreement again") if draft else _("Make the agreement")
    made = Deed(label, address("agreement", one), "file-text", own, AgreementForm(one.round, initial=initial))
    if draft is None:
        return [made]
    form = SignedCopyForm(initial={"on": timezone.localdate()})
    return [made, Deed(_("File the signed copy"), address("signed", one), "upload", own, form)]


def hiring(one: Application, rule: Step, own: str) -> list[Deed]:
    if rule.name != queries.rules_of(one.round).hires.name:
        return []
    initial: dict[str, Any] = {"post": one.post_wanted_id, "version": one.version}
    draft = agreement_of(one)
    if draft is not None and draft.signed_file_id is not None:
        agreed = {"post": draft.post_id, "starts": draft.starts, "ends": draft.ends}
        initial |= agreed | {"agreement_number": draft.number}
    form = HireForm(one.round, initial=initial)
    return [Deed(_("Hire"), address("hire", one), "user-plus", own, form)]


def marked(one: Application, step: StepRecord, actor: User) -> str:
    return _("You have marked already.") if one.marks.filter(step=step, by=actor).exists() else ""


def decided(one: Application, step: StepRecord) -> str:
    outcome = one.outcomes.filter(step=step, undone_at=None).first()
    return _("Decided: %(outcome)s.") % {"outcome": outcome.outcome} if outcome else ""


def address(name: str, one: Application) -> str:
    return reverse(f"console:applicant-{name}", args=[one.pk])
