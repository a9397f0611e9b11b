"""Who is in post now, and who ought to leave: the first pages of tenure."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import (
    BelowFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    FlagFilter,
    List,
    show,
)
from yigang.console.pages import actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import person_link, sentences
from yigang.console.tenure.tabs import frame
from yigang.foundation.access import require
from yigang.foundation.models import User
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.posts.models import Post
from yigang.tenure import domain, dues
from yigang.tenure.access import EMPLOY, PROVIDE, READ_TENURE, RELEASE
from yigang.tenure.models import Appointment


def search(rows: Any, words: str) -> Any:
    """By what is known of the person or, where it may be one, the post's number: no Chinese sign, but a digit.

    Each is found by its own index, which one `or` would not be.
    """
    theirs = rows.filter(person__in=people_queries.search(Person.objects.all(), words))
    if not (words.isascii() and any(sign.isdigit() for sign in words)):
        return theirs
    of_posts = rows.filter(post__number__istartswith=words)
    return rows.filter(pk__in=theirs.order_by().values("pk").union(of_posts.order_by().values("pk")))


COLUMNS = (
    Column("name", _("Name"), lambda row: row.person.name, show=lambda row: person_link(row.person.name, row.person_id),
           sort=("person__pinyin",), always=True),
    Column("post", _("Post"), lambda row: f"{row.post.kind} {row.post.number}", sort=("post__number",)),
    Column("programme", _("Programme"), lambda row: row.programme.name),
    Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
    Column("starts", _("First day"), lambda row: row.starts, sort=("starts",), kind="date"),
    Column("ends", _("Last day"), lambda row: row.ends, sort=("ends",), kind="date"),
    Column("agreement", _("Agreement number"), lambda row: row.agreement_number, shown=False),
)  # fmt: skip
WHERE = (BelowFilter(), ChoiceFilter("programme", _("Programme"), "programme", programmes))
"""What every list of appointments is narrowed by."""

IN_POST = List(
    name="in-post",
    title=_("In post"),
    unit=_("people"),
    rows=lambda _reader: dues.in_post(timezone.localdate()).select_related("person", "post", "programme"),
    columns=COLUMNS,
    order=("region_code", "post_id"),
    filters=(
        *WHERE,
        FlagFilter("ending", _("Ends within 60 days"), lambda: Q(ends__lte=timezone.localdate() + timedelta(days=dues.SOON))),
        DateFilter("since", _("In post since"), "starts__lte"),
    ),
    search=search,
    search_hint=_("Name, pinyin, last four digits or post number"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:post", args=[row.post_id]),
    actions=(BulkAction(_("Give something out"), "console:tenure-give-out", PROVIDE, "plus"),),
    empty=Empty(_("Nobody is in post here today.")),
)  # fmt: skip


def due_rows(_reader: Reader) -> Any:
    return dues.due_to_leave(timezone.localdate()).select_related("person", "post", "programme")


def with_reasons(rows: list[Any]) -> None:
    day = timezone.localdate()
    limits = dues.age_limits(day)
    for row in rows:
        row.why = [reason.label for reason in dues.reasons_to_leave(row, day, limits)]
    regions.name_places(rows)


DUE = List(
    name="due-to-leave",
    title=_("Due to leave"),
    unit=_("people"),
    rows=due_rows,
    columns=(*COLUMNS[:6], Column("why", _("Why"), lambda row: sentences(row.why), wrap=True)),
    order=("region_code", "ends"),
    filters=WHERE,
    search=search,
    search_hint=_("Name, pinyin, last four digits or post number"),
    prepare=with_reasons,
    link=lambda row: reverse("console:appointment-end", args=[row.pk]),
    empty=Empty(_("Nobody's term is over, nobody has reached the age limit.")),
)


class TransferForm(forms.Form):
    """Where somebody moves, and from when on."""

    post = forms.ModelChoiceField(label=_("New post"), queryset=Post.objects.none())
    on = forms.DateField(label=_("First day in the new post"), widget=Day)
    ends = forms.DateField(label=_("Last day"), required=False, widget=Day, help_text=_("Empty: as agreed before."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, held: Appointment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["post"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = held.programme.posts.exclude(pk=held.post_id).order_by("number")


class RenewForm(forms.Form):
    until = forms.DateField(label=_("New last day"), widget=Day)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


@page(READ_TENURE)
def in_post(request: HttpRequest) -> HttpResponseBase:
    return show(request, IN_POST, template="console/tenure/list.html", context=frame(actor_of(request), "tenure"))


@page(READ_TENURE)
def due(request: HttpRequest) -> HttpResponseBase:
    note = _("The program only lists them: an official ends each of them, renews the term, or lets it go on.")
    context = {**frame(actor_of(request), "tenure-due"), "note": note}
    return show(request, DUE, template="console/tenure/list.html", context=context)


@page(RELEASE)
def transfer(request: HttpRequest, pk: int) -> HttpResponseBase:
    held = found(Appointment.objects.select_related("person", "post", "programme"), pk=pk)
    require(actor_of(request), RELEASE, held.region_code)

    def save(data: dict[str, Any], actor: User) -> str:
        made = domain.transfer(held, data["post"], on=data["on"], reason=data["reason"], ends=data["ends"], actor=actor)
        return reverse("console:post", args=[made.post_id])

    form = TransferForm(held, request.POST or None)
    title = _now("Move %(name)s to another post") % {"name": held.person}
    return form_page(request, form, title, save, back_to=reverse("console:post", args=[held.post_id]))


@page(EMPLOY)
def renew(request: HttpRequest, pk: int) -> HttpResponseBase:
    held = found(Appointment.objects.select_related("person", "post", "programme"), pk=pk)
    require(actor_of(request), EMPLOY, held.region_code)

    def save(data: dict[str, Any], actor: User) -> str:
        made = domain.renew(held, data["until"], reason=data["reason"], actor=actor)
        return reverse("console:post", args=[made.post_id])

    form = RenewForm(request.POST or None)
    title = _now("Renew the term of %(name)s") % {"name": held.person}
    return form_page(request, form, title, save, back_to=reverse("console:post", args=[held.post_id]))
