"""What waits: questions about evidence that nobody has answered."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.today import Due, due
from yigang.duty.access import ANSWER_FLAGS
from yigang.duty.enums import FlagState
from yigang.duty.models import Flag
from yigang.foundation.access import may
from yigang.foundation.models import User


@due("flags")
def open_flags(user: User, prefix: str) -> Iterator[Due]:
    if not may(user, ANSWER_FLAGS):
        return
    waiting = Flag.objects.filter(regions.inside(prefix), state=FlagState.OPEN).exclude(authors__contains=[user.pk])
    if count := waiting.count():
        yield Due(_("Answer questions about evidence"), f"{reverse('console:flags')}?state=open", count=count)
