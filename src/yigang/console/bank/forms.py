"""Forms about money. Amounts are written in yuan as people write them; months as 2020-07."""

import calendar
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.console.fields import offer, offer_rows
from yigang.exchange.bank_layouts import presets
from yigang.foundation import money
from yigang.foundation.errors import Refusal
from yigang.foundation.money import Fen
from yigang.payment.bank.queries import budget_lines
from yigang.payment.models import BudgetLine, Fund
from yigang.people.models import Person
from yigang.policy.period import Period
from yigang.posts.models import Programme


class YuanField(forms.CharField):
    """An amount in yuan, such as 1,234.50 or 3万, as fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "maxlength": "20"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return money.parse(text)
        except Refusal as refusal:
            raise ValidationError(f"{refusal} {refusal.remedy}") from refusal


class MonthField(forms.CharField):
    """A month, as its first day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"type": "month", "placeholder": "2020-07"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return Period.parse(text).first
        except ValueError as error:
            raise ValidationError(_("Write a month like 2020-07.")) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value


def last_day(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


class BudgetField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs, not when it runs
    """A budget line, named by its fund and programme."""

    def label_from_instance(self, line: BudgetLine) -> str:
        return f"{line.fund} · {line.programme}"


class BatchForm(forms.Form):
    """What a batch pays: a programme's sealed months, from which budget, in which layout."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    first = MonthField(label=_("First month"), required=False, help_text=_("Empty: everything not paid so far."))
    last = MonthField(label=_("Last month"))
    budget_line = BudgetField(budget_lines().none(), label=_("Budget"))
    layout = forms.ChoiceField(label=_("Layout of the bank's file"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.all())
        offer_rows(self, "budget_line", budget_lines())
        offer(self, "layout", [(layout.code, layout.title) for layout in presets().values()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last month lies before the first."))
        line, programme = cleaned.get("budget_line"), cleaned.get("programme")
        if line and programme and line.programme_id != programme.pk:
            self.add_error("budget_line", _("This budget line belongs to another programme."))
        return cleaned


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReturnForm(forms.Form):
    """The bank's return, as the bank gave it."""

    file = forms.FileField(label=_("Return file of the bank"), help_text=_("xlsx, xls or csv, as the bank gave it."))


class FundForm(forms.Form):
    name = forms.CharField(label=_("Fund"), max_length=80)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    from_assets = forms.BooleanField(
        label=_("Paid from asset income"), required=False,
        help_text=_("Batches are then taken out of the allocation ledger of the region looked at."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year


class BudgetForm(forms.Form):
    """A programme's part of a fund."""

    fund = forms.ModelChoiceField(Fund.objects.none(), label=_("Fund"))
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    amount = YuanField(label=_("Amount in yuan"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "fund", Fund.objects.all())
        offer_rows(self, "programme", Programme.objects.all())


class AmountForm(forms.Form):
    """What a budget line holds from now on."""

    amount = YuanField(label=_("Amount in yuan"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    @classmethod
    def of(cls, amount_fen: Fen, data: Any = None) -> "AmountForm":
        return cls(data, initial={"amount": money.plain(amount_fen)})


class AccountForm(forms.Form):
    """Where a person is paid from now on."""

    bank = forms.CharField(label=_("Bank"), max_length=60)
    holder = forms.CharField(label=_("Account holder"), max_length=60)
    number = forms.CharField(
        label=_("Card or account number"), max_length=40, help_text=_("From the card or the passbook, digit by digit."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    @classmethod
    def of(cls, person: Person, data: Any = None) -> "AccountForm":
        account = person.accounts.filter(active=True).first()
        return cls(data, initial={"holder": person.name, "bank": account.bank if account else ""})
