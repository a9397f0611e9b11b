"""One hit with both sides side by side, and what people make of it; many at once with a preview."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.console import regions
from yigang.console.lists import bulk_view, state_of
from yigang.console.lists.spec import Text
from yigang.console.pages import View, action, actor_of, found, page
from yigang.console.recruitment.comparison.hits import HITS
from yigang.console.recruitment.comparison.words import effect_tag, percent, state_tag
from yigang.foundation.access import REVEAL, may
from yigang.foundation.models import User
from yigang.people.queries import identity_number, masked_identity
from yigang.recruitment.comparison import decide as verbs
from yigang.recruitment.comparison import queries
from yigang.recruitment.comparison.access import DECIDE_HITS, READ_HITS
from yigang.recruitment.comparison.enums import HitState
from yigang.recruitment.models import ComparisonHit


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("What was found out, and from whom"), max_length=verbs.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


def rows() -> QuerySet[ComparisonHit]:
    return ComparisonHit.objects.select_related(
        "application__person", "application__round", "register__file", "decided_by", "first_in", "last_in"
    )


@page(READ_HITS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _drawn(request, found(rows(), pk=pk))


def _drawn(request: HttpRequest, hit: ComparisonHit, other: dict[str, str] | None = None) -> HttpResponseBase:
    person = hit.application.person
    regions.name_places([hit])
    number = identity_number(person) if other is not None else masked_identity(person)
    context = {
        "hit": hit, "person": person, "number": number, "other": other, "why": queries.why(hit),
        "state_tag": state_tag(hit), "effect_tag": effect_tag(hit), "percent": percent(hit), "tab": "hits",
        "decide": may(actor_of(request), DECIDE_HITS, hit.region_code),
        "reveal": may(actor_of(request), REVEAL, hit.region_code),
        "others": hit.application.hits.exclude(pk=hit.pk).order_by("-exact", "-likeness")[:20],
    }  # fmt: skip
    return render(request, "console/recruitment/comparison/hit.html", context)


@require_POST
@page(READ_HITS)
def reveal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Both numbers in clear, to be compared digit by digit. Noted in the audit trail first."""
    hit = found(rows(), pk=pk)
    return _drawn(request, hit, verbs.show_other(hit, actor=actor_of(request)))


@action(DECIDE_HITS)
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    hit = found(rows(), pk=pk)
    state = HitState.CONFIRMED if request.POST.get("state") == HitState.CONFIRMED else HitState.DISMISSED
    verbs.decide_hit(
        hit,
        state,
        reason=request.POST.get("reason", ""),
        actor=actor_of(request),
        expected=request.POST.get("seen", ""),
    )
    messages.success(request, _now("Decided: %(state)s.") % {"state": state.label})
    return redirect("console:comparison-hit", pk=pk)


def _called(hit: ComparisonHit) -> str:
    return f"{hit.application.person.name} · {hit.kind_name} · {percent(hit)}"


def _decider(state: HitState, title: Text, done: Text) -> View:
    def decided(hits: list[ComparisonHit], answers: dict[str, Any], actor: User) -> list[str]:
        verbs.decide_hits(hits, state, reason=answers["reason"], actor=actor)
        after = {hit.pk: state_of(hit) for hit in rows().filter(pk__in=[hit.pk for hit in hits])}
        return [after[hit.pk] for hit in hits]

    return bulk_view(
        HITS, "console:comparison-hits", DECIDE_HITS, decided, title=title, done=done, name=_called, form=ReasonForm
    )


confirm_chosen = _decider(HitState.CONFIRMED, _("Prove true"), _("%(count)d hits are proved true."))
dismiss_chosen = _decider(HitState.DISMISSED, _("Rule out"), _("%(count)d hits are ruled out."))
