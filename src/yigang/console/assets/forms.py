"""Forms about village assets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.bank.forms import YuanField
from yigang.console.fields import offer, offer_rows
from yigang.console.people.forms import MOST_VILLAGES, Day, villages
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import PersonField
from yigang.foundation import regioncode
from yigang.foundation.enums import RegionLevel
from yigang.foundation.models import Region
from yigang.payment.assets.domain import Paper
from yigang.payment.enums import AllocationPurpose
from yigang.people.models import Household
from yigang.posts.models import Programme


class ScanField(forms.FileField):
    """A photo or PDF of a paper; gives the `Paper`."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        return Paper(file.read(), file.name) if file else None


class OwnerForm(forms.Form):
    """A form that asks which village or town a ledger belongs to."""

    region_code = forms.ChoiceField(label=_("Village or town that owns it"))

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = Region.objects.filter(regions.inside(reader.prefix, "code"), level=RegionLevel.TOWN, valid_to=None)
        own = list(towns.order_by("code").values_list("code", "name")[:MOST_VILLAGES])
        below = [pair for pair in villages(reader) if isinstance(pair[1], list)]
        offer(self, "region_code", [*below, *([(_("Towns themselves"), own)] if own else [])])


class AssetForm(OwnerForm):
    name = forms.CharField(label=_("Name of the asset"), max_length=80)
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=_("Programme"), help_text=_("Its policy says how the income is divided.")
    )
    note = forms.CharField(label=_("Particulars of the asset"), max_length=200, required=False)

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(reader, *args, **kwargs)
        offer_rows(self, "programme", Programme.objects.order_by("name"))


class IncomeForm(forms.Form):
    """What came in. `seen` is what the officer looked at before saying yes."""

    starts = forms.DateField(label=_("First day of the period"), widget=Day)
    ends = forms.DateField(label=_("Last day of the period"), widget=Day)
    received_on = forms.DateField(label=_("Received on"), widget=Day, initial=timezone.localdate)
    amount = YuanField(label=_("Amount in yuan"))
    paper = forms.CharField(label=_("Voucher or bank slip"), max_length=120)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class SpendForm(OwnerForm):
    purpose = forms.ChoiceField(label=_("Share it is taken from"), choices=AllocationPurpose.choices)
    day = forms.DateField(label=_("Day"), widget=Day, initial=timezone.localdate)
    amount = YuanField(label=_("Amount in yuan"))
    text = forms.CharField(
        label=_("What it was spent on"), max_length=200, help_text=_("Special aid: the occasion, not the name.")
    )
    person = PersonField(required=False, help_text=_("Special aid only: the person who received it, or"))
    household = forms.CharField(
        label=_("Household number"), max_length=40, required=False, help_text=_("Special aid only: the household.")
    )
    paper = forms.CharField(label=_("Number of the voucher"), max_length=120)
    scan = ScanField(
        label=_("Minutes or voucher, scanned"), help_text=_("PDF or photo. One case, one discussion needs the minutes.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        person, number = given.get("person"), given.get("household")
        given["recipient"] = person
        if number and person:
            self.add_error("household", _("Give the person or the household, not both."))
        elif number:
            homes = Household.objects.filter(regions.inside(regioncode.prefix_of(given.get("region_code", ""))))
            given["recipient"] = homes.filter(number=number.strip()).first()
            if given["recipient"] is None:
                self.add_error("household", _("There is no household with this number in this place."))
        return given
