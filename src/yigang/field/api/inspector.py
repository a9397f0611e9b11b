"""Visits on an inspector's telephone, signed in by the staff account: the own group's of the week, begun and written once.

A planned visit is told to members of its group alone, in its week. What they may not see the database does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import ValidationError

from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, token_of
from yigang.foundation import regions, rls
from yigang.foundation.errors import Refusal
from yigang.foundation.geo import Position, position
from yigang.foundation.models import User
from yigang.oversight import domain, queries
from yigang.oversight.domain import Arriving, Met, Sheet
from yigang.oversight.enums import Check, Presence
from yigang.oversight.models import Inspection
from yigang.tenure.models import Appointment

router = Router(tags=["inspector"])
LARGEST_PHOTO = 8 * 2**20
Moment = Annotated[int, Field(gt=0, lt=4_102_444_800_000)]
Words = Annotated[str, Field(max_length=1_000)]


class InspectorSent(Schema):
    """The staff account, as in the console."""

    username: Annotated[str, Field(min_length=1, max_length=60)]
    password: Annotated[str, Field(min_length=1, max_length=128)]
    device: Annotated[str, Field(max_length=80)] = ""


class InspectorIn(Answer):
    """A token, told this once, good for a week."""

    token: str
    id: int
    name: str


class HolderTold(Schema):
    """Somebody who holds a post in the village today."""

    appointment: int
    name: str
    post: str


class VisitTold(Schema):
    """A visit that waits: to begin (`planned`), or for its sheet (`begun`)."""

    id: int
    state: str
    village: str
    kind: str
    kind_name: str
    programme: str
    week: date
    last_day: date
    holders: list[HolderTold]


class Visits(Answer):
    """The own group's visits of this week, and begun ones without a sheet."""

    visits: list[VisitTold]


class MetSent(Schema):
    """One post holder, with the six checks."""

    appointment: int
    presence: Presence
    log: Check = Check.NOT_CHECKED
    knowledge: Check = Check.NOT_CHECKED
    publicity: Check = Check.NOT_CHECKED
    account: Check = Check.NOT_CHECKED
    villagers: Check = Check.NOT_CHECKED
    score: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    note: Annotated[str, Field(max_length=200)] = ""


class PlaceSent(Schema):
    """WGS-84 degrees, and how exact they are in metres."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    acc: Annotated[float, Field(ge=0, le=100_000)]


class ArrivalSent(Schema):
    """That a visit begins, as it was written, under the id that it got there; milliseconds UTC. `note`: why no place."""

    id: UUID
    made_ms: Moment
    place: PlaceSent | None = None
    note: Annotated[str, Field(max_length=200)] = ""


class ArrivalKept(Answer):
    """The beginning is stored; a second sending gets the same answer. `joined`: `begun_by` was first ("" when nobody said)."""

    id: UUID
    joined: bool
    begun_by: str
    begun_ms: int | None


class SheetSent(Schema):
    """A sheet as it was written, under the id that it got there; milliseconds UTC."""

    id: UUID
    made_ms: Moment
    met: Annotated[list[MetSent], Field(max_length=300)]
    remarks: Words = ""
    place: PlaceSent | None = None


class SheetKept(Answer):
    """The sheet is stored; a second sending gets the same answer."""

    id: UUID


@router.post("inspector/sign-in", response={200: InspectorIn, 401: Trouble, 422: Trouble}, auth=None)
def sign_in(request: HttpRequest, sent: InspectorSent) -> InspectorIn:
    """A token for visits of the own groups."""
    user, token = domain.sign_in_to_sheets(sent.username, sent.password, sent.device, request=request)
    return InspectorIn(token=token, id=user.pk, name=user.name)


@contextmanager
def _inspector(request: HttpRequest) -> Iterator[User]:
    """Whose telephone asks, in that account's scope, in one transaction."""
    with transaction.atomic():
        user, _phone = domain.inspector_of(token_of(request))
        with rls.scope(user):
            yield user


@router.post("inspector/sign-out", response={200: Answer, 401: Trouble}, auth=Token())
def sign_out(request: HttpRequest) -> Answer:
    """The token ends."""
    with _inspector(request) as user:
        domain.end_sheet_phones(user, token=token_of(request), actor=user)
    return Answer()


