"""Phones whose evidence of the open month raises a question: at least one for each rule that tables of attendance cannot carry.

They are people of towns that have handed nothing on yet, with nothing else planted on them, who came every day anyhow, so that
no figure of their month changes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from PIL import Image

from yigang.demo import patrols, photos
from yigang.demo.cases import HANDED_ON, LEFT_TO_DO, SILENT_TOWN
from yigang.demo.planted import Garden
from yigang.duty.domain import media
from yigang.duty.domain.devices import Held, Signed, admit
from yigang.duty.domain.media import Announced
from yigang.duty.domain.sync import Sent, receive_all
from yigang.duty.enums import MediaKind
from yigang.duty.sync.envelope import read_batch
from yigang.duty.sync.phone import Clock, Phone, Sign, new_key
from yigang.foundation import identity
from yigang.foundation.errors import Refusal
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.consents import Said
from yigang.people.models import Person
from yigang.people.places import centres
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

KEPT_OUT = (*LEFT_TO_DO, *HANDED_ON, SILENT_TOWN)
"""Towns whose open month is not as the others' is."""
NUMBERS = UUID("6f1a6f0e-5c1b-4a52-9d7e-3f6e1f0d9c11")
METRE = patrols.METRE
MIDDLE = (106.26, 26.41)
"""Where somebody stands whose village has no place on the map."""
COPIED = "上午沿北山防火道巡护，清理路边枯枝杂草，劝阻两名村民在林边烧田埂，下午到各户发放防火宣传单，傍晚填写台账。"


@dataclass
class Handset:
    """A person on a phone, who lets time pass and sends."""

    person: Person
    phone: Phone
    signed: Signed
    place: tuple[float, float]
    key: tuple[bytes, Sign]

    def check_in(self, at: datetime, *photos_of: bytes, east: float = 0, north: float = 0, **place: Any) -> None:
        """A check-in at a moment, so many metres from the village's middle."""
        lon, lat = self.place[0] + east * METRE, self.place[1] + north * METRE
        body = {"kind": "on", "place": {"lat": round(lat, 6), "lon": round(lon, 6), "acc": 9.0, "datum": "wgs84"} | place,
                "media": [hashlib.sha256(one).hexdigest() for one in photos_of], "note": ""}  # fmt: skip
        self.send("check_in", body, at)
        for one in photos_of:
            self._upload(one)

    def send(self, kind: str, body: dict[str, Any], at: datetime) -> None:
        """A record of a moment, which arrives at once."""
        moment = int(at.timestamp() * 1000)
        self.phone.clock.wall = moment - (self.phone.clock.offset or 0)
        self.phone.make(kind, body)
        [answers] = receive_all([Sent(read_batch(self.phone.batch()), self.signed)], received=at)
        refused = [each for each in answers if each.outcome != "stored"]
        if refused:
            raise Refusal("%(what)s", {"what": refused}, code="demo")
        self.phone.waiting.clear()

    def _upload(self, content: bytes) -> None:
        digest = hashlib.sha256(content).digest()
        upload = media.begin_upload(Announced(digest, len(content), MediaKind.PHOTO), actor=self.signed)
        media.take_piece(upload.pk, 0, content, actor=self.signed)


Send = Callable[[Sequence[Handset], date], None]


@dataclass(frozen=True)
class Doubt:
    """A question that must be asked of each of so many people; `one_phone`: they share it."""

    rule: str
    what: str
    send: Send
    people: int = 1
    asked: int = 1
    """The last so many of them are asked about."""
    one_phone: bool = False


