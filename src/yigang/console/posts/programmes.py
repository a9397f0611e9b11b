"""Programmes: the list, and one with its policy in words and what it may collect, on what basis."""

from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.queries import version_on
from yigang.console import regions
from yigang.console.lists import ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import actor_of, found, page, sentence
from yigang.console.policies import language, title_of
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.policy.capabilities import capabilities_of
from yigang.policy.describe import describe
from yigang.posts.access import BUILD_PROGRAMMES, READ_POSTS
from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from
from yigang.tenure.models import Appointment

PROGRAMMES = List(
    name="programmes",
    title=_("Programmes"),
    unit=_("programmes"),
    rows=lambda _reader: Programme.objects.all(),
    region_field="",
    columns=(
        Column("name", _("Name of the programme"), lambda programme: programme.name, sort=("name",), always=True),
        Column("kind", _("Kind"), lambda programme: programme.get_kind_display()),
        Column("place", _("Region"), lambda programme: programme.place),
        Column("policy", _("Policy"), lambda programme: title_of(programme.policy_code), wrap=True),
        Column("starts", _("Starts"), lambda programme: programme.starts, sort=("starts",), kind="date"),
        Column("ends", _("Ends"), lambda programme: programme.ends, kind="date"),
    ),
    order=("code",),
    filters=(ChoiceFilter("kind", _("Kind"), "kind", ProgrammeKind.choices),),
    link=lambda programme: reverse("console:programme", args=[programme.pk]),
    prepare=regions.name_places,
    empty=Empty(_("There are no programmes yet."), _("Set up a programme"), "console:programme-add", BUILD_PROGRAMMES),
)


@page(READ_POSTS)
def programmes(request: HttpRequest) -> HttpResponseBase:
    may_add = may(actor_of(request), BUILD_PROGRAMMES)
    return show(request, PROGRAMMES, template="console/posts/programmes.html", context={"may_add": may_add})


@page(READ_POSTS)
def programme(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Programme.objects.all(), pk=pk)
    regions.name_places([row])
    day = timezone.localdate()
    posts = row.posts.filter(regions.inside(regions.viewing(request))).order_by()
    held = Appointment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=day),
        regions.inside(regions.viewing(request)),
        programme=row,
        starts__lte=day,
    )
    context = {
        "programme": row,
        "posts": posts.count(),
        "places": posts.aggregate(places=Sum("head_count"))["places"] or 0,
        "holders": held.count(),
        **policy_in_words(row),
    }
    return render(request, "console/posts/programme.html", context)


def policy_in_words(row: Programme) -> dict[str, Any]:
    """The text in force with what it may collect, or the sentence why there is none."""
    month = max(row.starts, timezone.localdate()).replace(day=1)
    try:
        policy = policy_from(policy_file(row.policy_code))
        version = version_on(policy, month)
    except Refusal as refusal:
        return {"version": None, "why": sentence(refusal), "capabilities": []}
    used = [(each.kind.name.to(language()), each.basis) for each in capabilities_of(version.text).values()]
    return {"version": version, "words": describe(policy, version), "capabilities": used}
