"""Forms of meetings: minutes, their correction, what somebody has to do afterwards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yigang.console.fields import offer_rows
from yigang.console.people.forms import Day, villages
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import place_of
from yigang.foundation import regioncode
from yigang.foundation.models import User
from yigang.oversight import meetings, queries


class MinutesForm(forms.Form):
    """A meeting as it was held."""

    on = forms.DateField(label=_("Held on"), widget=Day)
    chair = forms.CharField(label=_("Chair"), max_length=60)
    present = forms.IntegerField(label=_("People present"), min_value=1, max_value=100_000)
    absent = forms.IntegerField(label=_("People missing"), min_value=0, max_value=100_000, initial=0)
    names = forms.CharField(
        label=_("Who was there"), max_length=1_000, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("Names, and who was missing for what cause."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Minutes"), max_length=10_000, widget=forms.Textarea({"rows": 10}),
        help_text=_("What was reported, said and decided. What somebody has to do is entered as a follow-up afterwards."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Signed list or photo"), required=False, help_text=_("PDF, JPEG or PNG, at most 20 MB.")
    )


class CorrectForm(MinutesForm):
    reason = forms.CharField(label=_("What was wrong with the entry"), max_length=200)


class FollowUpForm(forms.Form):
    """What somebody has to do after the meeting."""

    finding = forms.CharField(label=_("What is to be done"), max_length=500, widget=forms.Textarea({"rows": 2}))
    region_code = forms.ChoiceField(label=_("Place"))
    unit = forms.CharField(label=_("Office that answers"), max_length=120)
    owner_account = forms.ModelChoiceField(
        label=_("Account of the owner"), queryset=User.objects.none(), required=False,
        help_text=_("Who is brought to mind on the first page. Without an account write the name below."),
    )  # fmt: skip
    owner = forms.CharField(
        label=_("Who answers for it"), max_length=60, required=False, help_text=_("Empty: the name of the account.")
    )
    due = forms.DateField(label=_("Deadline"), widget=Day)

    def __init__(self, reader: Reader, place: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region_code"]
        assert isinstance(field, forms.ChoiceField)
        below = [] if len(regioncode.prefix_of(place)) == meetings.DIGITS["village"] else villages(reader)
        field.choices = [(place, place_of(place)), *below]
        offer_rows(self, "owner_account", queries.owners(reader.user))
