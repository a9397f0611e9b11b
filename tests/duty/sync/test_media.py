"""Photos and voice in pieces: resumed, sent twice, changed on the way, no picture at all, never coming."""

import base64
import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import ExifTags, Image
from tests.duty.sync.conftest import ON

from yigang.duty.domain.media import sweep_uploads
from yigang.duty.models import Media, Upload, WorkLog
from yigang.foundation import audit

MEDIA = "/field/api/v1/media/"
TUS = {"Tus-Resumable": "1.0.0"}


def photo(width=2_000) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Huawei"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:22 07:31:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {ExifTags.GPS.GPSLatitude: (26.0, 24.0, 44.28), ExifTags.GPS.GPSLatitudeRef: "N"}
    )
    buffer = io.BytesIO()
    Image.effect_noise((width, 1_200), 60).convert("RGB").save(buffer, "JPEG", quality=60, exif=exif)
    return buffer.getvalue()


class Tus:
    """What the client library of the app does, by hand."""

    def __init__(self, phone) -> None:
        self.client, self.auth = Client(), {"Authorization": f"Bearer {phone.token}"} | TUS

    def create(self, content: bytes, **said: str):
        digest = hashlib.sha256(content).hexdigest()
        words = {"sha256": digest, "kind": "photo", "original": ""} | said
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in words.items())
        headers = self.auth | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        return self.client.post(MEDIA, headers=headers)

    def patch(self, url: str, content: bytes, offset: int, **headers: str):
        headers = self.auth | {"Upload-Offset": str(offset)} | headers
        return self.client.patch(url, content, content_type="application/offset+octet-stream", headers=headers)

    def head(self, url: str):
        return self.client.head(url, headers=self.auth)

    def whole(self, content: bytes, **said: str):
        return self.patch(self.create(content, **said).headers["Location"], content, 0)


@pytest.fixture
def tus(phone) -> Tus:
    return Tus(phone)


@pytest.fixture
def pictured(phone):
    """A check-in that names a photo, and the photo."""
    content = photo()
    record = phone.make("check_in", ON | {"media": [hashlib.sha256(content).hexdigest()]})
    return record, content


def test_a_photo_arrives_in_pieces_and_the_record_no_longer_misses_it(
    phone, tus, pictured, django_capture_on_commit_callbacks
):
    record, content = pictured
    digest = hashlib.sha256(content).hexdigest()
    [answer] = phone.deliver(records=[record])
    assert (answer["outcome"], answer["missing"]) == ("stored", [digest])

    url = tus.create(content, record=record.id, captured=str(record.wall), original="ab" * 32).headers["Location"]
    half = len(content) // 2
    checksum = {"Upload-Checksum": "sha256 " + base64.b64encode(hashlib.sha256(content[:half]).digest()).decode()}
    assert tus.patch(url, content[:half], 0, **checksum).status_code == 204
    assert tus.patch(url, content[:half], 0).status_code == 409  # the same piece again, after a lost answer
    assert tus.patch(url, content[half:], half, **checksum).status_code == 460  # changed on its way
    assert tus.head(url).headers["Upload-Offset"] == str(half)
    pieces = Upload.objects.get().pieces
    assert content[200:300] not in Path(default_storage.path(pieces[0])).read_bytes()  # encrypted on the disk
    with django_capture_on_commit_callbacks(execute=True):
        last = tus.patch(url, content[half:], half)
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(content)))

    kept = Media.objects.get()
    assert (str(kept.record_id), bytes(kept.original_sha256)) == (record.id, b"\xab" * 32)
    assert kept.capture == {"taken": "2026:11:22 07:31:00", "maker": "Huawei", "latitude": 26.4123}
    with Image.open(io.BytesIO(kept.file.content.open().read())) as shown:
        assert shown.size == (1_600, 960)
        assert not shown.getexif()
    assert not Upload.objects.exists()
    assert not default_storage.exists(pieces[0])
    assert tus.head(url).status_code == 410
    [again] = phone.deliver(records=[record])
    assert (again["outcome"], again["missing"]) == ("known", [])
    assert audit.verify() == []


