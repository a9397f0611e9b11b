"""Forms for everybody: few fields, large, each saying what becomes of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yigang.notices.enums import ObjectionKind
from yigang.public import challenge
from yigang.public.gate import HONEYPOT


class Asked(forms.Form):
    """A form with the one-time question and the field that only programs fill in."""

    answer = forms.CharField(
        max_length=12, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )

    def ask_again(self) -> None:
        """A fresh question, whatever the last one's fate."""
        self.question = challenge.ask()
        self["answer"].label = self.question.text  # the bound field: it has taken its label from the form once

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.honeypot = HONEYPOT
        self.order_fields([*(name for name in self.fields if name != "answer"), "answer"])
        self.ask_again()


class SenderForm(Asked):
    """What somebody says, with or without a name."""

    text = forms.CharField(
        label=_("What is wrong?"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Whom or what it is about, and how one could see it. Nobody but the office reads this."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name (may stay empty)"), max_length=60, required=False,
        help_text=_("Kept locked away and never published. Without it nobody can ask you back."),
    )  # fmt: skip
    contact = forms.CharField(label=_("How to reach you (may stay empty)"), max_length=100, required=False)


class ComplaintForm(SenderForm):
    """A complaint or a suggestion about the work of a region."""

    kind = forms.ChoiceField(
        label=_("Complaint or suggestion?"),
        choices=[(kind.value, kind.label) for kind in (ObjectionKind.COMPLAINT, ObjectionKind.SUGGESTION)],
    )
    field_order = ["kind", "text", "name", "contact", "answer"]


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label=_("Receipt number"), max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
