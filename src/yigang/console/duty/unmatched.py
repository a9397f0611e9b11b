"""People whom a file names and nobody knows here: their rows wait until somebody says who they are."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.lists import BelowFilter, BulkAction, Column, Empty, List, show
from yigang.console.pages import action, actor_of, found, page
from yigang.console.regions import Reader
from yigang.duty import domain, queries
from yigang.duty.access import MATCH_PERSON
from yigang.duty.models import UnmatchedRow
from yigang.foundation.access import may
from yigang.people.models import Person

SHOWN, FOUND = 10, 20


def rows(_reader: Reader) -> Any:
    return queries.unmatched("")


UNMATCHED = List(
    name="unmatched",
    title=_("Unknown people"),
    unit=_("people"),
    rows=rows,
    columns=(
        Column("name", _("Name in the file"), lambda row: row.name, sort=("name",), always=True),
        Column("key", _("Key in the file"), lambda row: row.key),
        Column("department", _("Department"), lambda row: row.department),
        Column("rows", _("Rows"), lambda row: row.rows, sort=("rows",), kind="integer"),
        Column("table", _("Table"), lambda row: row.intake.get_table_display()),
        Column("file", _("File"), lambda row: row.intake.file.name if row.intake.file else ""),
        Column("first", _("First day"), lambda row: row.intake.first, kind="date"),
        Column("last", _("Last day"), lambda row: row.intake.last, kind="date"),
        Column("place", _("Region"), lambda row: row.place),
    ),
    order=("name",),
    filters=(BelowFilter(),),
    search=lambda found_rows, words: found_rows.filter(Q(name__contains=words) | Q(key__startswith=words)),
    search_hint=_("Name or key"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:duty-match", args=[row.pk]),
    actions=(
        BulkAction(_("They are one person"), "console:duty-unmatched-resolve", MATCH_PERSON, "user-check"),
        BulkAction(_("Not ours"), "console:duty-unmatched-disown", MATCH_PERSON, "eye-off"),
    ),
    empty=Empty(_("Everybody in the files is known.")),
)


@page(access.OPEN_DUTY)
def unmatched(request: HttpRequest) -> HttpResponseBase:
    context = {"tab": "unmatched", "may_match": may(actor_of(request), MATCH_PERSON)}
    return show(request, UNMATCHED, template="console/duty/unmatched.html", context=context)


@action(MATCH_PERSON)
def again(request: HttpRequest) -> HttpResponseBase:
    """Look for everybody again, after a roster has come in."""
    waiting = queries.unmatched(regions.viewing(request))
    count = domain.rematch(waiting, actor=actor_of(request))
    messages.success(request, _now("%(count)d people were found.") % {"count": count})
    return redirect("console:duty-unmatched")


@page(access.OPEN_DUTY)
def match(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows, and who may be meant: likely people first, others by search."""
    row = found(queries.unmatched(""), pk=pk)
    words = request.GET.get("q", "").strip()
    likely = [] if words else domain.candidates(row.name, row.region_code, row.department)
    people: list[tuple[Person, int | None]] = [(person, None) for person in searched(words)] if words else []
    people += [(person, round(likeness * 100)) for person, likeness in likely]
    regions.name_places([person for person, _likeness in people])
    sample = [json.loads(one["raw"]) for one in json.loads(row.payload)[:SHOWN]]
    context = {
        "row": row, "people": people, "words": words, "sample": sample, "tab": "unmatched",
        "allowed": may(actor_of(request), MATCH_PERSON, row.region_code),
    }  # fmt: skip
    return render(request, "console/duty/match.html", context)


def searched(words: str) -> list[Person]:
    """People of the scope by name or pinyin initials."""
    return list(
        Person.objects.filter(Q(name__contains=words) | Q(initials__startswith=words.lower())).order_by("pinyin")[
            :FOUND
        ]
    )


@action(MATCH_PERSON)
def resolve(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(UnmatchedRow.objects.all(), pk=pk)
    person = found(Person.objects.all(), pk=request.POST.get("person", 0))
    domain.resolve(row, person, actor=actor_of(request))
    messages.success(
        request, _now("%(count)d rows now belong to %(person)s.") % {"count": row.rows, "person": person.name}
    )
    return redirect("console:duty-unmatched")