def test_what_cannot_be_used_is_refused_with_the_reason_and_listed(phone, tus, phone_of, hold):
    voice = b"\x1aE\xdf\xa3" + bytes(500)
    assert tus.whole(voice, kind="voice").status_code == 204
    assert Media.objects.get().file.content_type == "audio/webm"
    for content, kind in ((b"GIF89a" + bytes(90), "photo"), (b"MZ" + bytes(90), "voice")):
        refused = tus.whole(content, kind=kind)
        assert refused.status_code == 422
        assert refused.headers["Tus-Resumable"] == "1.0.0"
        assert refused.json()["detail"] == Upload.objects.latest("created_at").refused != ""
    content = photo(400)
    changed = tus.patch(tus.create(content, sha256="0" * 64).headers["Location"], content, 0)
    assert changed.status_code == 410
    url = tus.create(content).headers["Location"]
    stranger = Tus(phone_of(hold("李小林")))
    assert stranger.head(url).status_code == stranger.patch(url, content, 0).status_code == 410
    assert Media.objects.count() == 1


def test_a_photo_that_never_comes_is_still_named_as_missing(phone, tus, pictured, django_capture_on_commit_callbacks):
    record, content = pictured
    url = tus.create(content, record=record.id).headers["Location"]
    tus.patch(url, content[:1_000], 0)
    [piece] = Upload.objects.get().pieces
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_uploads(timezone.now() + timedelta(days=29)) == 0
        assert sweep_uploads(timezone.now() + timedelta(days=31)) == 1
    assert not default_storage.exists(piece)
    [answer] = phone.deliver(records=[record])
    assert answer["missing"] == [hashlib.sha256(content).hexdigest()]


@pytest.mark.req("P5")
def test_withdrawing_stops_photos_taken_after_it(phone, tus):
    """By the time of the record where it has come, else by the phone's; what was taken before still arrives."""
    before, word = phone.make("check_in", ON), phone.clock.wall + 60_000
    phone.clock.pass_time(60_000)
    phone.make("consent", {"capability": "photo", "given": False, "text_version": "1"})
    phone.clock.pass_time(60_000)
    after = phone.make("log", {"day": str(timezone.localdate()), "text": "巡山", "media": ["ab" * 32]})
    assert {each["outcome"] for each in phone.deliver()} == {"stored"}
    assert WorkLog.objects.get().media == [], "nobody waits for what must not come"
    content = photo(400)
    said = {"record": {"record": after.id}, "phone": {"captured": str(word + 1)}}
    refused = [tus.create(content, **each) for each in said.values()]
    assert [(each.status_code, each.json()["code"]) for each in refused] == [(422, "consent_withdrawn")] * 2
    assert not Upload.objects.exists()
    assert tus.create(content, record=before.id).status_code == 201
    assert tus.create(content, captured=str(word - 1)).status_code == 201
    assert tus.create(b"OggS" + bytes(90), kind="voice").status_code == 201, "voice is another consent"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "0"}, 413), ({"Upload-Length": str(21 * 2**20)}, 413), ({"Upload-Length": "x"}, 400),
        ({"Upload-Metadata": "sha256 !!"}, 400), ({"Upload-Metadata": ""}, 400), ({"Tus-Resumable": "0.2"}, 412),
        ({"Authorization": "Bearer nobody"}, 401),
    ],
    ids=["empty", "too-long", "no-number", "no-base64", "no-digest", "old-tus", "nobody"],
)  # fmt: skip
def test_an_announcement_that_is_wrong_makes_nothing(tus, headers, status):
    content = photo(100)
    tus.auth |= headers if "Authorization" in headers or "Tus-Resumable" in headers else {}
    digest = base64.b64encode(hashlib.sha256(content).hexdigest().encode()).decode()
    good = {"Upload-Length": str(len(content)), "Upload-Metadata": f"sha256 {digest},kind cGhvdG8="}
    answer = tus.client.post(MEDIA, headers=tus.auth | good | headers)
    assert (answer.status_code, answer.headers["Tus-Resumable"]) == (status, "1.0.0")
    assert answer.json()["code"]
    assert not Upload.objects.exists()
    assert tus.client.options(MEDIA).headers["Tus-Version"] == "1.0.0"
