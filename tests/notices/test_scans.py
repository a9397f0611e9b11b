"""Pictures and scanned pages: nobody publishes what nobody has read, and what was read with a number on it not at all."""

import io
from datetime import timedelta
from pathlib import Path

import noto_cjk_sans_otc
import pytest
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from tests.notices.factories import make_draft
from tests.people.factories import identity_number

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry, JobRun
from yigang.notices import domain, scans
from yigang.notices.domain.reading import LONGEST_WAIT
from yigang.notices.enums import Legibility, NoticeState
from yigang.notices.models import NoticeFile
from yigang.notices.scans import Page, Reading, screened

FONT = Path(noto_cjk_sans_otc.__file__).parent / "NotoSansCJK-Regular.ttc"
needs_models = pytest.mark.skipif(not scans.installed(), reason="the extra `ocr` is not installed")
pytestmark = pytest.mark.req("P10")
CLEAN = "张三 平元村 护林员 620.00"


def drawn(*lines: str) -> Image.Image:
    """A photographed list, small enough to be read in a moment."""
    image = Image.new("RGB", (900, 60 + 70 * len(lines)), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(str(FONT), 34, index=2)
    for place, line in enumerate(lines):
        draw.text((40, 30 + 70 * place), line, font=font, fill="black")
    return image


def jpeg(*lines: str) -> bytes:
    buffer = io.BytesIO()
    drawn(*lines).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def scanned(*pages: Image.Image) -> bytes:
    """A PDF of pictures and no text, as a scanner makes it."""
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=list(pages[1:]))
    return buffer.getvalue()


@pytest.fixture
def without_models(monkeypatch):
    monkeypatch.setattr(scans, "installed", lambda: False)


@pytest.fixture
def with_models(monkeypatch):
    monkeypatch.setattr(scans, "installed", lambda: True)


def attach(officer, content: bytes, name: str = "名单.jpg") -> NoticeFile:
    return domain.add_attachment(make_draft(officer), content, name=name, actor=officer)


def refused(file: NoticeFile, officer, **given) -> Refusal:
    with pytest.raises(Refusal) as caught:
        domain.publish(file.notice, actor=officer, **given)
    file.notice.refresh_from_db()
    assert file.notice.state == NoticeState.DRAFT
    return caught.value


@needs_models
def test_a_number_on_the_second_page_of_a_scan_is_found_there(town_officer):
    content = scanned(drawn(CLEAN), drawn("李四 护林员", f"证号 {identity_number(1)}").rotate(180))
    file = domain.read_attachment(attach(town_officer, content, "名单.pdf"), actor=town_officer)
    assert (file.legibility, file.pictured, file.seen.split(":")[:2]) == (Legibility.FOUND, 2, ["2", "identity"])
    refusal = refused(file, town_officer, looked=True)
    assert refusal.code == "personal_data"
    assert "2" in str(refusal)
    assert identity_number(1) not in f"{refusal}{file.seen}"


@needs_models
def test_a_photographed_list_without_anything_private_is_published(town_officer):
    file = domain.read_attachment(attach(town_officer, jpeg(CLEAN)), actor=town_officer)
    assert file.legibility == Legibility.CLEAR
    assert domain.publish(file.notice, actor=town_officer).state == NoticeState.PUBLISHED
    assert "looked_at" not in AuditEntry.objects.get(verb="notices.publish").after


def test_until_it_is_read_the_notice_waits_and_a_job_is_under_way(with_models, town_officer):
    file = attach(town_officer, jpeg(CLEAN))
    assert JobRun.objects.get().kind == "notices.read_attachment"
    assert refused(file, town_officer, looked=True).code == "being_read"
    NoticeFile.objects.update(added_at=timezone.now() - LONGEST_WAIT - timedelta(minutes=1))
    assert refused(file, town_officer).code == "not_looked"
    assert domain.publish(file.notice, looked=True, actor=town_officer).state == NoticeState.PUBLISHED


@pytest.mark.parametrize("what", ["picture", "scan", "drawing"])
def test_where_nothing_can_be_read_a_person_answers_for_it_by_name(without_models, town_officer, what):
    content = {"picture": jpeg(CLEAN), "scan": scanned(drawn(CLEAN)), "drawing": lines_only()}[what]
    file = attach(town_officer, content)
    assert not JobRun.objects.exists()
    refusal = refused(file, town_officer)
    assert (refusal.code, refusal.field) == ("not_looked", "looked")
    domain.publish(file.notice, looked=True, actor=town_officer)
    entry = AuditEntry.objects.get(verb="notices.publish")
    assert (entry.actor_id, entry.after["looked_at"]) == (town_officer.pk, [file.name])


def lines_only() -> bytes:
    """A page that draws lines and has neither text nor a picture, as letters turned into outlines are."""
    from pypdf.generic import NameObject, StreamObject

    writer = PdfWriter()
    page, strokes = writer.add_blank_page(200, 200), StreamObject()
    strokes.set_data(b"10 10 m 100 100 l S")
    page[NameObject("/Contents")] = writer._add_object(strokes)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_pages_of_text_need_nobody(without_models, town_officer):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    buffer = io.BytesIO()
    writer.write(buffer)
    file = attach(town_officer, buffer.getvalue())
    assert file.legibility == Legibility.TEXT
    assert domain.publish(file.notice, actor=town_officer).state == NoticeState.PUBLISHED


def test_a_reading_that_fails_or_is_blurred_needs_a_person(with_models, town_officer, monkeypatch):
    monkeypatch.setattr(scans, "WORKER", "yigang.no_such_worker")
    file = domain.read_attachment(attach(town_officer, jpeg(CLEAN)), actor=town_officer)
    assert (file.legibility, file.seen) == (Legibility.UNREAD, "0")
    assert refused(file, town_officer).code == "not_looked"


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([Page(1, ("姓名 张三",), sure=True)], (None, ())),
        ([Page(1, ("姓名 张三",), sure=True), Page(3, ("xx",), sure=False)], (None, (3,))),
        ([Page(1, ("张三",), sure=False), Page(2, (identity_number(1),), sure=True)], (2, ())),
        ([Page(4, ("家住平元村三组", "12号"), sure=True)], (4, ())),
    ],
    ids=["clean", "blurred", "number", "address over two lines"],
)  # fmt: skip
def test_what_the_lines_of_pages_come_to(pages, expected):
    reading = screened(pages)
    assert (reading.page, reading.unsure) == expected


def test_a_file_removed_meanwhile_is_let_go_and_strangers_read_none(with_models, town_officer, make_user, monkeypatch):
    monkeypatch.setattr(scans, "read", lambda *_given: Reading())
    file = attach(town_officer, jpeg(CLEAN))
    with pytest.raises(Forbidden):
        domain.read_attachment(file, actor=make_user(Role.TOWN_OFFICER, "520403101"))
    kept = NoticeFile.objects.get()
    domain.remove_attachment(file, actor=town_officer)
    assert domain.read_attachment(kept, actor=town_officer) is None


def test_a_page_with_a_picture_is_known_beside_one_of_text():
    reader = PdfReader(io.BytesIO(scanned(drawn(CLEAN), drawn(CLEAN))))
    assert list(scans.pictured(reader)) == [1, 2]
