"""One review: who has voted, slips and papers, the count of papers by two people, the tally, its minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import ballots, papers, reviews
from yigang.appraisal.access import KEEP_PAPERS, READ_REVIEWS, RUN_REVIEW
from yigang.appraisal.enums import Slip
from yigang.appraisal.models import Review, ReviewPapers, ReviewSlip
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, found, page, paper, refusals_on
from yigang.console.papers.answer import pdf
from yigang.console.reviews.listing import counted, state
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, person_link, place_of
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User

NAMED = 300
"""Households that are named on the page; a village has fewer."""


class HouseholdsForm(forms.Form):
    """Some of the households that have not voted."""

    households = forms.MultipleChoiceField(label=_("Households"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, review: Review, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = list(review.slips.filter(state=Slip.OPEN).select_related("household").order_by("household__number"))
        heads = papers.heads_of([slip.household_id for slip in waiting])
        field = self.fields["households"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.required = required
        field.choices = [
            (str(slip.household_id), f"{slip.household.number} {heads.get(slip.household_id, '')}") for slip in waiting
        ]


class SlipsForm(HouseholdsForm):
    """Whose slips are printed; nobody chosen is everybody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, required=False, **kwargs)
        self.fields["households"].help_text = _(
            "None chosen: all that have not voted. Codes printed before are good no longer."
        )


class CountForm(forms.Form):
    ballots = forms.IntegerField(label=_("Papers in the ballot box"), min_value=1)


class CloseForm(forms.Form):
    without_papers = forms.BooleanField(
        label=_("Fewer than three papers came back; they are not counted"), required=False
    )


def review_of(pk: int) -> Review:
    return found(Review.objects.select_related("programme"), pk=pk)


