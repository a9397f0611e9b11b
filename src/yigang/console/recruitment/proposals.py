"""Deciding about proposals of the matching: one by one, with another post, or many at once."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.fields import offer_rows
from yigang.console.lists import bulk_view, states
from yigang.console.pages import action, actor_of, found, page
from yigang.console.recruitment.forms import ReasonForm, refusal_of
from yigang.console.recruitment.matching import PROPOSALS, TAGS, why_proposed
from yigang.console.recruitment.rounds import tag
from yigang.foundation import many
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.posts.models import Post
from yigang.recruitment import domain
from yigang.recruitment.access import MATCH, READ_POOL
from yigang.recruitment.models import MatchProposal


class OtherPostForm(forms.Form):
    """Another post of the round, and why."""

    post = forms.ModelChoiceField(Post.objects.none(), label=_lazy("Post"))
    reason = forms.CharField(label=_lazy("Reason"), max_length=300)

    def __init__(self, one: MatchProposal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sought = Post.objects.filter(pk__in=one.run.round.posts.values("post")).exclude(pk=one.post_id)
        offer_rows(self, "post", sought)


def one_of(pk: int) -> MatchProposal:
    rows = MatchProposal.objects.select_related("run__round", "person", "post", "given", "decided_by", "application")
    return found(rows.defer("run__people_body", "run__posts_body"), pk=pk)


@page(READ_POOL)
def proposal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One proposal: why, and what can be done about it."""
    one = one_of(pk)
    regions.name_places([one])
    return render(request, "console/recruitment/proposal.html", {
        "tab": "matching", "one": one, "why": why_proposed(one), "state_tag": tag(TAGS[one.state], one.get_state_display()),
        "may_decide": may(actor_of(request), MATCH, one.region_code), "other": OtherPostForm(one),
    })  # fmt: skip


@action(MATCH)
def accept_one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Accept, with another post when one was chosen."""
    one, post, reason = one_of(pk), None, ""
    if request.POST.get("post"):
        form = OtherPostForm(one, request.POST)
        if not form.is_valid():
            raise refusal_of(form)
        post, reason = form.cleaned_data["post"], form.cleaned_data["reason"]
    domain.accept_proposal(one, actor=actor_of(request), post=post, reason=reason)
    return redirect("console:match-proposal", pk=pk)


@action(MATCH)
def reject_one(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.reject_proposal(one_of(pk), request.POST.get("reason", ""), actor=actor_of(request))
    return redirect("console:match-proposal", pk=pk)


def named(one: MatchProposal) -> str:
    return f"{one.person.name} → {one.post}"


def accepted(rows: list[MatchProposal], _answers: dict[str, Any], actor: User) -> list[str]:
    return states(many.each(rows, lambda row: domain.accept_proposal(row, actor=actor), name=named))


def rejected(rows: list[MatchProposal], answers: dict[str, Any], actor: User) -> list[str]:
    """All with one reason."""
    return states(many.each(rows, lambda row: domain.reject_proposal(row, answers["reason"], actor=actor), name=named))


accept_many = bulk_view(
    PROPOSALS, "console:match-proposals", MATCH, accepted, title=_lazy("Accept proposals"), button=_lazy("Accept"),
    done=_lazy("%(count)d proposals became applications."), name=named,
)  # fmt: skip
reject_many = bulk_view(
    PROPOSALS, "console:match-proposals", MATCH, rejected, title=_lazy("Reject proposals"), button=_lazy("Reject"),
    done=_lazy("%(count)d proposals are rejected."), name=named, form=ReasonForm,
)  # fmt: skip
