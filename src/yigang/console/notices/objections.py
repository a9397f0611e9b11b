"""One objection or complaint: what is said, who checks, what was found, what is answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console.notices.forms import AnswerForm, AssignForm, FindingForm, RecordForm
from yigang.console.notices.listing import tag
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.regions import reader
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.notices import domain, receipts
from yigang.notices.access import (
    ANSWER_OBJECTIONS,
    ASSIGN_OBJECTIONS,
    READ_OBJECTIONS,
    RECHECK_OBJECTIONS,
    RECORD_OBJECTIONS,
)
from yigang.notices.domain import Sender
from yigang.notices.enums import ObjectionKind, ObjectionState
from yigang.notices.models import Objection


def rows() -> Any:
    return Objection.objects.select_related("notice", "row", "assignee", "assigned_by", "answered_by", "received_by")


@page(READ_OBJECTIONS)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    one: Objection = found(rows(), pk=pk)
    return shown(request, one)


def shown(request: HttpRequest, one: Objection, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "one": one, "state_tag": tag(one.state, one.get_state_display()),
        "late": one.state != ObjectionState.ANSWERED and one.due_on < timezone.localdate(),
        "assign_form": AssignForm(one), "finding_form": FindingForm(), "answer_form": AnswerForm(),
        **possible(one, actor), **more,
    }  # fmt: skip
    return render(request, "console/notices/objection.html", context)


def possible(one: Objection, actor: User) -> dict[str, Any]:
    """What may be done now, or why not."""
    answered = one.state == ObjectionState.ANSWERED
    needs_check = one.kind == ObjectionKind.OBJECTION and one.state != ObjectionState.RECHECKED
    other = "" if one.assignee_id == actor.pk else _("Only the person who was named writes this.")
    return {
        "can_assign": one.state in (ObjectionState.RECEIVED, ObjectionState.ASSIGNED),
        "assign_why": may(actor, ASSIGN_OBJECTIONS, one.region_code).why,
        "can_recheck": one.state == ObjectionState.ASSIGNED,
        "recheck_why": may(actor, RECHECK_OBJECTIONS, one.region_code).why or other,
        "can_answer": not answered,
        "answer_why": may(actor, ANSWER_OBJECTIONS, one.region_code).why
        or (_("An objection is checked again before it is answered.") if needs_check else ""),
    }


@action(ASSIGN_OBJECTIONS)
def assign(request: HttpRequest, pk: int) -> HttpResponseBase:
    one: Objection = found(rows(), pk=pk)
    form = AssignForm(one, request.POST)
    if not form.is_valid():
        raise Refusal(_("Choose who checks."))
    domain.assign(one, form.cleaned_data["assignee"], actor=actor_of(request))
    messages.success(request, _("Saved."))
    return redirect("console:objection", pk=pk)


@action(RECHECK_OBJECTIONS)
def recheck(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.recheck(found(rows(), pk=pk), request.POST.get("finding", ""), actor=actor_of(request))
    messages.success(request, _("Saved."))
    return redirect("console:objection", pk=pk)


@page(ANSWER_OBJECTIONS)
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    one: Objection = found(rows(), pk=pk)
    back_to = reverse("console:objection", args=[pk])

    def save(data: dict[str, Any], actor: User) -> str:
        domain.answer(one, data["decision"], data["text"], actor=actor)
        return back_to

    return form_page(request, AnswerForm(request.POST or None), _("Answer"), save, back_to=back_to)


@action(READ_OBJECTIONS)
def sender(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who it was; looking is noted, so it is a POST."""
    one: Objection = found(rows(), pk=pk)
    return shown(request, one, sender=domain.sender_of(one, actor=actor_of(request)))


@page(RECORD_OBJECTIONS)
def record(request: HttpRequest) -> HttpResponseBase:
    """Write down what came by word or on paper; the receipt is told to the person."""
    here = reader(request)
    region = regioncode.pad(here.prefix or here.user.prefixes[0])

    def save(data: dict[str, Any], actor: User) -> str:
        who = Sender(data["name"], data["contact"])
        if data["kind"] == ObjectionKind.OBJECTION and data["notice"] is None:
            raise Refusal(_("An objection belongs to a notice."), field="notice")
        taken = (
            domain.object_to(data["notice"], None, data["text"], sender=who, actor=actor)
            if data["notice"] and data["kind"] == ObjectionKind.OBJECTION
            else domain.complain(ObjectionKind(data["kind"]), region, data["text"], sender=who, actor=actor)
        )
        messages.info(request, _("Receipt number: %(number)s. Write it down for the person.") % {
            "number": receipts.show(taken.receipt)})  # fmt: skip
        return reverse("console:objections") if may(actor, READ_OBJECTIONS) else reverse("console:notices")

    form = RecordForm(request.POST or None, initial={"notice": request.GET.get("notice")})
    return form_page(request, form, _("Write down an objection"), save, back_to=reverse("console:notices"))
