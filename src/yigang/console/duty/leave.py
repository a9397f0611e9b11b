"""Leave: the list, an entry by hand, a correction."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.duty.forms import CorrectLeaveForm, NewLeaveForm
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.pages import actor_of, came_from, form_page, found, page
from yigang.console.regions import Reader
from yigang.duty import domain
from yigang.duty.access import CORRECT_EVIDENCE, ENTER_LEAVE
from yigang.duty.enums import LeaveKind
from yigang.duty.models import Leave
from yigang.foundation.access import may
from yigang.foundation.domain import store_paper
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person


def rows(_reader: Reader) -> Any:
    """Leave that counts: not corrected later, not cancelled, not withdrawn."""
    live = Leave.objects.filter(corrected_by=None, cancelled=False, intake__withdrawn_at=None)
    return live.select_related("person", "document")


def approval(leave: Leave) -> str:
    if leave.approved:
        return format_html('<span class="tag tag-good">{}</span> {}', _now("approved"), leave.approved_by)
    return format_html('<span class="tag tag-warn">{}</span>', _now("not approved"))


LEAVES = List(
    name="leaves",
    title=_("Leave"),
    unit=_("entries"),
    rows=rows,
    columns=(
        Column("person", _("Person"), lambda leave: leave.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda leave: leave.place, sort=("region_code",)),
        Column("kind", _("Kind of leave"), lambda leave: leave.get_kind_display(), sort=("kind",)),
        Column("first", _("First day"), lambda leave: leave.first, sort=("first",), kind="date"),
        Column("last", _("Last day"), lambda leave: leave.last, sort=("last",), kind="date"),
        Column("days", _("Days"), lambda leave: (leave.last - leave.first).days + 1, kind="integer"),
        Column("approved", _("Approval"), lambda leave: leave.approved_by if leave.approved else "", show=approval),
        Column("reason", _("Purpose"), lambda leave: leave.reason, shown=False),
    ),
    order=("-first",),
    filters=(
        BelowFilter(),
        ChoiceFilter("kind", _("Kind of leave"), "kind", LeaveKind.choices),
        DateFilter("from", _("From"), "last__gte"),
        DateFilter("to", _("To"), "first__lte"),
        FlagFilter("approved", _("Approved"), lambda: Q(approved=True)),
    ),
    search=lambda leaves, words: leaves.filter(Q(person__name__contains=words) | Q(person__initials__startswith=words)),
    search_hint=_("Name or pinyin initials"),
    prepare=regions.name_places,
    link=lambda leave: reverse("console:duty-day", args=[leave.person_id, leave.first.isoformat()]),
    empty=Empty(_("There is no leave yet."), _("Enter leave"), "console:duty-leave-new", ENTER_LEAVE),
)


@page(access.OPEN_DUTY)
def leaves(request: HttpRequest) -> HttpResponseBase:
    context = {"tab": "leaves", "may_enter": may(actor_of(request), ENTER_LEAVE)}
    return show(request, LEAVES, template="console/duty/leaves.html", context=context)


@page(ENTER_LEAVE)
def new_leave(request: HttpRequest) -> HttpResponseBase:
    chosen = request.GET.get("person") or request.POST.get("person") or "0"
    people = Person.objects.filter(pk=int(chosen)) if chosen.isdigit() and int(chosen) else _holders(request)
    day = request.GET.get("day", "")
    initial = {"person": chosen, "first": day, "last": day}
    form = NewLeaveForm(people, request.POST or None, request.FILES or None, initial=initial)
    back_to = came_from(request, reverse("console:duty-leaves"))

    def save(given: dict[str, Any], actor: User) -> str:
        person = given["person"]
        terms = _terms(given, stored(given["document"], person.region_code, actor))
        domain.enter_leave(person, terms, actor=actor)
        return back_to

    return form_page(request, form, _now("Enter leave"), save, back_to=back_to)


def _holders(request: HttpRequest) -> Any:
    """Who holds a post in the region looked at."""
    prefix = regions.viewing(request)
    return (
        Person.objects.filter(regions.inside(prefix), appointments__ends=None)
        .distinct()
        .order_by("pinyin", "pk")[:2000]
    )


@page(CORRECT_EVIDENCE)
def correct_leave(request: HttpRequest, pk: int) -> HttpResponseBase:
    leave = found(rows(regions.reader(request)), pk=pk)
    form = CorrectLeaveForm.of(leave, request.POST or None, request.FILES or None)
    back_to = came_from(request, reverse("console:duty-leaves"))

    def save(given: dict[str, Any], actor: User) -> str:
        document = stored(given["document"], leave.region_code, actor)
        terms = None if given["cancelled"] else _terms(given, document)
        domain.correct_leave(leave, terms, reason=given["reason"], actor=actor)
        return back_to

    title = _now("Correct the leave of %(person)s") % {"person": leave.person}
    return form_page(request, form, title, save, back_to=back_to)


def _terms(given: dict[str, Any], document: StoredFile | None) -> domain.LeaveTerms:
    return domain.LeaveTerms(
        LeaveKind(given["kind"]), given["first"], given["last"], given["approved_by"], given["why"], document
    )


def stored(upload: UploadedFile[Any] | None, region_code: str, actor: User) -> StoredFile | None:
    """Keep a photo or PDF that was handed in; None when there is none."""
    if upload is None:
        return None
    return store_paper(upload.read(), name=upload.name or "", region_code=region_code, actor=actor, field="document")
