"""Verbs of requests for posts: written, submitted, checked by the town, approved or refused by the county.

Three people act: whoever wrote it does not check it, and neither of the two approves it. Approving makes the posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, money, regioncode
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.geo import position
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.posts.access import APPROVE_REQUESTS, CHECK_REQUESTS, REQUEST_POSTS
from yigang.posts.costs import yearly_cost
from yigang.posts.enums import Asker, RequestState
from yigang.posts.models import Post, PostKind, PostRequest, Programme, Quota, RequestStep, ServiceStation
from yigang.posts.queries import used

REQUEST_FIELDS = (
    "region_code", "asker", "asker_name", "category_id", "duties", "place", "longitude", "latitude", "head_count",
    "minutes_per_day", "months", "abilities", "reason", "year", "state",
)  # fmt: skip
LONGEST_DAY = 12 * 60
MOST_PLACES = 999
REQUIRED = ("asker_name", "place", "reason")


@dataclass(frozen=True)
class RequestRecord:
    """What is asked for. `months` are those in which the work is done, 1 to 12; degrees are WGS-84."""

    region_code: str
    asker: Asker
    asker_name: str
    category: PostKind
    duties: Sequence[str]
    place: str
    head_count: int
    minutes_per_day: int
    reason: str
    year: int
    months: Sequence[int] = tuple(range(1, 13))
    abilities: Sequence[str] = ()
    longitude: object = None
    latitude: object = None
    station: ServiceStation | None = None


@transaction.atomic
def save_request(
    programme: Programme, record: RequestRecord, *, request: PostRequest | None = None, actor: User
) -> PostRequest:  # fmt: skip
    """Write a request down, or rewrite one that is still a draft."""
    require(actor, REQUEST_POSTS, record.region_code)
    _refuse_incomplete(programme, record)
    before = None
    if request is not None:
        require(actor, REQUEST_POSTS, request.region_code)
        request = _locked(request, RequestState.DRAFT)
        before = audit.snapshot(request, REQUEST_FIELDS)
    row = request or PostRequest(written_by=actor)
    row.programme, row.written_by = programme, actor
    for name in RequestRecord.__dataclass_fields__:
        setattr(row, name, getattr(record, name))
    row.longitude, row.latitude = position(record.longitude, record.latitude) or (None, None)
    row.duties, row.abilities = list(record.duties), list(record.abilities)
    row.months = sorted(set(record.months))
    row.save()
    if before is None:
        _step(row, RequestState.DRAFT, actor)
    after = audit.snapshot(row, REQUEST_FIELDS)
    audit.record("posts.save_request", row, actor=actor, before=before, after=after)
    return row


def _refuse_incomplete(programme: Programme, record: RequestRecord) -> None:
    for field in REQUIRED:
        if not str(getattr(record, field)).strip():
            raise Refusal(_("This must be filled in."), code=f"{field}_missing", field=field)
    if not record.duties:
        raise Refusal(_("Name at least one duty."), code="duties_missing", field="duties")
    if not 1 <= record.head_count <= MOST_PLACES:
        raise Refusal(
            _("A post has 1 to %(most)d places."), {"most": MOST_PLACES}, code="head_count", field="head_count"
        )  # fmt: skip
    if not 1 <= record.minutes_per_day <= LONGEST_DAY:
        raise Refusal(_("A working day has up to 12 hours."), code="hours", field="minutes_per_day")
    if not record.months or not set(record.months) <= set(range(1, 13)):
        raise Refusal(_("Choose the months in which the work is done."), code="months", field="months")
    if not record.region_code.startswith(regioncode.prefix_of(programme.region_code)):
        raise Refusal(_("The region lies outside the programme."), code="outside", field="region_code")


@transaction.atomic
def submit_request(request: PostRequest, *, actor: User) -> PostRequest:
    """Hand a draft to the town."""
    require(actor, REQUEST_POSTS, request.region_code)
    row = _locked(request, RequestState.DRAFT)
    return _move(row, RequestState.SUBMITTED, actor, "posts.submit_request")


@transaction.atomic
def check_request(request: PostRequest, *, text: str = "", actor: User) -> PostRequest:
    """The town has looked: the work is needed, the place and the figures are right."""
    require(actor, CHECK_REQUESTS, request.region_code)
    row = _locked(request, RequestState.SUBMITTED)
    _refuse_same(row, actor)
    row.checked_by = actor
    return _move(row, RequestState.CHECKED, actor, "posts.check_request", text=text)


@transaction.atomic
def send_request_back(request: PostRequest, *, reason: str, actor: User) -> PostRequest:
    """The town, or the county, returns a request to whoever wrote it, with the reason."""
    row = _locked(request, RequestState.SUBMITTED, RequestState.CHECKED)
    require(actor, CHECK_REQUESTS if row.state == RequestState.SUBMITTED else APPROVE_REQUESTS, row.region_code)
    _refuse_no_reason(reason)
    row.checked_by = None
    return _move(row, RequestState.DRAFT, actor, "posts.send_request_back", text=reason, sent_back=True)


@transaction.atomic
def refuse_request(request: PostRequest, *, reason: str, actor: User) -> PostRequest:
    """The county says no, with the reason; the request ends there."""
    require(actor, APPROVE_REQUESTS, request.region_code)
    row = _locked(request, RequestState.CHECKED)
    _refuse_no_reason(reason)
    _refuse_same(row, actor)
    row.decided_by = actor
    return _move(row, RequestState.REFUSED, actor, "posts.refuse_request", text=reason)


@transaction.atomic
def approve_request(request: PostRequest, quota: Quota, *, text: str = "", actor: User) -> list[Post]:
    """The county grants a request under a quota; the posts are made at once.

    The quota's row is locked first, so that of two approvals at once the second sees the first. Refused when places or
    money would be exceeded, and when the actor wrote or checked the request.
    """
    require(actor, APPROVE_REQUESTS, request.region_code)
    row = _locked(request, RequestState.CHECKED)
    _refuse_same(row, actor)
    quota = Quota.objects.select_for_update().get(pk=quota.pk)
    row.quota, row.decided_by = quota, actor
    row.cost_fen = yearly_cost(row.programme, row.year, row.months).fen * row.head_count
    _refuse_beyond(row, quota)
    with _quota_refusals(quota):
        row = _move(row, RequestState.APPROVED, actor, "posts.approve_request", text=text)
    return _posts_of(row, actor)


def _posts_of(row: PostRequest, actor: User) -> list[Post]:
    """One post with the request's head-count, numbered by year and request."""
    post = Post.objects.create(
        region_code=row.region_code, programme=row.programme, number=f"S{row.year}-{row.pk:04d}",
        kind=row.category.name, category=row.category, duties=row.duties, head_count=row.head_count, request=row,
        station=row.station, place=row.place, longitude=row.longitude, latitude=row.latitude,
        minutes_per_day=row.minutes_per_day, months=row.months, abilities=row.abilities,
    )  # fmt: skip
    after = {"number": post.number, "kind": post.kind, "duties": post.duties, "head_count": post.head_count}
    audit.record("posts.save_post", post, actor=actor, after=after)
    return [post]


