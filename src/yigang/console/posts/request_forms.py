"""Forms of requests, quotas, stations and kinds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.console.bank.forms import YuanField
from yigang.console.fields import offer, offer_rows
from yigang.console.people.forms import VillageForm, villages
from yigang.console.place_map import PositionForm, known_points
from yigang.console.regions import Reader
from yigang.foundation import regioncode
from yigang.posts.enums import Asker
from yigang.posts.models import PostKind, Programme, ServiceStation

MONTHS = [(str(month), _("%(month)d") % {"month": month}) for month in range(1, 13)]
FIRST_YEAR, LAST_YEAR = 2000, 2100


def lines_of(text: str) -> list[str]:
    """One entry a line; parted by 、 as well."""
    return [part.strip() for part in text.replace("、", "\n").splitlines() if part.strip()]


class RequestForm(VillageForm, PositionForm):
    """What is asked for, and why."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    asker = forms.ChoiceField(label=_("Asked by"), choices=Asker.choices)
    asker_name = forms.CharField(label=_("Asking office"), max_length=80)
    category = forms.ModelChoiceField(label=_("Post kind"), queryset=PostKind.objects.none())
    duties = forms.CharField(
        label=_("Duties"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line; one post may have several."),
    )
    place = forms.CharField(label=_("Place of work"), max_length=200)
    station = forms.ModelChoiceField(label=_("Service station"), queryset=ServiceStation.objects.none(), required=False)
    head_count = forms.IntegerField(label=_("Head-count"), min_value=1, max_value=999, initial=1)
    hours = forms.DecimalField(label=_("Hours a day"), min_value=0.5, max_value=12, decimal_places=1, initial=4)
    months = forms.MultipleChoiceField(
        label=_("Months of work"),
        choices=MONTHS,
        widget=forms.CheckboxSelectMultiple,
        initial=[value for value, _label in MONTHS],
    )
    abilities = forms.CharField(
        label=_("Needed abilities"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    field_order = [
        "programme", "year", "asker", "asker_name", "region_code", "place", "longitude", "latitude", "station",
        "category", "duties", "head_count", "hours", "months", "abilities", "reason",
    ]  # fmt: skip

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(reader, *args, **kwargs)
        self.known_points = known_points(reader.prefix)
        offer_rows(self, "programme", Programme.objects.order_by("name"))
        offer_rows(self, "category", PostKind.objects.filter(active=True))
        offer_rows(self, "station", ServiceStation.objects.filter(active=True))
        self.fields["year"].initial = timezone.localdate().year

    def clean_hours(self) -> int:
        """Minutes."""
        return int(self.cleaned_data["hours"] * 60)

    def clean_months(self) -> list[int]:
        return [int(month) for month in self.cleaned_data["months"]]

    def clean_duties(self) -> list[str]:
        return lines_of(self.cleaned_data["duties"])

    def clean_abilities(self) -> list[str]:
        return lines_of(self.cleaned_data["abilities"])


class QuotaForm(forms.Form):
    """A target of places and money."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    region_code = forms.ChoiceField(label=_("Region"))
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    fund = forms.CharField(label=_("Fund"), max_length=80)
    head_count = forms.IntegerField(label=_("Places"), min_value=0, max_value=1_000_000)
    budget_fen = YuanField(label=_("Budget of the year, yuan"))

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.order_by("name"))
        here = [(regioncode.pad(place.prefix), place.name) for place in (*reader.path[-1:], *reader.below)]
        offer(self, "region_code", here)
        self.fields["year"].initial = timezone.localdate().year


class StationForm(PositionForm):
    """A service station."""

    region_code = forms.ChoiceField(label=_("Town or village"))
    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(label=_("Address"), max_length=200)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    hours = forms.CharField(label=_("Opening hours"), max_length=60, required=False)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    field_order = ["name", "region_code", "address", "longitude", "latitude", "phone", "hours", "active"]

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_points = known_points(reader.prefix)
        towns = [(regioncode.pad(place.prefix), place.name) for place in (*reader.path[-1:], *reader.below)]
        grouped = [choice for choice in villages(reader) if isinstance(choice[1], list)]
        offer(self, "region_code", [*towns, *grouped])


class KindForm(forms.Form):
    """A kind of post."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Letters, digits and hyphens, such as gy-01."))
    name = forms.CharField(label=_("Name"), max_length=40)
    role = forms.CharField(label=_("Role name"), max_length=20, required=False)
    duties = forms.CharField(
        label=_("Duties"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line.")
    )
    aliases = forms.CharField(
        label=_("Also called"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line; posts called so belong to this kind."),
    )
    cites = forms.CharField(label=_("Source"), max_length=200, required=False)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def clean_duties(self) -> list[str]:
        return lines_of(self.cleaned_data["duties"])

    def clean_aliases(self) -> list[str]:
        return lines_of(self.cleaned_data["aliases"])


class ReasonForm(forms.Form):
    """Why a request goes back or is refused; a remark when it is granted."""

    text = forms.CharField(label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
