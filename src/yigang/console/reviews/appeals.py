"""Appeals: the list with its days, one with what it is about, writing one down, deciding, carrying on what follows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import appealable, appeals
from yigang.appraisal.access import DECIDE_APPEAL, FILE_APPEAL, READ_REVIEWS
from yigang.appraisal.enums import AppealState
from yigang.appraisal.models import Appeal
from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, form_page, found, page, sentence
from yigang.console.reviews.tabs import frame
from yigang.console.tenure.pieces import Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.payment.access import ADJUST
from yigang.payment.settlement import appealed
from yigang.people import queries as people
from yigang.people.models import Person

COLOURS = {AppealState.UPHELD: "good", AppealState.OPEN: "warn"}
PARTS = ("mark", "month", "period__closing", "year", "review__review", "points")


def rows(_reader: Any) -> Any:
    return Appeal.objects.select_related("person", "filed_by", "decided_by", *PARTS)


def to_carry() -> Q:
    """Upheld, and nobody has carried on what follows."""
    return Q(state=AppealState.UPHELD, carried_at=None)


def about(row: Appeal) -> str:
    return appealable.title_of(appealable.target_of(row))


APPEALS = List(
    name="appeals",
    title=_("Appeals"),
    unit=_("appeals"),
    rows=rows,
    columns=(
        Column("name", _("Name"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("about", _("Appealed against"), about),
        Column("text", _("What is wrong, in short"), lambda row: row.text, wrap=True),
        Column("at", _("Said on"), lambda row: row.at, sort=("at",), kind="datetime"),
        Column("how", _("How it came"), lambda row: _now("from the phone") if row.record else row.filed_by.name),
        Column("due", _("To be decided by"), lambda row: row.due_on, sort=("due_on",), kind="date"),
        Column("state", _("State"), lambda row: row.get_state_display(), sort=("state",),
               show=lambda row: tag(COLOURS.get(AppealState(row.state), ""), row.get_state_display())),
        Column("carried", _("What followed"), lambda row: row.carried, shown=False),
    ),
    order=("-at",),
    filters=(
        BelowFilter(), ChoiceFilter("state", _("State"), "state", AppealState.choices),
        FlagFilter("late", _("Overdue"), lambda: Q(state=AppealState.OPEN, due_on__lt=timezone.localdate())),
        FlagFilter("carry", _("To be carried on"), to_carry),
    ),
    search=lambda found_rows, words: found_rows.filter(person__in=people.search(Person.objects.all(), words)),
    search_hint=_("Name, pinyin initials or last digits"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:appeal", args=[row.pk]),
    empty=Empty(_("Nobody has appealed."), _("Write an appeal down"), "console:appeal-new", FILE_APPEAL),
)  # fmt: skip


@page(READ_REVIEWS)
def listing(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Write an appeal down"), "appeal-new", "plus", FILE_APPEAL)
    context = frame(actor_of(request), "reviews-appeals", offer)
    return show(request, APPEALS, template="console/tenure/list.html", context=context)


class WhoForm(forms.Form):
    """Who appeals: found by name or the last digits of the identity number."""

    person = forms.CharField(label=_("Name or last digits of the identity number"), max_length=60)


class FileForm(forms.Form):
    """What it is about, and what is wrong."""

    about = forms.ChoiceField(label=_("Appealed against"))
    text = forms.CharField(
        label=_("What is wrong"), max_length=appeals.LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )  # fmt: skip

    def __init__(self, targets: dict[str, appealable.Target], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, appealable.title_of(target)) for key, target in targets.items()]


@page(FILE_APPEAL)
def new(request: HttpRequest) -> HttpResponseBase:
    """First who, then what."""
    form = WhoForm(request.GET or None)
    if form.is_valid():
        matching = people.search(Person.objects.filter(appointments__isnull=False), form.cleaned_data["person"])
        chosen = list(matching.distinct().order_by("pinyin")[:2])
        if len(chosen) == 1:
            return redirect("console:appeal-of", chosen[0].pk)
        several = _("Several people fit; write more of the name or the last digits.")
        form.add_error("person", several if chosen else _("Nobody who holds or held a post here fits."))
    return render(request, "console/reviews/who.html", {"form": form, "back_to": reverse("console:reviews-appeals")})


def link_about(target: appealable.Target, actor: User) -> str:
    """The appeal about something, or the page on which one is written down, where the reader may; else nothing."""
    filed = getattr(target, "appeal", None)
    if filed is not None:
        return linked("appeal", filed.pk, f"{filed.get_state_display()}：{filed}")
    if not may(actor, FILE_APPEAL, target.region_code) or not appealable.offered(target):
        return ""
    address = reverse("console:appeal-of", args=[appealable.person_of(target).pk])
    return format_html('<a href="{}?about={}">{}</a>', address, appealable.name_of(target), _("Write an appeal down"))


@page(FILE_APPEAL)
def of_person(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = found(Person.objects.all(), pk=pk)
    targets = {appealable.name_of(one): one for one in appealable.open_to_appeal(person)}

    def save(data: dict[str, Any], actor: User) -> str:
        made = appeals.file_appeal(targets[data["about"]], data["text"], actor=actor)
        return reverse("console:appeal", args=[made.pk])

    title = _now("Appeal of %(name)s") % {"name": person.name}
    if not targets:
        messages.info(request, _("%(name)s has nothing that may be appealed against now.") % {"name": person.name})
        return redirect(f"{reverse('console:reviews-appeals')}?{urlencode({'q': person.name})}")
    form = FileForm(targets, request.POST or None, initial={"about": request.GET.get("about", "")})
    return form_page(request, form, title, save, back_to=reverse("console:reviews-appeals"))


class DecideForm(forms.Form):
    """The decision with its reason; against a mark also the right points."""

    upheld = forms.TypedChoiceField(
        label=_("Decision about the appeal"), coerce=lambda value: value == "yes",
        choices=(("", "—"), ("yes", _("Appeal upheld")), ("no", _("Appeal rejected"))),
    )  # fmt: skip
    points = forms.DecimalField(
        label=_("The right points, if it is upheld"), required=False, decimal_places=2, min_value=Decimal(0)
    )
    reason = forms.CharField(label=_("Reason, which the person reads"), max_length=appeals.REASON,
                             widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip

    def __init__(self, *args: Any, with_points: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_points:
            del self.fields["points"]


class CarryForm(forms.Form):
    amount = forms.DecimalField(
        label=_("Amount in yuan"), required=False, decimal_places=2, max_digits=9,
        help_text=_("Empty: the sealed month is judged again by today's evidence. With a minus: taken back."),
    )  # fmt: skip


@page(READ_REVIEWS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = found(rows(None), pk=pk), actor_of(request)
    facts = [
        (_("Person"), person_link(row.person.name, row.person_id)), (_("Village"), place_of(row.region_code)),
        (_("Appealed against"), about(row)), (_("What is wrong"), row.text), (_("Said on"), plain(row.at)),
        (_("How it came"), row.filed_by.name if row.filed_by else _("from the phone")),
        (_("To be decided by"), plain(row.due_on)),
    ]  # fmt: skip
    if row.decided_by:
        facts += [(_("Decided by"), f"{row.decided_by.name} {plain(row.decided_at)}"), (_("Reason"), row.reason)]
    if row.carried_at:
        facts.append((_("What followed"), row.carried))
    context = {
        "title": _now("Appeal of %(name)s") % {"name": row.person.name}, "facts": facts, "steps": list(_steps(row, actor)),
        "state": (COLOURS.get(AppealState(row.state), ""), row.get_state_display()),
        "back_to": reverse("console:reviews-appeals"), "back_label": _("Appeals"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _steps(row: Appeal, actor: User) -> Iterator[Step]:
    if row.state == AppealState.OPEN:
        refusal = appeals.why_not_decide(row, actor)
        why = may(actor, DECIDE_APPEAL, row.region_code).why or (sentence(refusal) if refusal else "")
        form = DecideForm(with_points=appeals.mark_of(row) is not None)
        yield Step(_now("Decide the appeal"), reverse("console:appeal-decide", args=[row.pk]), "check", form, why)
    elif row.state == AppealState.UPHELD and row.carried_at is None:
        why = may(actor, ADJUST, row.region_code).why
        address = reverse("console:appeal-carry", args=[row.pk])
        yield Step(_now("Carry it into the next open month"), address, "send", CarryForm(), why)


@action(DECIDE_APPEAL)
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Appeal.objects.all(), pk=pk)
    given = cleaned(DecideForm(request.POST, with_points=appeals.mark_of(row) is not None))
    appeals.decide_appeal(
        row, upheld=given["upheld"], reason=given["reason"], points=given.get("points"), actor=actor_of(request)
    )
    return redirect("console:appeal", pk)


@action(ADJUST)
def carry(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(rows(None), pk=pk)
    amount = cleaned(CarryForm(request.POST))["amount"]
    fen = None if amount is None else int(amount * 100)
    messages.success(request, appealed.carry_appeal(row, actor=actor_of(request), amount_fen=fen))
    return redirect("console:appeal", pk)
