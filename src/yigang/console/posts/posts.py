"""Posts: the list, one post with its holders, and how the search over everything finds them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.account.home import Hit, finder
from yigang.console.lists import BelowFilter, BulkAction, ChoiceFilter, Column, Empty, FlagFilter, List, Total, show
from yigang.console.pages import actor_of, found, page
from yigang.console.regions import Reader
from yigang.foundation.access import may
from yigang.posts.access import BUILD_POSTS, READ_POSTS
from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Post, Programme
from yigang.tenure.access import EMPLOY, READ_TENURE, RELEASE
from yigang.tenure.models import Appointment

HITS = 5


def rows(_reader: Reader) -> Any:
    """Posts with the number of their holders today, counted by post, so that a page counts only its own."""
    day = timezone.localdate()
    held = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), post=OuterRef("pk"), starts__lte=day)
    count = held.order_by().values("post").annotate(count=Count("pk")).values("count")
    return Post.objects.select_related("programme").annotate(holders=Coalesce(Subquery(count), 0))


def search(posts: Any, words: str) -> Any:
    return posts.filter(Q(number__istartswith=words) | Q(kind__contains=words))


def programmes(_reader: Reader) -> list[tuple[int, str]]:
    return list(Programme.objects.order_by("name").values_list("pk", "name"))


POSTS = List(
    name="posts",
    title=_("Posts"),
    unit=_("posts"),
    rows=rows,
    columns=(
        Column("number", _("Number"), lambda post: post.number, sort=("number",), always=True),
        Column("kind", _("Post kind"), lambda post: post.kind, sort=("kind",)),
        Column("programme", _("Programme"), lambda post: post.programme.name),
        Column("place", _("Village"), lambda post: post.place, sort=("region_code",)),
        Column("duties", _("Duties"), lambda post: "、".join(post.duties), shown=False),
        Column("head_count", _("Places"), lambda post: post.head_count, sort=("head_count",), kind="integer"),
        Column("holders", _("Holders"), lambda post: post.holders, kind="integer"),
        Column("free", _("Free"), lambda post: post.head_count - post.holders, kind="integer"),
    ),
    order=("programme_id", "number"),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        ChoiceFilter("kind", _("Kind of programme"), "programme__kind", ProgrammeKind.choices),
        FlagFilter("free", _("Has a free place"), lambda: Q(holders__lt=F("head_count"))),
    ),
    search=search,
    search_hint=_("Post number or kind"),
    totals=(Total(_("Places"), Sum("head_count")),),
    link=lambda post: reverse("console:post", args=[post.pk]),
    prepare=regions.name_places,
    actions=(
        BulkAction(_("Profile cards of the holders"), "console:paper-cards-posts", READ_TENURE, "id"),
        BulkAction(_("Agreements of the holders"), "console:paper-agreements-posts", EMPLOY, "file-text"),
    ),
    empty=Empty(
        _("There are no posts yet. A roster brings them, or add one."), _("Add a post"), "console:post-add", BUILD_POSTS
    ),
)


@page(READ_POSTS)
def posts(request: HttpRequest) -> HttpResponseBase:
    may_add = may(actor_of(request), BUILD_POSTS)
    return show(request, POSTS, template="console/posts/posts.html", context={"may_add": may_add})


@page(READ_POSTS)
def post(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Post.objects.select_related("programme"), pk=pk)
    regions.name_places([row])
    appointments = list(row.appointments.select_related("person").order_by("-starts"))
    day = timezone.localdate()
    held = [one for one in appointments if one.starts <= day and (one.ends is None or one.ends >= day)]
    actor = actor_of(request)
    context = {
        "post": row,
        "held": held,
        "earlier": [one for one in appointments if one not in held],
        "free": row.head_count - len(held),
        "build": may(actor, BUILD_POSTS, row.region_code),
        "employ": may(actor, EMPLOY, row.region_code),
        "release": may(actor, RELEASE, row.region_code),
    }
    return render(request, "console/posts/post.html", context)


@finder
def find_posts(reader: Reader, words: str) -> Iterable[Hit]:
    if not may(reader.user, READ_POSTS):
        return
    inside = Post.objects.filter(regions.inside(reader.prefix), number__istartswith=words).select_related("programme")
    for row in inside.order_by("number")[:HITS]:
        yield Hit(_now("Post"), f"{row.number} {row.kind}", row.programme.name, reverse("console:post", args=[row.pk]))