@page(READ_REVIEWS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = review_of(pk), actor_of(request)
    context = {
        "title": str(row), "state": state(row), "facts": list(_facts(row)), "tables": list(_tables(row)),
        "steps": list(_steps(row, actor)), "back_to": reverse("console:reviews"), "back_label": _("Villagers' reviews"),
    }  # fmt: skip
    return render(request, "console/reviews/one.html", context | {"review": row, "count": _count_of(row, actor)})


def _count_of(row: Review, actor: User) -> str:
    """Which count of the papers this user can enter now: "first", "again" (another person's or his own), "second"; or none."""
    if row.closed_at or not may(actor, KEEP_PAPERS, row.region_code):
        return ""
    counted = ReviewPapers.objects.filter(review=row).first()
    if counted is None:
        return "first" if row.slips.filter(state=Slip.PAPER).exists() else ""
    if counted.confirmed_by_id:
        return ""
    return "again" if counted.counted_by_id == actor.pk else "second"


def _facts(row: Review) -> Iterator[tuple[Any, Any]]:
    yield _("Village"), place_of(row.region_code)
    yield _("Programme"), row.programme.name
    yield _("Days of voting"), f"{plain(row.opens)} – {plain(row.closes)}"
    yield _("Words and their points"), "、".join(f"{name} {points}" for name, points in row.choices)
    yield _("Households entitled"), row.entitled
    yield _("Ballots needed"), row.needed
    yield _("Voted or hold a paper"), row.slips.exclude(state=Slip.OPEN).count()
    first = ReviewPapers.objects.filter(review=row).select_related("counted_by", "confirmed_by").first()
    if first is not None:
        second = first.confirmed_by.name if first.confirmed_by else _now("nobody yet")
        yield _("Papers counted"), _now("%(count)d, by %(first)s and %(second)s") % {
            "count": first.ballots, "first": first.counted_by.name, "second": second,
        }  # fmt: skip
    if row.closed_at:
        yield _("Households that voted"), row.voted
    if row.abandoned:
        yield _("Given up because"), row.abandoned


def _tables(row: Review) -> Iterator[tuple[Any, Any, Any]]:
    results = row.results.select_related("appointment__person", "appointment__post", "review")
    if row.closed_at and not row.abandoned:
        yield _("What the villagers said"), (_("Name"), _("Post"), _("Ballots by word"), _("Points for the mark")), [
            (person_link(each.appointment.person.name, each.appointment.person_id), each.appointment.post, counted(each),
             each.get_missing_display() if each.missing else each.value)
            for each in results
        ]  # fmt: skip
    else:
        yield (
            _("Who is asked about"),
            (_("Name"), _("Post")),
            [(person_link(each.person.name, each.person_id), each.post) for each in ballots.candidates(row)],
        )
    slips = list(row.slips.select_related("household").order_by("household__number")[:NAMED])
    heads = papers.heads_of([slip.household_id for slip in slips])
    yield (
        _("Households, and who has voted"),
        (_("Household"), _("Head"), _("State")),
        [(slip.household.number, heads.get(slip.household_id, ""), slip.get_state_display()) for slip in slips],
    )


def _steps(row: Review, actor: User) -> Iterator[Step]:
    if row.closed_at:
        return
    run, keep = may(actor, RUN_REVIEW, row.region_code).why, may(actor, KEEP_PAPERS, row.region_code).why
    yield Step(_now("Print slips with codes"), _url("slips", row), "printer", SlipsForm(row), run)
    yield Step(_now("Note who is given a paper"), _url("hand-out", row), "file-text", HouseholdsForm(row), keep)
    over = (
        ""
        if timezone.localdate() > row.closes
        else _now("Ballots are taken until %(day)s.") % {"day": plain(row.closes)}
    )
    if not row.slips.filter(state=Slip.OPEN).exists():
        over = ""
    yield Step(_now("Close and count"), _url("close", row), "lock", CloseForm(), run or over)
    yield Step(_now("Give the review up"), _url("abandon", row), "trash", ReasonForm(), run, danger=True)


def _url(name: str, row: Review) -> str:
    return reverse(f"console:review-{name}", args=[row.pk])


@action(RUN_REVIEW)
def slips(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A PDF with fresh codes; it is the only copy."""
    row = review_of(pk)
    chosen = cleaned(SlipsForm(row, request.POST))["households"]
    asked = ReviewSlip.objects.filter(household__in=chosen) if chosen else ReviewSlip.objects.all()
    printed = ballots.print_slips(asked, row, actor=actor_of(request))
    address = request.build_absolute_uri(reverse("public:ballot"))
    return pdf(papers.set_slips(row, printed, address), f"{papers.title_of(row)}投票码")


@action(KEEP_PAPERS)
def hand_out(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = review_of(pk)
    chosen = cleaned(HouseholdsForm(row, request.POST))["households"]
    count = ballots.hand_out_papers(row, map(int, chosen), actor=actor_of(request))
    messages.success(request, _now("%(count)d households hold a paper.") % {"count": count})
    return redirect("console:review", pk)


@page(KEEP_PAPERS)
def count(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The first person's count: a grid of holders and words, and the number of papers."""
    return _counting(
        request, pk, ballots.count_papers, _now("Kept. It counts when a second person has counted the same.")
    )


@page(KEEP_PAPERS)
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The second person's count, in the same grid and without the first one's figures."""
    return _counting(
        request, pk, ballots.confirm_papers, _now("Both counts agree. The papers are in the box."), second=True
    )


def _counting(
    request: HttpRequest, pk: int, verb: Callable[..., Any], kept: str, *, second: bool = False
) -> HttpResponseBase:
    row = review_of(pk)
    form = CountForm(request.POST or None)
    holders = list(ballots.candidates(row))
    words = [*(str(name) for name, _points in row.choices), _now("cannot say")]
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            counts = {held: _typed(request, held.pk, len(words)) for held in holders}
            verb(row, form.cleaned_data["ballots"], counts, actor=actor_of(request))
            messages.success(request, kept)
            return redirect("console:review", pk)
    grid = [
        (held, [(f"count-{held.pk}-{at}", word, request.POST.get(f"count-{held.pk}-{at}", "")) for at, word in enumerate(words)])
        for held in holders
    ]  # fmt: skip
    context = {"review": row, "form": form, "words": words, "grid": grid, "second": second}
    return render(request, "console/reviews/count.html", context)


def _typed(request: HttpRequest, held: int, words: int) -> list[int]:
    """An empty field is nobody; anything but a number is refused."""
    values = [request.POST.get(f"count-{held}-{at}", "").strip() or "0" for at in range(words)]
    if not all(value.isascii() and value.isdigit() and len(value) < 6 for value in values):
        raise Refusal(_now("Write the counts as whole numbers."), code="counts")
    return [int(value) for value in values]


@action(RUN_REVIEW)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    given = cleaned(CloseForm(request.POST))
    reviews.close_review(review_of(pk), actor=actor_of(request), without_papers=given["without_papers"])
    return redirect("console:review", pk)


@action(RUN_REVIEW)
def abandon(request: HttpRequest, pk: int) -> HttpResponseBase:
    reviews.abandon_review(review_of(pk), cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:review", pk)


@paper(READ_REVIEWS)
def minutes(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = review_of(pk)
    return pdf(papers.set_minutes(row, actor=actor_of(request)), f"{papers.title_of(row)}记录")


@paper(READ_REVIEWS)
def ballot(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = review_of(pk)
    return pdf(papers.set_ballot(row, actor=actor_of(request)), f"{papers.title_of(row)}票")
