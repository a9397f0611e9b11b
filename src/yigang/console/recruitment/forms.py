"""Forms of rounds and applicants."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yigang.console.fields import offer, offer_rows
from yigang.console.people.forms import Day
from yigang.foundation import names
from yigang.foundation.errors import Refusal
from yigang.foundation.identity import IdentityError
from yigang.foundation.models import User
from yigang.people import queries as people
from yigang.people.models import Person
from yigang.policy.recruitment import MarksRule, Step
from yigang.posts.models import Post, Programme
from yigang.recruitment.models import Round

KNOWN = (("", _("Not known")), ("yes", _("Yes")), ("no", _("No")))


class RoundForm(forms.Form):
    """A new round; the places are asked for on the same page, once the programme is chosen."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    number = forms.CharField(label=_("Round number"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.all())


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class BackForm(ReasonForm):
    """To which step the round goes back."""

    step = forms.ChoiceField(label=_("Back to"))
    field_order = ("step", "reason")

    def __init__(self, steps: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "step", steps)


class AttachForm(forms.Form):
    """A document or photo that the open step asks for."""

    name = forms.ChoiceField(label=_("Which"))
    file = forms.FileField(label=_("File"), help_text=_("A photo, PDF or workbook of at most 10 MB."))

    def __init__(self, rule: Step, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "name", [(name, name) for name in rule.wanted])


class SeatForm(forms.Form):
    """Who signs for an office."""

    office = forms.ChoiceField(label=_("Office"))
    user = forms.ModelChoiceField(User.objects.none(), label=_("Who signs"))

    def __init__(self, offices: list[str], users: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "office", [(name, name) for name in offices])
        offer_rows(self, "user", users)


class ApplyForm(forms.Form):
    """An application as the clerk writes it down. What nobody has said stays unknown, and the clauses ask for it."""

    identity = forms.CharField(
        label=_("Identity number"), max_length=24, help_text=_("The person must be on file; register whoever is not.")
    )
    post = forms.ModelChoiceField(Post.objects.none(), label=_("Post"), required=False, empty_label=_("Any post"))
    public_payroll = forms.ChoiceField(label=_("Paid by the state"), choices=KNOWN, required=False)
    village_officer_kin = forms.ChoiceField(label=_("Kin of a village officer"), choices=KNOWN, required=False)
    able_to_work = forms.ChoiceField(label=_("Able to do the work"), choices=KNOWN, required=False)

    def __init__(self, one: Round, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "post", Post.objects.filter(pk__in=one.posts.values("post")))

    def clean_identity(self) -> Person:
        try:
            found = people.by_identity(self.cleaned_data["identity"])
        except IdentityError as error:
            raise forms.ValidationError(str(error)) from error
        if found is None:
            raise forms.ValidationError(
                _("Nobody with this number is on file in your region. Register the person first.")
            )
        return found

    @property
    def declared(self) -> dict[str, bool]:
        names = ("public_payroll", "village_officer_kin", "able_to_work")
        return {name: self.cleaned_data[name] == "yes" for name in names if self.cleaned_data[name]}


