"""What waits: reviews whose days are over, papers that a second person counts, appeals to decide and to carry on."""

from collections.abc import Iterator

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.appraisal.access import DECIDE_APPEAL, KEEP_PAPERS, RUN_REVIEW
from yigang.appraisal.enums import AppealState
from yigang.appraisal.models import Appeal, Review, ReviewPapers
from yigang.console import regions
from yigang.console.today import Due, due
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.payment.access import ADJUST


@due("reviews")
def to_count(user: User, prefix: str) -> Iterator[Due]:
    """Reviews that take no more ballots and are not closed."""
    if not may(user, RUN_REVIEW):
        return
    rows = Review.objects.filter(regions.inside(prefix), closed_at=None, closes__lt=timezone.localdate())
    if count := rows.count():
        first = rows.aggregate(first=Min("closes"))["first"]
        yield Due(_("Close and count villagers' reviews"), f"{reverse('console:reviews')}?open=yes", first, count)


@due("reviews")
def second_count(user: User, prefix: str) -> Iterator[Due]:
    """Papers that somebody else counted."""
    if not may(user, KEEP_PAPERS):
        return
    rows = ReviewPapers.objects.filter(regions.inside(prefix), confirmed_by=None, review__closed_at=None)
    for one in rows.exclude(counted_by=user).select_related("review")[:3]:
        yield Due(
            _("Count papers a second time: %(review)s") % {"review": one.review},
            reverse("console:review-confirm", args=[one.review_id]), one.review.closes,
        )  # fmt: skip


@due("reviews")
def open_appeals(user: User, prefix: str) -> Iterator[Due]:
    """Appeals about what others made, by the day until which they are decided; upheld ones whose money has not followed."""
    rows, address = Appeal.objects.filter(regions.inside(prefix)), reverse("console:reviews-appeals")
    if may(user, DECIDE_APPEAL):
        waiting = rows.filter(state=AppealState.OPEN).exclude(authors__contains=[user.pk]).exclude(filed_by=user)
        if count := waiting.count():
            first = waiting.aggregate(first=Min("due_on"))["first"]
            yield Due(_("Decide about appeals"), f"{address}?state=open&sort=due", first, count)
    if may(user, ADJUST) and (count := rows.filter(state=AppealState.UPHELD, carried_at=None).count()):
        yield Due(_("Carry on upheld appeals"), f"{address}?carry=yes", count=count)
