"""Agreements: the office's template and its fields, the document of one person, those of many, the signed copy."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import chosen_state
from yigang.console.pages import action, actor_of, form_page, found, page, refusals_on
from yigang.console.people.forms import Day
from yigang.console.posts.posts import POSTS
from yigang.console.tenure.agreements import AGREEMENTS
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.access import READ_POSTS
from yigang.posts.models import Programme
from yigang.recruitment.models import Round
from yigang.tenure import tasks
from yigang.tenure.access import EMPLOY, READ_TENURE, SET_TEMPLATES
from yigang.tenure.models import Agreement, AgreementTemplate, Appointment
from yigang.tenure.papers import agreements, shipped, template

MOST_AT_ONCE = 1_000
"""They are numbered in one transaction, and whoever makes one meanwhile waits for its end: a minute at most."""


class TemplateForm(forms.Form):
    file = forms.FileField(
        label=_("Word template (.docx)"), widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=_("Write {{姓名}} where the name shall stand. Only the fields listed here, no macros, at most 5 MB."),
    )  # fmt: skip


class SignedForm(forms.Form):
    file = forms.FileField(
        label=_("Signed copy"), widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("Photo or PDF. It cannot be replaced afterwards."),
    )  # fmt: skip
    on = forms.DateField(label=_("Signed on"), widget=Day)


@page(READ_POSTS)
def templates(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A programme's template: which one is in use, what it may ask for, and a new version."""
    programme = found(Programme.objects.all(), pk=pk)
    right = may(actor_of(request), SET_TEMPLATES, programme.region_code)
    form = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            file = form.cleaned_data["file"]
            row = agreements.put_template(programme, file.read(), name=file.name, actor=actor_of(request))
            messages.success(request, _now("Version %(version)d is in use.") % {"version": row.version})
            return redirect("console:paper-templates", pk)
    versions = AgreementTemplate.objects.filter(programme=programme).select_related("by").defer("content")
    code = shipped.code_of(programme)
    view = {
        "programme": programme, "form": form, "versions": versions, "right": right, "fields": template.FIELDS,
        "shipped": shipped.name_of(code), "shipped_fields": template.checked(shipped.document(code)),
    }  # fmt: skip
    return render(request, "console/papers/templates.html", view)


@page(READ_POSTS)
def version(request: HttpRequest, pk: int, version: int) -> HttpResponseBase:  # noqa: ARG001 - every view takes it
    """One version to be saved; 0 is the template that comes along."""
    programme = found(Programme.objects.all(), pk=pk)
    if version == 0:
        code = shipped.code_of(programme)
        return _document(shipped.document(code), f"{shipped.name_of(code)}.docx")
    row = found(AgreementTemplate.objects.filter(programme=programme), version=version)
    return _document(bytes(row.content), f"{row.name.removesuffix('.docx')}-v{row.version}.docx")


def _document(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name)
    assert disposition
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=template.DOCX, headers=headers)


@page(READ_TENURE)
def agreement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The agreement of one appointment: number, document, signed copy, or why there is none yet."""
    held = found(Appointment.objects.select_related("person", "post", "programme"), pk=pk)
    made = Agreement.objects.select_related("file", "signed_file").filter(appointment=held).first()
    right = may(actor_of(request), EMPLOY, held.region_code)
    return render(request, "console/papers/agreement.html", {"held": held, "agreement": made, "right": right})


@action(EMPLOY)
def make(request: HttpRequest, pk: int) -> HttpResponseBase:
    held = found(Appointment.objects.all(), pk=pk)
    agreements.make_agreement(held, actor=actor_of(request))
    return redirect("console:paper-agreement", pk)


@page(EMPLOY)
def signed(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Agreement.objects.filter(signed_file=None), appointment=pk)
    address = reverse("console:paper-agreement", args=[pk])

    def save(data: dict[str, Any], actor: User) -> str:
        file = data["file"]
        agreements.file_signed_copy(row, file.read(), name=file.name, on=data["on"], actor=actor)
        return address

    form = SignedForm(request.POST or None, request.FILES or None, initial={"on": timezone.localdate()})
    return form_page(request, form, _now("Signed copy of %(number)s") % {"number": row.number}, save, back_to=address)


@action(EMPLOY)
def of_posts(request: HttpRequest) -> HttpResponseBase:
    """The agreements of who holds the chosen posts today or will."""
    posts = chosen_state(request, POSTS).ordered.order_by().values("pk")
    held = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=timezone.localdate()), post__in=posts)
    return _start(request, held, _now("Nobody holds these posts."))


@action(EMPLOY)
def of_chosen(request: HttpRequest) -> HttpResponseBase:
    """The agreements of those who are ticked in the list of agreements."""
    return _start(request, chosen_state(request, AGREEMENTS).ordered.order_by(), _now("Nobody was chosen."))


@action(EMPLOY)
def of_round(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The agreements of everybody whom a round has hired."""
    one = found(Round.objects.all(), pk=pk)
    return _start(request, Appointment.objects.filter(application__round=one), _now("The round has hired nobody yet."))


def _start(request: HttpRequest, held: QuerySet[Appointment], nobody: str) -> HttpResponseBase:
    """Make them in the background as one zip; its progress is the job's page. Those that are signed stay as they are."""
    keys = list(held.filter(agreement__signed_file__isnull=True).values_list("pk", flat=True))
    if not keys:
        raise Refusal(nobody if not held.exists() else _now("Everybody's agreement is signed already."), code="nobody")
    if len(keys) > MOST_AT_ONCE:
        raise Refusal(
            _now("At most %(most)d agreements are made at once; these are %(count)d."),
            {"most": MOST_AT_ONCE, "count": len(keys)}, code="too_many",
        )  # fmt: skip
    actor = actor_of(request)
    run = tasks.make_agreements.start(
        title=_now("Agreements of %(count)d people") % {"count": len(keys)}, actor=actor, keys=keys,
        region_code=regioncode.pad(regions.viewing(request) or actor.prefixes[0]),
        name=f"聘用协议-{timezone.localdate()}.zip",
    )  # fmt: skip
    return redirect("console:job", run.pk)
