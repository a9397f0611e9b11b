"""The reserve pool: everybody who was asked, where each stands and why; renewing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import action, actor_of, found, page
from yigang.console.recruitment.rounds import tag
from yigang.console.regions import Reader
from yigang.foundation import regioncode
from yigang.foundation.access import may, require
from yigang.foundation.errors import Refusal
from yigang.people import queries as people
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.recruitment.access import KEEP_POOL, READ_POOL
from yigang.recruitment.enums import PoolState
from yigang.recruitment.models import PoolMember, PoolRun
from yigang.recruitment.pool.renew import keeps_pool
from yigang.recruitment.tasks import renew_pool

TAGS = {"in": "hired", "out": "out", "undetermined": "running"}
"""How a standing is coloured, by the state of an application that looks alike."""


def search_members(rows: Any, words: str) -> Any:
    return rows.filter(person__in=people.search(Person.objects.all(), words))


def programmes_known(reader: Reader) -> list[tuple[int, str]]:
    return reader.once(programmes_named)


def programmes_named() -> list[tuple[int, str]]:
    return list(Programme.objects.order_by("name").values_list("pk", "name"))


POOL = List(
    name="pool",
    title=_lazy("Reserve pool"),
    unit=_lazy("people"),
    rows=lambda _reader: PoolMember.objects.select_related("person", "programme"),
    columns=(
        Column("name", _lazy("Name"), lambda one: one.person.name, sort=("person__pinyin",), always=True),
        Column("place", _lazy("Village"), lambda one: one.place, sort=("region_code",)),
        Column("programme", _lazy("Programme"), lambda one: one.programme.name, shown=False),
        Column(
            "state", _lazy("State"), lambda one: one.get_state_display(), sort=("state",),
            show=lambda one: tag(TAGS[one.state], one.get_state_display()),
        ),
        Column("since", _lazy("Since"), lambda one: one.since, sort=("since",), kind="date"),
        Column("why", _lazy("Why"), lambda one: one.why or one.score_why, wrap=True),
        Column("missing", _lazy("Missing facts"), lambda one: "、".join(one.missing), shown=False),
        Column("score", _lazy("Points"), lambda one: one.score, sort=("-score",), kind="decimal"),
    ),
    order=("state", "-score"),
    filters=(
        ChoiceFilter("programme", _lazy("Programme"), "programme_id", programmes_known),
        ChoiceFilter("state", _lazy("State"), "state", PoolState.choices),
        BelowFilter(),
    ),
    search=search_members,
    search_hint=_lazy("Name, pinyin initials or identity number"),
    prepare=regions.name_places,
    link=lambda one: reverse("console:pool-member", args=[one.pk]),
    empty=Empty(_lazy("Nobody has been asked yet: renew the pool, and everybody on file is judged by its rule.")),
)  # fmt: skip


@page(READ_POOL)
def pool(request: HttpRequest) -> HttpResponseBase:
    last = PoolRun.objects.select_related("programme", "by").order_by("-pk")[:3]
    context = {
        "tab": "pool", "runs": last, "may_renew": may(actor_of(request), KEEP_POOL),
        "programmes": [one for one in Programme.objects.order_by("name") if keeps_pool(one)],
    }  # fmt: skip
    return show(request, POOL, template="console/recruitment/pool.html", context=context)


@page(READ_POOL)
def member(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One person's standing, and how it has changed."""
    one = found(PoolMember.objects.select_related("person", "programme", "run"), pk=pk)
    regions.name_places([one])
    entries = one.person.pool_entries.filter(programme=one.programme).select_related("run__by").order_by("-pk")
    view = {"tab": "pool", "one": one, "entries": entries, "state_tag": tag(TAGS[one.state], one.get_state_display())}
    return render(request, "console/recruitment/pool_member.html", view)


@action(KEEP_POOL)
def renew(request: HttpRequest) -> HttpResponseBase:
    """Ask everybody of the region looked at, in the background."""
    asked, actor = request.POST.get("programme", ""), actor_of(request)
    programme = found(Programme.objects.all(), pk=int(asked)) if asked.isdigit() else None
    if programme is None:
        raise Refusal(_("Choose a programme whose policy keeps a pool."), code="no_pool")
    prefix = regions.viewing(request)
    region = regioncode.pad(prefix) if prefix.startswith(regioncode.prefix_of(programme.region_code)) else ""
    require(actor, KEEP_POOL, region or programme.region_code)
    run = renew_pool.start(
        title=_("Reserve pool of %(programme)s") % {"programme": programme.name},
        region_code=region or programme.region_code, actor=actor, programme_id=programme.pk, part=region,
    )  # fmt: skip
    messages.info(request, _("The pool is being renewed."))
    return redirect("console:job", run.pk)
