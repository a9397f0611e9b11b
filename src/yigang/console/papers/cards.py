"""The profile card of one person, and of everybody chosen in a list as one PDF."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigang.console import regions
from yigang.console.lists import chosen_state
from yigang.console.pages import action, actor_of, found, page
from yigang.console.papers.answer import pdf
from yigang.console.people.roster import PEOPLE
from yigang.console.posts.posts import POSTS
from yigang.foundation import regioncode
from yigang.foundation.access import REVEAL
from yigang.people.models import Person
from yigang.tenure import tasks
from yigang.tenure.access import READ_TENURE
from yigang.tenure.models import Appointment
from yigang.tenure.papers.cards import MOST_CARDS, print_cards


@page(READ_TENURE)
def card(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The card with masked numbers."""
    return _card(request, pk, clear=False)


@require_POST
@page(REVEAL)
def clear_card(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The card with whole numbers; noted in the audit trail first."""
    return _card(request, pk, clear=True)


def _card(request: HttpRequest, pk: int, *, clear: bool) -> HttpResponseBase:
    person = found(Person.objects.all(), pk=pk)
    paper = print_cards([pk], address_pattern(request).format, clear=clear, actor=actor_of(request))
    return pdf(paper, f"建档卡-{person.name}")


def address_pattern(request: HttpRequest) -> str:
    """The address of a person's page with `{}` for the key."""
    return request.build_absolute_uri(reverse("console:person", args=[0])).replace("/0/", "/{}/")


@action(READ_TENURE)
def chosen_cards(request: HttpRequest) -> HttpResponseBase:
    """The cards of the chosen people, made in the background."""
    return _start(request, chosen_state(request, PEOPLE).ordered.values_list("pk", flat=True))


@action(READ_TENURE)
def cards_of_posts(request: HttpRequest) -> HttpResponseBase:
    """The cards of who holds the chosen posts today."""
    day = timezone.localdate()
    posts = chosen_state(request, POSTS).ordered.order_by().values("pk")
    held = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day, post__in=posts)
    return _start(request, held.values_list("person", flat=True))


def _start(request: HttpRequest, people: Iterable[int]) -> HttpResponseBase:
    keys = list(dict.fromkeys(people))
    if not keys or len(keys) > MOST_CARDS:
        words = (
            _("At most %(most)d cards are made at once; %(count)d were chosen.") if keys else _("Nobody was chosen.")
        )
        messages.error(request, words % {"most": MOST_CARDS, "count": len(keys)})
        return redirect("console:people")
    actor = actor_of(request)
    prefix = regions.viewing(request) or actor.prefixes[0]
    run = tasks.print_cards.start(
        title=_("Profile cards of %(count)d people") % {"count": len(keys)}, region_code=regioncode.pad(prefix),
        actor=actor, keys=keys, address=address_pattern(request), name=f"建档卡-{timezone.localdate()}.pdf",
    )  # fmt: skip
    return redirect("console:job", run.pk)