def _refuse_beyond(row: PostRequest, quota: Quota) -> None:
    holds = row.region_code.startswith(regioncode.prefix_of(quota.region_code))
    if (quota.programme_id, quota.year) != (row.programme_id, row.year) or not holds:
        raise Refusal(_("This quota is for another programme, year or region."), code="other_quota", field="quota")
    places, fen = used(quota)
    left, left_fen = quota.head_count - places, quota.budget_fen - fen
    if row.head_count > left:
        raise _no_places(quota, left, row.head_count)
    if (row.cost_fen or 0) > left_fen:
        raise _no_money(quota, left_fen, row.cost_fen or 0)


def _no_places(quota: Quota, left: int, asked: int) -> Refusal:
    return Refusal(
        _("“%(fund)s” has %(left)d of %(all)d places left; %(asked)d are asked for."),
        {"fund": quota.fund, "left": left, "all": quota.head_count, "asked": asked}, code="quota_places", field="quota",
        remedy=_("Choose another fund, send the request back for fewer places, or raise the quota."),
    )  # fmt: skip


def _no_money(quota: Quota, left: int, asked: int) -> Refusal:
    return Refusal(
        _("“%(fund)s” has %(left)s yuan left; a year of these places costs %(asked)s yuan."),
        {"fund": quota.fund, "left": money.show(left), "asked": money.show(asked)}, code="quota_budget", field="quota",
        remedy=_("Choose another fund, send the request back for fewer places or months, or raise the quota."),
    )  # fmt: skip


@contextmanager
def _quota_refusals(quota: Quota) -> Iterator[None]:
    """What the database refuses, should a quota have been passed by another way."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if violated(error) not in ("quota_places", "quota_budget"):
            raise
        raise Refusal(
            _("“%(fund)s” does not cover this request."), {"fund": quota.fund}, code=violated(error), field="quota"
        ) from error  # fmt: skip


def _locked(request: PostRequest, *states: RequestState) -> PostRequest:
    """The row as it stands now, held until the end; refused when somebody has moved it on."""
    row = hold(PostRequest.objects.select_related("programme", "category").filter(pk=request.pk)).get()
    if row.state not in states:
        raise Refusal(
            _("The request is “%(state)s” now; somebody has acted on it."), {"state": row.get_state_display()},
            code="other_state", remedy=_("Look at it again."),
        )  # fmt: skip
    return row


def _refuse_same(row: PostRequest, actor: User) -> None:
    wrote = row.steps.filter(state=RequestState.DRAFT, sent_back=False, by=actor).exists()
    if wrote or actor.pk == row.written_by_id:
        raise Refusal(
            _("Whoever wrote a request does not decide about it."), code="author", remedy=_("Ask a colleague.")
        )
    if actor.pk == row.checked_by_id:
        raise Refusal(_("Whoever checked a request does not approve it."), code="checker", remedy=_("Ask a colleague."))


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")


def _move(
    row: PostRequest, state: RequestState, actor: User, verb: str, *, text: str = "", sent_back: bool = False
) -> PostRequest:  # fmt: skip
    before = {"state": row.state}
    row.state = state
    row.save()
    _step(row, state, actor, text=text, sent_back=sent_back)
    audit.record(verb, row, actor=actor, before=before, after={"state": state, "reason": text.strip()})
    return row


def _step(row: PostRequest, state: RequestState, actor: User, *, text: str = "", sent_back: bool = False) -> None:
    RequestStep.objects.create(
        region_code=row.region_code, request=row, state=state, by=actor, text=text.strip()[:500], sent_back=sent_back
    )
