"""A person added from the photo of an identity card: what was read is proposed, and each field is confirmed.

The photo is read in the background. The form's address then names it (`?card=7`): a page that waits, or the form filled.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.pages import actor_of, form_page, page, refusals_on
from yigang.console.people.edit import particulars
from yigang.console.people.forms import NewPersonForm
from yigang.foundation import throttle
from yigang.foundation.access import Capability
from yigang.foundation.enums import JobState
from yigang.foundation.errors import Refusal, Text
from yigang.foundation.models import User
from yigang.people import domain, tasks
from yigang.people.access import KEEP_PEOPLE
from yigang.people.idcard import sent
from yigang.people.idcard.parse import Reading
from yigang.people.models import CardReading

TITLE = _("Add from a card's photo")
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
    """First the photo, then the form with what it gave."""
    if "number" in request.POST:
        return _form(request, ReadPersonForm(regions.reader(request), request.POST))
    form: forms.Form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if form.is_valid():
            with refusals_on(form):
                return send_photo(request, form, KEEP_PEOPLE)
    elif (row := sent_card(request)) is not None:
        if (wait := waiting_for(request, row, TITLE, reverse("console:people"))) is not None:
            return wait
        if (reading := answered(request, row)) is not None:
            initial = {"name": reading.name, "number": reading.number, "remarks": ""}
            form = ReadPersonForm(regions.reader(request), initial=initial)
    return _shown(request, form)


def send_photo(request: HttpRequest, form: forms.Form, capability: Capability) -> HttpResponseRedirect:
    """Have the photo of a form read, and go to where its answer will be; so many times an hour for one user."""
    if throttle.tries(f"idcard:{actor_of(request).pk}", per=WINDOW) > MOST:
        raise Refusal(
            _("You have had %(most)d cards read in %(minutes)d minutes."),
            {"most": MOST, "minutes": WINDOW.total_seconds() // 60}, code="too_often", field="photo",
            remedy=_("Wait a while, or fill the form by hand."),
        )  # fmt: skip
    row = tasks.send_card(form.cleaned_data["photo"].read(), capability=capability, actor=actor_of(request))
    return redirect(f"{request.path}?card={row.pk}")


def sent_card(request: HttpRequest) -> CardReading | None:
    """The photo that the address names; None when there is none, or it was somebody else's, or is forgotten by now."""
    asked = request.GET.get("card", "")
    return sent.of(actor_of(request)).filter(pk=asked).first() if asked.isascii() and asked.isdigit() else None


def waiting_for(request: HttpRequest, row: CardReading, title: Text, back_to: str) -> HttpResponseBase | None:
    """The page that waits for a photo to be read, None when it was. Its part that asks again loads the whole when it was."""
    assert row.job
    over = row.job.state in (JobState.DONE, JobState.FAILED)
    asks_again = request.headers.get("HX-Target") == "reading"
    if over:
        return HttpResponse(headers={"HX-Refresh": "true"}) if asks_again else None
    template = "console/papers/reading.html" if asks_again else "console/papers/waiting.html"
    return render(
        request, template, {"title": title, "back_to": back_to, "address": request.get_full_path(), "job": row.job}
    )


def answered(request: HttpRequest, row: CardReading) -> Reading | None:
    """What was read, with a message for each field that stays empty, or None with the reason."""
    reading = sent.answer_of(row)
    if reading is None:
        messages.error(request, row.job.message if row.job else "")
        return None
    for problem in reading.problems:
        messages.warning(request, _now("Left empty: %(why)s.") % {"why": problem})
    return reading


def forget_card(request: HttpRequest) -> None:
    """The form was saved: what was read is not needed any more."""
    if (row := sent_card(request)) is not None:
        row.delete()


def _form(request: HttpRequest, form: ReadPersonForm) -> HttpResponseBase:
    @transaction.atomic
    def save(data: dict[str, Any], actor: User) -> str:
        person = domain.register_person(data["number"], particulars(data, data["phone"], actor), actor=actor)
        forget_card(request)
        return reverse("console:person", args=[person.pk])

    return form_page(request, form, str(TITLE), save, back_to=reverse("console:people"))


def _shown(request: HttpRequest, form: forms.Form) -> HttpResponseBase:
    view = {"form": form, "title": TITLE, "back_to": reverse("console:people")}
    return render(request, "console/form/page.html", view)
