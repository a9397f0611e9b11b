"""Adding and correcting people. Every page is one form and one verb; what the verb refuses stands on the form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.pages import actor_of, form_page, found, page
from yigang.console.people import forms
from yigang.console.people.person import evidence_after
from yigang.console.people.places import warn_of_far
from yigang.console.place_map import known_points
from yigang.foundation import money
from yigang.foundation.access import Capability, require
from yigang.foundation.domain import store_paper
from yigang.foundation.models import User
from yigang.people import domain, places, queries
from yigang.people.access import KEEP_ACCOUNTS, KEEP_CONTACTS, KEEP_PEOPLE
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause, Relation, Residence
from yigang.people.models import Household, Person
from yigang.tenure import deaths

Save = Callable[[dict[str, Any], User], Person]


def answer(request: HttpRequest, form: Form, title: str, save: Save, person: Person | None = None) -> HttpResponseBase:
    """A page with one form about a person; afterwards the person's page."""
    back_to = reverse("console:person", args=[person.pk]) if person else reverse("console:people")
    return form_page(
        request, form, title,
        lambda data, actor: reverse("console:person", args=[save(data, actor).pk]), back_to=back_to,
    )  # fmt: skip


def person_for(request: HttpRequest, pk: int, capability: Capability) -> Person:
    """The person, if this user may change what the capability covers there; else the page is not there."""
    person = found(Person.objects.select_related("household"), pk=pk)
    require(actor_of(request), capability, person.region_code)
    return person


def household_named(number: str, region_code: str, actor: User) -> Household | None:
    """The household of that number in the village; a new one when there is none yet."""
    if not number.strip():
        return None
    known = queries.household_of(region_code, number.strip())
    return known or domain.save_household(domain.HouseholdRecord(region_code, number.strip()), actor=actor)


def particulars(data: dict[str, Any], phone: str, actor: User) -> domain.Particulars:
    return domain.Particulars(
        name=data["name"], region_code=data["region_code"], phone=phone, residence=Residence(data["residence"]),
        household=household_named(data["household_number"], data["region_code"], actor),
        relation=Relation(data["relation"]), remarks=data["remarks"],
    )  # fmt: skip


@page(KEEP_PEOPLE)
def add(request: HttpRequest) -> HttpResponseBase:
    @transaction.atomic
    def save(data: dict[str, Any], actor: User) -> Person:
        return domain.register_person(data["number"], particulars(data, data["phone"], actor), actor=actor)

    form = forms.NewPersonForm(regions.reader(request), request.POST or None)
    return answer(request, form, _("Add a person"), save)


@page(KEEP_PEOPLE)
def correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = person_for(request, pk, KEEP_PEOPLE)

    @transaction.atomic
    def save(data: dict[str, Any], actor: User) -> Person:
        return domain.correct_person(person, particulars(data, person.phone, actor), actor=actor)

    form = forms.PersonForm(regions.reader(request), request.POST or None, initial=forms.particulars_of(person))
    return answer(request, form, _("Correct the file"), save, person)


