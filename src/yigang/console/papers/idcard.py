"""A person added from the photo of an identity card: what was read is proposed, and each field is confirmed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.pages import actor_of, form_page, page, refusals_on
from yigang.console.people.edit import particulars
from yigang.console.people.forms import NewPersonForm
from yigang.foundation import throttle
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people import domain, idcard
from yigang.people.access import KEEP_PEOPLE
from yigang.people.idcard.parse import Reading

MOST, WINDOW = 30, timedelta(minutes=10)
"""Cards that one user may have read in a while: one every twenty seconds, more than anybody can confirm."""


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo of the card, the side with the portrait"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("It is read on this machine and not kept. Each field is confirmed by you."),
    )


class ReadPersonForm(NewPersonForm):
    """The form of a new person, with a tick for each field that a card gives."""

    seen_name = forms.BooleanField(label=_("The name is as on the card"))
    seen_number = forms.BooleanField(label=_("The identity number is as on the card"))


@page(KEEP_PEOPLE)
def read_card(request: HttpRequest) -> HttpResponseBase:
    """First the photo, then the form with what it gave. The photo lives as long as this request."""
    if "number" in request.POST:
        return _form(request, ReadPersonForm(regions.reader(request), request.POST))
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reading = read_photo(request, form)
            initial = {"name": reading.name, "number": reading.number, "remarks": ""}
            return _shown(request, ReadPersonForm(regions.reader(request), initial=initial))
    return _shown(request, form)


def read_photo(request: HttpRequest, form: PhotoForm) -> Reading:
    """What the photo of a form shows, with a message for each field that stays empty; so many times an hour for one user."""
    if throttle.tries(f"idcard:{actor_of(request).pk}", per=WINDOW) > MOST:
        raise Refusal(
            _("You have had %(most)d cards read in %(minutes)d minutes."),
            {"most": MOST, "minutes": WINDOW.total_seconds() // 60}, code="too_often", field="photo",
            remedy=_("Wait a while, or fill the form by hand."),
        )  # fmt: skip
    reading = idcard.read(form.cleaned_data["photo"].read())
    for problem in reading.problems:
        messages.warning(request, _now("Left empty: %(why)s.") % {"why": problem})
    return reading


def _form(request: HttpRequest, form: ReadPersonForm) -> HttpResponseBase:
    @transaction.atomic
    def save(data: dict[str, Any], actor: User) -> str:
        person = domain.register_person(data["number"], particulars(data, data["phone"], actor), actor=actor)
        return reverse("console:person", args=[person.pk])

    return form_page(request, form, _now("Add from a card's photo"), save, back_to=reverse("console:people"))


def _shown(request: HttpRequest, form: forms.Form) -> HttpResponseBase:
    view = {"form": form, "title": _now("Add from a card's photo"), "back_to": reverse("console:people")}
    return render(request, "console/form/page.html", view)
