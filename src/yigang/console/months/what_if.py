"""Another policy beside a month's own: who would gain, who would lose. Nothing is written."""

from typing import Any

import polars as pl
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.queries import version_on
from yigang.console.fields import offer
from yigang.console.months.sheet import place_of, settlement_of
from yigang.console.pages import page, refusals_on
from yigang.console.policies import title_of
from yigang.foundation import regioncode
from yigang.payment.access import COMPARE_POLICIES
from yigang.payment.models import Settlement
from yigang.payment.settlement import reading
from yigang.payment.settlement.judged import version_of
from yigang.people.models import Person
from yigang.policy import Period, PolicyVersion, policies_folder
from yigang.policy.what_if import summary, what_if
from yigang.posts.rules import policy_file, policy_from

SHOWN = 200


class OtherForm(forms.Form):
    """Which policy is held beside, and its text of which month."""

    policy = forms.ChoiceField(label=_("Policy beside"))
    month = forms.CharField(
        label=_("Its text of the month"), required=False, widget=forms.TextInput(attrs={"type": "month"}), max_length=7,
        help_text=_("Empty: the text of the month that is compared."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = sorted(file.stem for file in policies_folder().glob("*.yaml"))
        offer(self, "policy", [(code, title_of(code)) for code in codes])

    def version(self, settlement: Settlement) -> PolicyVersion:
        """The text asked for."""
        month = self.cleaned_data["month"]
        day = Period.parse(month).first if month else settlement.month
        return version_on(policy_from(policy_file(self.cleaned_data["policy"])), day)

    def clean_month(self) -> str:
        month: str = self.cleaned_data["month"]
        try:
            return str(Period.parse(month)) if month else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


@page(COMPARE_POLICIES)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    settlement = settlement_of(request, pk)
    form = OtherForm(request.GET or None, initial={"policy": settlement.programme.policy_code})
    context: dict[str, Any] = {"settlement": settlement, "form": form, "place": place_of(settlement)}
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            context |= compared(settlement, form.version(settlement))
            context["own_title"] = title_of(settlement.programme.policy_code)
            context["other_title"] = title_of(form.cleaned_data["policy"])
    return render(request, "console/months/what_if.html", context)


def compared(settlement: Settlement, other: PolicyVersion) -> dict[str, Any]:
    """People whose result differs, the largest change first, and the sums per outcome."""
    own = version_of(settlement)
    facts = reading.gather(
        settlement.programme, regioncode.prefix_of(settlement.region_code), settlement.month, own, other
    )
    frame = what_if(facts, own, other, Period.of(settlement.month))
    differing = frame.filter((frame["outcome"] != "same") | (frame["grade_a"].ne_missing(frame["grade_b"])))
    rows = differing.sort(pl.col("change_fen").abs(), descending=True, nulls_last=True).head(SHOWN).to_dicts()
    people = Person.objects.in_bulk([row["person_id"] for row in rows])
    for row in rows:
        row["person"] = people.get(row["person_id"])
    return {
        "own": own,
        "other": other,
        "rows": rows,
        "summary": summary(frame),
        "more": max(0, differing.height - SHOWN),
    }
