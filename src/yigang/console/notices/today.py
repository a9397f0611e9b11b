"""What waits about notices: objections with their days, terms that are over, drafts that another person publishes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.account.home import Hit, finder
from yigang.console.regions import Reader
from yigang.console.today import Due, due
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.notices.access import (
    ANSWER_OBJECTIONS,
    ASSIGN_OBJECTIONS,
    PUBLISH_NOTICES,
    READ_NOTICES,
    RECHECK_OBJECTIONS,
)
from yigang.notices.enums import NoticeState, ObjectionKind, ObjectionState
from yigang.notices.models import Notice, Objection

HITS = 10


@due("notices")
def objections(user: User, prefix: str) -> Iterator[Due]:
    """Objections and complaints at the step that this person takes, with the first day that is due."""
    here = Objection.objects.filter(regions.inside(prefix)).order_by()
    objection = Q(kind=ObjectionKind.OBJECTION)
    received, rechecked = Q(state=ObjectionState.RECEIVED), Q(state=ObjectionState.RECHECKED)
    waiting = (
        (ASSIGN_OBJECTIONS, _("Name who checks an objection"), here.filter(received), "received"),
        (RECHECK_OBJECTIONS, _("Check an objection that was given to you"),
         here.filter(state=ObjectionState.ASSIGNED, assignee=user), "assigned"),
        (ANSWER_OBJECTIONS, _("Answer objections and complaints"), here.filter(rechecked | received & ~objection),
         "rechecked"),
    )  # fmt: skip
    for capability, title, rows, state in waiting:
        if may(user, capability):
            yield from _one(title, rows, f"{reverse('console:objections')}?state={state}")


def _one(title: str, rows: Any, url: str) -> Iterator[Due]:
    """One entry for all of them; the page itself when there is one only."""
    found: list[tuple[int, date]] = list(rows.values_list("pk", "due_on").order_by("due_on")[:2])
    if len(found) == 1:
        yield Due(title, reverse("console:objection", args=[found[0][0]]), found[0][1])
    elif found:
        yield Due(title, url, found[0][1], rows.count())


@due("notices")
def notices(user: User, prefix: str) -> Iterator[Due]:
    """Terms that are over, and drafts."""
    if not may(user, PUBLISH_NOTICES):
        return
    here = Notice.objects.filter(regions.inside(prefix)).order_by()
    over = here.filter(state=NoticeState.PUBLISHED, closes__lt=timezone.localdate())
    if count := over.count():
        first = over.aggregate(first=Min("closes"))["first"]
        yield Due(_("Close notices whose term is over"), f"{reverse('console:notices')}?state=published", first, count)
    if count := here.filter(state=NoticeState.DRAFT).count():
        yield Due(_("Publish notices that are drafts"), f"{reverse('console:notices')}?state=draft", count=count)


@finder
def notices_by_words(reader: Reader, words: str) -> Iterator[Hit]:
    if not may(reader.user, READ_NOTICES):
        return
    rows = Notice.objects.filter(Q(title__icontains=words) | Q(number__icontains=words)).order_by("-pk")
    for one in rows[:HITS]:
        text = f"{one.number} · {one.issuer} · {one.get_state_display()}"
        yield Hit(_("Notice"), one.title, text, reverse("console:notice", args=[one.pk]))
