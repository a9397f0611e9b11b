"""What waits about honours: votes of officers who are named, and votes in which everybody has spoken."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.appraisal.access import GIVE_HONOURS, VOTE_HONOURS
from yigang.appraisal.models import HonourPoll, HonourVote
from yigang.console import regions
from yigang.console.today import Due, due
from yigang.foundation.access import may
from yigang.foundation.models import User

SHOWN = 3


@due("points")
def own_votes(user: User, prefix: str) -> Iterator[Due]:  # noqa: ARG001 - a vote is a person's, wherever he looks
    """Votes for which this officer is named and has not voted."""
    if not may(user, VOTE_HONOURS):
        return
    waiting = HonourVote.objects.filter(voter=user, voted_at=None, poll__closed_at=None).select_related("poll")
    for vote in waiting[:SHOWN]:
        yield Due(_("Vote: %(name)s") % {"name": vote.poll}, reverse("console:points-poll", args=[vote.poll_id]))


@due("points")
def votes_to_close(user: User, prefix: str) -> Iterator[Due]:
    """Votes in which everybody named has voted."""
    if not may(user, GIVE_HONOURS):
        return
    still = HonourVote.objects.filter(poll=OuterRef("pk"), voted_at=None)
    for poll in HonourPoll.objects.filter(regions.inside(prefix), ~Exists(still), closed_at=None)[:SHOWN]:
        if may(user, GIVE_HONOURS, poll.region_code):
            yield Due(_("Count the vote: %(name)s") % {"name": poll}, reverse("console:points-poll", args=[poll.pk]))
