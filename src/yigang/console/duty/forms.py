"""Forms about evidence."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.console.fields import offer_rows
from yigang.console.people.forms import Day
from yigang.duty.enums import CheckInKind, CheckInResult, LeaveKind, Place, Table
from yigang.duty.models import CheckIn, Leave, WorkLog
from yigang.people.models import Person

CHINA = ZoneInfo("Asia/Shanghai")
NOT_SAID = ("", "—")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DeclareForm(forms.Form):
    """Somebody answers for it that nothing is missing."""

    table = forms.ChoiceField(label=_("Table"), choices=Table.choices)
    first = forms.DateField(label=_("First day"), widget=Day)
    last = forms.DateField(label=_("Last day"), widget=Day)


class LeaveForm(forms.Form):
    """Leave on paper or by word. Nobody named as approving means that it was only asked for."""

    kind = forms.ChoiceField(label=_("Kind of leave"), choices=LeaveKind.choices)
    first = forms.DateField(label=_("First day"), widget=Day)
    last = forms.DateField(label=_("Last day"), widget=Day)
    approved_by = forms.CharField(
        label=_("Approved by"), max_length=60, required=False, help_text=_("Empty: asked for, not approved.")
    )
    why = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    document = forms.FileField(
        label=_("Document"), required=False, help_text=_("Photo or PDF of the leave note."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )  # fmt: skip


class NewLeaveForm(LeaveForm):
    """Leave of a person who is named by the identity number or chosen before."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Person"))
    field_order = ["person", "kind", "first", "last", "approved_by", "why", "document"]

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "person", people)


class CorrectLeaveForm(LeaveForm):
    """What the leave really was."""

    cancelled = forms.BooleanField(label=_("There was no such leave"), required=False)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=200)

    @classmethod
    def of(cls, leave: Leave, data: Any = None, files: Any = None) -> "CorrectLeaveForm":
        initial = {"kind": leave.kind, "first": leave.first, "last": leave.last, "approved_by": leave.approved_by,
                   "why": leave.reason}  # fmt: skip
        return cls(data, files, initial=initial)


class CheckInForm(forms.Form):
    """What a check-in really was."""

    clock = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    kind = forms.ChoiceField(label=_("Kind"), choices=CheckInKind.choices)
    result = forms.ChoiceField(label=_("Result"), choices=[NOT_SAID, *CheckInResult.choices], required=False)
    place = forms.ChoiceField(label=_("Place"), choices=[NOT_SAID, *Place.choices], required=False)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=200)

    @classmethod
    def of(cls, entry: CheckIn, data: Any = None) -> "CheckInForm":
        local = timezone.localtime(entry.at, CHINA)
        initial = {"clock": local.time(), "kind": entry.kind, "result": entry.result, "place": entry.place}
        return cls(data, initial=initial)

    def moment_on(self, entry: CheckIn) -> datetime:
        """The time as a moment of the entry's day, local."""
        day = timezone.localtime(entry.at, CHINA).date()
        return datetime.combine(day, self.cleaned_data["clock"], CHINA)


class WorkLogForm(forms.Form):
    """What was really done, on which day; or that there was no such log."""

    day = forms.DateField(label=_("Day"), widget=Day)
    text = forms.CharField(label=_("Work done"), max_length=2000, required=False, widget=forms.Textarea({"rows": 5}))
    cancelled = forms.BooleanField(label=_("There was no such log"), required=False)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=200)

    @classmethod
    def of(cls, entry: WorkLog, data: Any = None) -> "WorkLogForm":
        return cls(data, initial={"day": entry.day, "text": entry.text})
