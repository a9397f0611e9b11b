"""What waits of requests for posts."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.today import Due, due
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.posts.access import APPROVE_REQUESTS, CHECK_REQUESTS
from yigang.posts.enums import RequestState
from yigang.posts.models import PostRequest


@due("posts")
def requests_waiting(user: User, prefix: str) -> Iterator[Due]:
    for what, state, title in (
        (CHECK_REQUESTS, RequestState.SUBMITTED, _("Check requests for posts")),
        (APPROVE_REQUESTS, RequestState.CHECKED, _("Decide requests for posts")),
    ):
        if not may(user, what):
            continue
        count = PostRequest.objects.filter(regions.inside(prefix), state=state).exclude(written_by=user).count()
        if count:
            yield Due(title, f"{reverse('console:post-requests')}?state={state}", count=count)