@page(KEEP_CONTACTS)
def phone(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = person_for(request, pk, KEEP_CONTACTS)
    form = forms.PhoneForm(request.POST or None)
    return answer(
        request, form, _("Change the phone number"),
        lambda data, actor: domain.set_phone(person, data["phone"], actor=actor), person,
    )  # fmt: skip


@page(KEEP_CONTACTS)
def portrait(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = person_for(request, pk, KEEP_CONTACTS)

    def save(data: dict[str, Any], actor: User) -> Person:
        file = data["photo"]
        domain.set_photo(person, file.read(), name=file.name, actor=actor)
        return person

    return answer(
        request, forms.PortraitForm(request.POST or None, request.FILES or None), _("Put in a photo"), save, person
    )


@page(KEEP_PEOPLE)
def death(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Record a death; who holds a post leaves it by the same form."""
    person = person_for(request, pk, KEEP_PEOPLE)

    @transaction.atomic
    def save(data: dict[str, Any], actor: User) -> Person:
        paper = data["document"]
        file = paper and store_paper(
            paper.read(), name=paper.name, region_code=person.region_code, actor=actor, field="document"
        )
        deaths.record_death(
            person, data["on"], evidence=data["evidence"], last_day=data.get("last_day"), file=file or None, actor=actor
        )
        later = evidence_after(person, data["on"])
        if later:
            messages.warning(request, _("%(count)d check-ins lie after this day. Look into them.") % {"count": later})
        return person

    kind = forms.HolderDeathForm if person.appointments.filter(exit_kind="").exists() else forms.DeathForm
    form = kind(request.POST or None, request.FILES or None)
    return answer(request, form, _("Record the death of %(name)s") % {"name": person.name}, save, person)


@page(KEEP_PEOPLE)
def death_undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a recorded death back; the posts that it ended go on."""
    person = person_for(request, pk, KEEP_PEOPLE)
    return answer(
        request, forms.ReasonForm(request.POST or None), _("Take back the death of %(name)s") % {"name": person.name},
        lambda data, actor: deaths.take_back_death(person, reason=data["reason"], actor=actor), person,
    )  # fmt: skip


@page(KEEP_ACCOUNTS)
def account(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = person_for(request, pk, KEEP_ACCOUNTS)

    def save(data: dict[str, Any], actor: User) -> Person:
        domain.set_account(person, bank=data["bank"], holder=data["holder"], number=data["card"], actor=actor)
        return person

    form = forms.AccountForm(request.POST or None, initial={"holder": person.name})
    return answer(request, form, _("Change the bank account"), save, person)


@page(KEEP_PEOPLE)
def household(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = person_for(request, pk, KEEP_PEOPLE)
    row = found(Household.objects.prefetch_related("causes"), pk=person.household_id)

    @transaction.atomic
    def save(data: dict[str, Any], actor: User) -> Person:
        codes = dict.fromkeys(code for code in (data["main_cause"], *data["other_causes"]) if code)
        written = {cause.cause: cause.text for cause in row.causes.all()}
        causes = [
            domain.Cause(PovertyCause(code), written.get(code) or str(PovertyCause(code).label)) for code in codes
        ]
        record = domain.HouseholdRecord(
            row.region_code, row.number, data["address"], PoorKind(data["poor_kind"]), data["income"], causes
        )
        saved = domain.save_household(record, actor=actor)
        places.set_home(saved, data["longitude"], data["latitude"], actor=actor)
        warn_of_far(request, data, row.region_code)
        return person

    form = forms.HouseholdForm(request.POST or None, initial=household_shown(row))
    form.known_points = known_points(row.region_code)
    return answer(request, form, _("Correct household %(number)s") % {"number": row.number}, save, person)


def household_shown(row: Household) -> dict[str, Any]:
    """A household as the form shows it."""
    causes = list(row.causes.all())
    return {
        "address": row.address, "poor_kind": row.poor_kind,
        "main_cause": next((cause.cause for cause in causes if cause.main), ""),
        "other_causes": [cause.cause for cause in causes if not cause.main],
        "longitude": row.longitude, "latitude": row.latitude,
        "income": "" if row.income_fen is None else money.plain(row.income_fen),
    }  # fmt: skip


@page(KEEP_PEOPLE)
def hardship(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = person_for(request, pk, KEEP_PEOPLE)

    def save(data: dict[str, Any], actor: User) -> Person:
        kind = HardshipKind(data.pop("kind"))
        domain.add_hardship(person, kind, **data, actor=actor)
        return person

    return answer(request, forms.HardshipForm(request.POST or None), _("Add a hardship category"), save, person)


@page(KEEP_PEOPLE)
def kinship(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = person_for(request, pk, KEEP_PEOPLE)

    def save(data: dict[str, Any], actor: User) -> Person:
        domain.add_kinship(person, **data, actor=actor)
        return person

    return answer(request, forms.KinshipForm(request.POST or None), _("Declare a tie to an official"), save, person)