@router.get("inspector/visits", response={200: Visits, 401: Trouble}, auth=Token())
def visits(request: HttpRequest) -> Visits:
    """The own groups' visits of this week and begun ones that have no sheet yet, with who holds a post there today."""
    with _inspector(request) as user:
        rows = queries.on_the_phone(user, timezone.localdate()).order_by("plan__week", "number")
        return Visits(visits=[_told(row) for row in rows])


def _told(row: Inspection) -> VisitTold:
    held = queries.holders(row, timezone.localdate())
    return VisitTold(
        id=row.pk, state=row.state, village=regions.name_of(row.region_code), kind=row.kind, kind_name=row.get_kind_display(),
        programme=row.plan.programme.name, week=row.plan.week, last_day=queries.last_day(row.plan.week),
        holders=[
            HolderTold(appointment=one.pk, name=one.person.name, post=f"{one.post.kind} {one.post.number}")
            for one in held
        ],
    )  # fmt: skip


@router.post(
    "inspector/visits/{int:key}/begin",
    response={200: ArrivalKept, 400: Trouble, 401: Trouble, 404: Trouble, 422: Trouble},
    auth=Token(),
)
def begin(request: HttpRequest, key: int, sent: ArrivalSent) -> ArrivalKept:
    """The visit begins, or whoever is later than another of the group joins; taken once however often it comes."""
    with _inspector(request) as user:
        row = _own(user, Inspection.objects.filter(pk=key))
        arriving = Arriving(sent.id, _moment(sent.made_ms), *_place(sent.place), sent.note)
        kept = domain.arrive(row, arriving, actor=user)
        first = row.arrivals.select_related("made_by").filter(joined=False).first()
    told = (first.made_by.name, round(first.made_at.timestamp() * 1000)) if first else ("", None)
    return ArrivalKept(id=kept.pk, joined=kept.joined, begun_by=told[0], begun_ms=told[1])


def _own(user: User, rows: QuerySet[Inspection]) -> Inspection:
    """A visit of the user's own group; those of others are not there."""
    row = rows.filter(group__members__contains=[user.pk]).first()
    if row is None:
        raise Http404
    return row


@router.post(
    "inspector/visits/{int:key}/sheet",
    response={200: SheetKept, 400: Trouble, 401: Trouble, 404: Trouble, 422: Trouble},
    auth=Token(),
)
def hand_in(
    request: HttpRequest, key: int, sheet: Annotated[str, Form(max_length=200_000)],
    photos: Annotated[list[UploadedFile], File()] = [],  # noqa: B006 - Ninja reads the default, nobody changes it
) -> SheetKept:  # fmt: skip
    """The sheet with its photos, taken once however often it comes."""
    given = _read(sheet)
    with _inspector(request) as user:
        row = _own(user, Inspection.objects.filter(pk=key, open_at__isnull=False))
        kept = domain.hand_in_sheet(row, _sheet(given), photos=[_photo(one) for one in photos], actor=user)
    return SheetKept(id=kept.pk)


def _read(text: str) -> SheetSent:
    try:
        return SheetSent.model_validate_json(text)
    except ValidationError as error:
        places = [".".join(map(str, one["loc"])) for one in error.errors()]
        told = {"places": ", ".join(places[:5])}
        raise Refusal(_("The request is not in the agreed form: %(places)s."), told, code="malformed") from error


def _photo(file: UploadedFile) -> tuple[str, bytes]:
    if (file.size or 0) > LARGEST_PHOTO:
        told = {"most": LARGEST_PHOTO // 2**20}
        raise Refusal(_("A photo of a sheet has at most %(most)d MB."), told, code="too_large", field="photos")
    return file.name or "photo.jpg", file.read()


def _sheet(given: SheetSent) -> Sheet:
    held = Appointment.objects.select_related("person").in_bulk([one.appointment for one in given.met])
    if missing := [one.appointment for one in given.met if one.appointment not in held]:
        raise Refusal(
            _("The sheet names a post that is not held here: %(keys)s."), {"keys": missing[0]}, code="not_in_post"
        )
    met = [Met(**one.dict() | {"appointment": held[one.appointment]}) for one in given.met]
    return Sheet(given.id, _moment(given.made_ms), met, given.remarks, *_place(given.place))


def _moment(made_ms: int) -> datetime:
    return datetime.fromtimestamp(made_ms / 1000, UTC)


def _place(sent: PlaceSent | None) -> tuple[Position | None, int | None]:
    """The position and how exact it is in metres. `Refusal` for one outside China."""
    return (position(f"{sent.lon:.6f}", f"{sent.lat:.6f}"), round(sent.acc)) if sent else (None, None)
