"""What waits in tenure: vacancies whose clock runs, removals to confirm, people due to leave, notices and cover running out."""

from collections.abc import Iterator

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.recruitment.filling import proposed
from yigang.console.today import Due, due
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.recruitment.access import PROPOSE_REPLACEMENT
from yigang.recruitment.pool.candidates import with_candidates
from yigang.tenure import dues
from yigang.tenure.access import CONFIRM_EXIT, EMPLOY, PROVIDE, RELEASE


@due("tenure")
def vacancies(user: User, prefix: str) -> Iterator[Due]:
    if not may(user, RELEASE):
        return
    inside = regions.inside(prefix)
    address = reverse("console:tenure-vacancies")
    untold, empty = dues.unreported().filter(inside), dues.open_vacancies().filter(inside, ~proposed())
    if may(user, PROPOSE_REPLACEMENT):  # each of the others stands on the first page with the way to its candidates
        empty = empty.exclude(pk__in=with_candidates(empty).values("pk"))
    if count := untold.count():
        first = untold.aggregate(first=Min("report_by"))["first"]
        yield Due(_("Report vacancies"), f"{address}?open=yes&sort=report_by", due_on=first, count=count)
    if count := empty.count():
        first = empty.aggregate(first=Min("fill_by"))["first"]
        yield Due(_("Fill vacancies"), f"{address}?open=yes&sort=fill_by", due_on=first, count=count)


@due("tenure")
def exits(user: User, prefix: str) -> Iterator[Due]:
    inside, day = regions.inside(prefix), timezone.localdate()
    if may(user, CONFIRM_EXIT) and (count := dues.proposed_exits().filter(inside).exclude(proposed_by=user).count()):
        yield Due(_("Confirm or reject removals"), f"{reverse('console:tenure-exits')}?state=proposed", count=count)
    if may(user, RELEASE):
        if count := dues.due_to_leave(day).filter(inside).count():
            yield Due(_("Decide about people due to leave"), reverse("console:tenure-due"), count=count)
        if count := dues.undelivered(day).filter(inside).count():
            yield Due(_("Deliver notices of exits"), f"{reverse('console:tenure-exits')}?state=done", count=count)


@due("tenure")
def running_out(user: User, prefix: str) -> Iterator[Due]:
    inside, day = regions.inside(prefix), timezone.localdate()
    if may(user, EMPLOY):
        ending = dues.ending_soon(day).filter(inside)
        if count := ending.count():
            first = ending.aggregate(first=Min("ends"))["first"]
            address = f"{reverse('console:tenure')}?ending=yes&sort=ends"
            yield Due(_("Renew terms or let them end"), address, due_on=first, count=count)
    if may(user, PROVIDE):
        cover = dues.expiring(day).filter(inside)
        if count := cover.count():
            first = cover.aggregate(first=Min("valid_until"))["first"]
            address = f"{reverse('console:tenure-provisions')}?expiring=yes&sort=until"
            yield Due(_("Renew insurance, gear and checks"), address, due_on=first, count=count)
