"""Forms of the register of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.pages import sentence
from yigang.console.place_map import PositionForm
from yigang.console.regions import Reader
from yigang.foundation import money
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal
from yigang.foundation.models import Region
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause, Relation, Residence
from yigang.people.models import Person

MOST_VILLAGES = 2_000


def villages(reader: Reader) -> list[tuple[str, Any]]:
    """Villages of the region looked at, by town; where regions end at the town, the towns themselves."""
    rows = list(
        Region.objects.filter(regions.inside(reader.prefix, "code"), level__gte=4, valid_to=None)
        .order_by("code").values_list("code", "name", "level")[:MOST_VILLAGES]
    )  # fmt: skip
    towns = {code[:9]: (code, name) for code, name, level in rows if level == RegionLevel.TOWN}
    grouped: dict[str, list[tuple[str, str]]] = {}
    for code, name, level in rows:
        if level == RegionLevel.VILLAGE:
            grouped.setdefault(towns.get(code[:9], ("", ""))[1], []).append((code, name))
    alone = [pair for prefix, pair in towns.items() if pair[1] not in grouped]
    return [*grouped.items(), *alone]


class Day(forms.DateInput):
    """The browser's own choice of a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class VillageForm(forms.Form):
    """A form that asks where."""

    region_code = forms.ChoiceField(label=_("Village"))

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = villages(reader)
        known = self.initial.get("region_code")
        if known and known not in {
            code for _name, inner in choices if isinstance(inner, list) for code, _label in inner
        }:
            choices.insert(0, (known, regions.names([known]).get(known, known)))
        field = self.fields["region_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class PersonForm(VillageForm):
    """What is kept of a person beside the numbers, which are shown and changed one by one."""

    name = forms.CharField(label=_("Name"), max_length=60)
    residence = forms.ChoiceField(label=_("Registration"), choices=Residence.choices)
    household_number = forms.CharField(
        label=_("Household number"), max_length=40, required=False,
        help_text=_("Who has the same number in the same village belongs to one household."),
    )  # fmt: skip
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=Relation.choices, initial=Relation.HEAD)
    remarks = forms.CharField(
        label=_("Remarks"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["name", "region_code", "residence", "household_number", "relation", "remarks"]


class NewPersonForm(PersonForm):
    """A person who is not known yet; birth date and sex come from the number."""

    number = forms.CharField(label=_("Identity number"), max_length=20)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    field_order = ["name", "number", "phone", *PersonForm.field_order[1:]]


class PhoneForm(forms.Form):
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)


class PortraitForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    )


class AccountForm(forms.Form):
    """Where the money goes."""

    bank = forms.CharField(label=_("Bank"), max_length=60)
    holder = forms.CharField(label=_("Account holder"), max_length=60, help_text=_("Must be the person's own name."))
    card = forms.CharField(
        label=_("Card or passbook number"), max_length=30, widget=forms.TextInput({"autocomplete": "off"})
    )


class HouseholdForm(PositionForm):
    """What is kept of a household."""

    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    poor_kind = forms.ChoiceField(label=_("Register of the poor"), choices=PoorKind.choices)
    main_cause = forms.ChoiceField(
        label=_("Main cause of poverty"), choices=[("", "—"), *PovertyCause.choices], required=False
    )
    other_causes = forms.MultipleChoiceField(
        label=_("Other causes"), choices=PovertyCause.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    income = forms.CharField(label=_("Income of last year, yuan"), max_length=20, required=False)
    field_order = ["address", "longitude", "latitude", "poor_kind", "main_cause", "other_causes", "income"]

    def clean_income(self) -> int | None:
        """Fen; empty when it is not known."""
        text = self.cleaned_data["income"].strip()
        try:
            return money.parse(text) if text else None
        except Refusal as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal


class HardshipForm(forms.Form):
    """A hardship category with what proves it."""

    kind = forms.ChoiceField(label=_("Hardship category"), choices=HardshipKind.choices)
    evidence = forms.CharField(label=_("Evidence"), max_length=200)
    since = forms.DateField(label=_("Since"), widget=Day)
    until = forms.DateField(label=_("Until"), required=False, widget=Day)


class KinshipForm(forms.Form):
    """A tie to an official."""

    official = forms.CharField(label=_("Official"), max_length=60)
    office = forms.CharField(label=_("Office of the official"), max_length=120)
    relation = forms.CharField(label=_("Relation"), max_length=40)


class DeathForm(forms.Form):
    """When somebody died, what proves it, and the last day in the post."""

    on = forms.DateField(label=_("Died on"), widget=Day)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=200, help_text=_("For instance the number of the death certificate.")
    )
    document = forms.FileField(
        label=_("Paper"), required=False, widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"})
    )


class HolderDeathForm(DeathForm):
    """The same of somebody who holds a post."""

    last_day = forms.DateField(
        label=_("Last day in the post"), required=False, widget=Day,
        help_text=_("Empty: the day of the death. The post ends with it; months pay nothing for later days."),
    )  # fmt: skip
    field_order = ["on", "last_day", "evidence", "document"]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


def particulars_of(person: Person) -> dict[str, Any]:
    """A person as the form shows him."""
    return {
        "name": person.name, "region_code": person.region_code, "residence": person.residence,
        "household_number": person.household.number if person.household else "", "relation": person.relation,
        "remarks": person.remarks,
    }  # fmt: skip