def at(month: date, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the month in China."""
    return datetime(month.year, month.month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def _at_night(phones: Sequence[Handset], month: date) -> None:
    phones[0].check_in(at(month, 6, 3, 12))


def _vague(phones: Sequence[Handset], month: date) -> None:
    for day in (3, 9, 15, 21):
        phones[0].check_in(at(month, day, 8, day), east=day, acc=850.0)


def _mocked(phones: Sequence[Handset], month: date) -> None:
    phones[0].check_in(at(month, 8, 8, 4), mock=True)


def _frozen(phones: Sequence[Handset], month: date) -> None:
    for day in (2, 6, 13, 20):
        phones[0].check_in(at(month, day, 7, 30 + day))


def _fast(phones: Sequence[Handset], month: date) -> None:
    for day in (8, 9, 10):
        phones[0].check_in(at(month, day, 8, 2), east=10 * day)
        phones[0].check_in(at(month, day, 8, 10), north=30_000 + 10 * day)


def _carried(phones: Sequence[Handset], month: date) -> None:
    phones[0].check_in(at(month, 14, 8, 1))
    phones[1].check_in(at(month, 14, 8, 19), east=1_500)


def _same(phones: Sequence[Handset], month: date) -> None:
    for phone, day in zip(phones, (7, 8), strict=True):
        phone.check_in(at(month, day, 8, 6), jpeg(photos.landscape(1)))


def _nearly(phones: Sequence[Handset], month: date) -> None:
    picture = photos.landscape(2)
    phones[0].check_in(at(month, 9, 8, 3), jpeg(picture))
    phones[1].check_in(at(month, 16, 8, 9), jpeg(picture.resize((640, 480)), quality=45))


def _of_a_screen(phones: Sequence[Handset], month: date) -> None:
    phones[0].check_in(at(month, 17, 8, 5), jpeg(photos.on_a_screen(photos.landscape(3))))


def _old(phones: Sequence[Handset], month: date) -> None:
    phones[0].check_in(at(month, 20, 8, 7), jpeg(photos.landscape(4), taken=f"{month:%Y:%m}:11 09:14:31"))


def _clock_set_back(phones: Sequence[Handset], month: date) -> None:
    phones[0].phone.clock.offset = 2 * 24 * 3_600_000
    phones[0].check_in(at(month, 22, 8, 8))


def _copied(phones: Sequence[Handset], month: date) -> None:
    for number, phone in enumerate(phones):
        for day in (4, 11, 18):
            told = {"day": f"{month.replace(day=day)}", "text": f"{month.month}月{day + number}日{COPIED}"}
            phone.send("log", told, at(month, day, 18, 20))


def _round_and_round(phones: Sequence[Handset], month: date) -> None:
    person, (east, north) = phones[0].person, phones[0].place
    corners = ((0, 0), (150, 0), (150, 150), (0, 150))
    way = [(east + x * METRE, north + y * METRE) for _lap in range(6) for x, y in corners]
    for day in (15, 22):
        patrols.send_way(person.pk, month.replace(day=day), way)


DOUBTS = (
    Doubt("outside_hours", "凌晨三点多打卡", _at_night),
    Doubt("poor_accuracy", "一个月四次定位误差八百多米", _vague),
    Doubt("mock_reported", "手机报告位置是模拟的", _mocked),
    Doubt("identical_coordinates", "四天坐标一模一样", _frozen),
    Doubt("impossible_speed", "三天都在八分钟里走了三十公里", _fast),
    Doubt("one_device_moving", "一台手机十八分钟内在两处替两人打卡", _carried, people=2, asked=2, one_phone=True),
    Doubt("same_photo", "两人用同一张照片，问后用的人", _same, people=2),
    Doubt("near_same_photo", "缩小、重新压缩了别人的照片", _nearly, people=2),
    Doubt("photo_of_screen", "对着屏幕翻拍的照片", _of_a_screen),
    Doubt("old_photo", "照片自带的拍摄时间是九天前", _old),
    Doubt("clock_moved", "手机时间拨慢了两天", _clock_set_back),
    Doubt("copied_log", "两人三天的日志一字不差，只换了日期", _copied, people=2, asked=2),
    Doubt("circles", "两天都在一百五十米见方的地方转了六圈", _round_and_round),
)

BY_RULE = {doubt.rule: doubt for doubt in DOUBTS}


def carriers(garden: Garden) -> dict[str, list[int]]:
    """Rule → the numbers of who carries it; nobody where the plan plants nothing."""
    if not garden.planted:
        return {}
    town = dict(garden.population.people.select("person", "town").iter_rows())
    taken = {one.person for one in garden.planted} | set(garden.claimants.values())
    free = iter(post for post in range(garden.plan.posts - 1) if post not in taken and town[post] not in KEPT_OUT)
    return {doubt.rule: [next(free) for _number in range(doubt.people)] for doubt in DOUBTS}


def listed(garden: Garden) -> list[dict[str, Any]]:
    """For the list beside the files: who is asked about what."""
    people = {row["person"]: row for row in garden.population.people.iter_rows(named=True)}
    chosen, month = carriers(garden), f"{garden.plan.open_month:%Y-%m}"
    return [
        {"rule": doubt.rule, "what": doubt.what, "month": month, "asked": number >= doubt.people - doubt.asked}
        | {name: people[person][name] for name in ("identity", "name", "town", "village", "region_code")}
        for doubt in DOUBTS if chosen for number, person in enumerate(chosen[doubt.rule])
    ]  # fmt: skip


def send(garden: Garden, programme: Programme) -> None:
    """Let all of them send what raises their question."""
    month, known = garden.plan.open_month, centres(garden.plan.prefix)
    numbers = dict(garden.population.people.select("person", "identity").iter_rows())
    for rule, persons in carriers(garden).items():
        people = [
            Person.objects.get(identity_index=vault().index(identity.parse(numbers[one]).number18, IDENTITY))
            for one in persons
        ]
        let_send(BY_RULE[rule], people, programme, month, known)


def let_send(
    doubt: Doubt, people: Sequence[Person], programme: Programme, month: date, known: Mapping[str, tuple[Any, Any]]
) -> None:
    """Sign people in, on a phone each or all on one, and let them send; `known` says where villages lie."""
    phones: list[Handset] = []
    for person in people:
        east, north = known.get(person.region_code, MIDDLE)
        like = phones[0] if phones and doubt.one_phone else None
        phones.append(_signed_in(person, programme, month, (float(east), float(north)), like))
    doubt.send(phones, month)


def _signed_in(
    person: Person, programme: Programme, month: date, place: tuple[float, float], like: Handset | None
) -> Handset:
    """On a phone of one's own or on another's, since before the month."""
    key = like.key if like else new_key()
    device = like.signed.device_id if like else uuid5(NUMBERS, str(person.pk))
    login, _token = admit(person, device_id=device, key=key[0], name="华为畅享")
    held = Appointment.objects.filter(person=person, programme=programme).latest("starts")
    post = Held(held.region_code, programme.pk, held.starts, held.ends, programme.policy_code)
    signed = Signed(
        login.pk, device, key[0], at(month, 1, 0), person.pk, person.name, person.region_code, (post,), Said()
    )
    phone = Phone(str(device), str(person.pk), key[1], Clock(0, offset=0))
    if like:
        phone.chain = like.phone.chain
    return Handset(person, phone, signed, place, key)


def jpeg(picture: Image.Image, *, quality: int = 85, taken: str = "") -> bytes:
    """As a phone sends it, with the time that it says it was taken."""
    out, exif = io.BytesIO(), Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()
