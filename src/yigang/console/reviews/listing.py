"""The reviews of villages, what came of them for each post holder, and the form that opens one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import reviews
from yigang.appraisal.access import READ_REVIEWS, RUN_REVIEW
from yigang.appraisal.enums import Period, Slip
from yigang.appraisal.models import Review, ReviewResult
from yigang.console import regions
from yigang.console.fields import offer_rows
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import actor_of, form_page, page
from yigang.console.people.forms import Day, VillageForm
from yigang.console.posts.posts import programmes
from yigang.console.reviews.tabs import frame
from yigang.console.tenure.pieces import person_link, tag
from yigang.console.tenure.tabs import Offer
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people import queries as people
from yigang.people.models import Person
from yigang.posts.models import Programme


def rows(_reader: Any) -> Any:
    used = Count("slips", filter=~Q(slips__state=Slip.OPEN))
    return Review.objects.select_related("programme").annotate(used=used)


def state(row: Review) -> tuple[str, str]:
    """Where a review stands, as a colour and a word."""
    if row.abandoned:
        return "", _now("Given up")
    if row.closed_at:
        return ("good", _now("Review counted")) if row.decided else ("warn", _now("Too few voted"))
    today = timezone.localdate()
    if today < row.opens:
        return "", _now("Not yet open")
    return ("", _now("Takes ballots")) if today <= row.closes else ("warn", _now("To be counted"))


REVIEWS = List(
    name="reviews",
    title=_("Villagers' reviews"),
    unit=_("reviews"),
    rows=rows,
    columns=(
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",), always=True),
        Column("mark", _("Review held"), str, sort=("first",)),
        Column("period", _("Rhythm of the review"), lambda row: row.get_period_display(), sort=("period",), shown=False),
        Column("programme", _("Programme"), lambda row: row.programme.name),
        Column("opens", _("First day of voting"), lambda row: row.opens, sort=("opens",), kind="date"),
        Column("closes", _("Last day of voting"), lambda row: row.closes, sort=("closes",), kind="date"),
        Column("entitled", _("Households entitled"), lambda row: row.entitled, kind="integer"),
        Column("used", _("Voted or hold a paper"), lambda row: row.used, kind="integer"),
        Column("needed", _("Ballots needed"), lambda row: row.needed, kind="integer"),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("-first", "region_code"),
    filters=(
        BelowFilter(), ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("open", _("Not yet counted"), lambda: Q(closed_at=None)),
    ),
    search=lambda found, words: found.filter(Q(mark__contains=words) | Q(programme__name__contains=words)),
    search_hint=_("Review or programme"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:review", args=[row.pk]),
    empty=Empty(_("No village was asked yet."), _("Ask a village"), "console:review-new", RUN_REVIEW),
)  # fmt: skip


def _by_person(found: Any, words: str) -> Any:
    return found.filter(appointment__person__in=people.search(Person.objects.all(), words))


RESULTS = List(
    name="review-results",
    title=_("What the villagers said"),
    unit=_("people"),
    rows=lambda _reader: ReviewResult.objects.select_related("review__programme", "appointment__person", "appointment__post"),
    columns=(
        Column("name", _("Name"), lambda row: row.appointment.person.name, sort=("appointment__person__pinyin",), always=True,
               show=lambda row: person_link(row.appointment.person.name, row.appointment.person_id)),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("post", _("Post"), lambda row: str(row.appointment.post)),
        Column("review", _("Review held"), lambda row: str(row.review), sort=("review__first",)),
        Column("voted", _("Households that voted"), lambda row: row.review.voted, kind="integer"),
        Column("counts", _("Ballots by word"), lambda row: counted(row)),
        Column("value", _("Points for the mark"), lambda row: row.value, sort=("value",), kind="decimal"),
        Column("missing", _("Undetermined because"), lambda row: row.get_missing_display() if row.missing else ""),
    ),
    order=("-review__first", "region_code", "appointment__person__pinyin"),
    filters=(
        BelowFilter(), ChoiceFilter("programme", _("Programme"), "review__programme", programmes),
        FlagFilter("undetermined", _("Undetermined"), lambda: Q(value=None)),
    ),
    search=_by_person,
    search_hint=_("Name, pinyin initials or last digits"),
    prepare=regions.name_places,
    empty=Empty(_("No review is counted yet."), _("Villagers' reviews"), "console:reviews", READ_REVIEWS),
)  # fmt: skip


def counted(row: ReviewResult) -> str:
    """好 12、差 1、说不上 3; empty where the box stayed shut."""
    if not row.counts:
        return ""
    words = [*(str(name) for name, _points in row.review.choices), _now("cannot say")]
    return "、".join(f"{word} {count}" for word, count in zip(words, row.counts, strict=True))


@page(READ_REVIEWS)
def listing(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Ask a village"), "review-new", "plus", RUN_REVIEW)
    return show(
        request, REVIEWS, template="console/tenure/list.html", context=frame(actor_of(request), "reviews", offer)
    )


@page(READ_REVIEWS)
def results(request: HttpRequest) -> HttpResponseBase:
    return show(
        request, RESULTS, template="console/tenure/list.html", context=frame(actor_of(request), "reviews-results")
    )


class OpenForm(VillageForm):
    """Which village is asked about which programme and period, and until when."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    period = forms.ChoiceField(
        label=_("Rhythm of the review"), choices=[(one.value, one.label) for one in reviews.MONTHS]
    )
    first = forms.DateField(label=_("First day of the period judged"), widget=Day)
    opens = forms.DateField(label=_("First day of voting"), widget=Day)
    closes = forms.DateField(label=_("Last day of voting"), widget=Day)
    field_order = ("region_code", "programme", "period", "first", "opens", "closes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asking = [one.pk for one in Programme.objects.all() if _asks(one)]
        offer_rows(self, "programme", Programme.objects.filter(pk__in=asking).order_by("name"))


def _asks(programme: Programme) -> bool:
    try:
        reviews.rule_for(programme, timezone.localdate())
    except Refusal:
        return False
    return True


@page(RUN_REVIEW)
def new(request: HttpRequest) -> HttpResponseBase:
    today = timezone.localdate()
    last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    initial: dict[str, date] = {"first": last_month, "opens": today, "closes": today + timedelta(days=7)}
    form = OpenForm(regions.reader(request), request.POST or None, initial=initial)

    def save(data: dict[str, Any], actor: User) -> str:
        asked = reviews.Asked(
            data["programme"], data["region_code"], Period(data["period"]), data["first"], data["opens"], data["closes"]
        )
        return reverse("console:review", args=[reviews.open_review(asked, actor=actor).pk])

    return form_page(request, form, _now("Ask a village"), save, back_to=reverse("console:reviews"))