class CardApplyForm(ApplyForm):
    """The same with what the photo of a card gave: each field is confirmed, and both belong to one person on file."""

    name = forms.CharField(label=_("Name"), max_length=60)
    seen_name = forms.BooleanField(label=_("The name is as on the card"))
    seen_number = forms.BooleanField(label=_("The identity number is as on the card"))
    field_order = ["name", "seen_name", "identity", "seen_number"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        person, name = data.get("identity"), data.get("name")
        if person and name and names.normalise(name) != names.normalise(person.name):
            self.add_error(
                "name", _("On file this number belongs to another name. Correct the file or the form first.")
            )
        return data


class DecideForm(forms.Form):
    """What the open step ends in; `version` is what the officer looked at."""

    outcome = forms.ChoiceField(label=_("Outcome"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed when it ends here.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, rule: Step, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "outcome", [(one.name, one.name) for one in rule.outcomes])


class SignForm(forms.Form):
    """An office's signature."""

    agrees = forms.ChoiceField(label=_("Opinion"), choices=(("yes", _("Agrees")), ("no", _("Objects"))))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, help_text=_("Needed for an objection."))
    office = forms.CharField(widget=forms.HiddenInput)


class MarkForm(forms.Form):
    """A reviewer's points, one field for each item of the policy."""

    reason = forms.CharField(label=_("What was seen"), max_length=300)

    def __init__(self, rule: MarksRule, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        for number, item in enumerate(rule.items):
            self.fields[f"item{number}"] = forms.DecimalField(
                label=f"{item.name}（0–{float(item.most):g}）", min_value=0, decimal_places=2
            )
        self.order_fields([f"item{number}" for number in range(len(rule.items))])

    @property
    def points(self) -> dict[str, Decimal]:
        return {item.name: self.cleaned_data[f"item{number}"] for number, item in enumerate(self.rule.items)}


class HireForm(forms.Form):
    """Post and terms of the appointment."""

    post = forms.ModelChoiceField(Post.objects.none(), label=_("Post"))
    starts = forms.DateField(label=_("First day"), widget=Day())
    ends = forms.DateField(label=_("Last day"), widget=Day(), required=False)
    agreement_number = forms.CharField(label=_("Agreement number"), max_length=60, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, one: Round, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "post", Post.objects.filter(pk__in=one.posts.values("post")))


class AgreementForm(forms.Form):
    """Post and days of the agreement that is signed before hiring."""

    post = forms.ModelChoiceField(Post.objects.none(), label=_("Post"))
    starts = forms.DateField(label=_("First day"), widget=Day())
    ends = forms.DateField(label=_("Last day"), widget=Day(), required=False)

    def __init__(self, one: Round, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "post", Post.objects.filter(pk__in=one.posts.values("post")))


class SignedCopyForm(forms.Form):
    """The scan or photo of the signed agreement."""

    file = forms.FileField(
        label=_("Signed copy"), widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("Photo or PDF. It cannot be replaced afterwards."),
    )  # fmt: skip
    on = forms.DateField(label=_("Signed on"), widget=Day())


class DaysForm(forms.Form):
    """The days of all agreements of a round."""

    starts = forms.DateField(label=_("First day"), widget=Day())
    ends = forms.DateField(label=_("Last day"), widget=Day(), required=False)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class SignedCopiesForm(forms.Form):
    """Scans of many; what they are the verb looks at, one by one."""

    copies = forms.FileField(
        label=_("Signed copies"), required=False,
        widget=ManyFiles(attrs={"accept": "image/*,application/pdf", "multiple": True}),
        help_text=_("Photos or PDFs, as many as you like up to a hundred, the agreement number in each file's name."),
    )  # fmt: skip


class SignedOnForm(forms.Form):
    on = forms.DateField(label=_("Signed on"), widget=Day())


class TieForm(forms.Form):
    relation = forms.CharField(label=_("What ties you"), max_length=60)


class MeetingForm(forms.Form):
    """A meeting of the village; the votes stand in a table below it."""

    region_code = forms.ChoiceField(label=_("Village"))
    held_on = forms.DateField(label=_("Held on"), widget=Day())
    place = forms.CharField(label=_("Place of the meeting"), max_length=120)
    chair = forms.CharField(label=_("Chair"), max_length=60)
    tellers = forms.CharField(label=_("Tellers"), max_length=200, help_text=_("Two at least, parted by 、 or a comma."))
    entitled = forms.IntegerField(label=_("Entitled"), min_value=1)
    present = forms.IntegerField(label=_("Present"), min_value=1)
    minutes = forms.CharField(label=_("Minutes"), widget=forms.Textarea(attrs={"rows": 4}))
    photo = forms.FileField(label=_("Photo of the meeting"))

    def __init__(self, villages: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "region_code", villages)


def refusal_of(form: forms.Form) -> Refusal:
    """The first thing that is wrong with a form on a page of several, as the message that the page shows."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        return Refusal(f"{label}：{errors[0]}" if label else str(errors[0]), code="form")
    return Refusal(_("Look at the form again."), code="form")
