"""Nothing private is ever public: a district full of secrets is crawled, every page, feed, attachment and refusal of it.

The secrets lie wherever a careless program would take them from: people's files, accounts, hardships, columns of a list
that are not shown, drafts, what objectors wrote, what was found, why a notice was taken down, names and properties of
files, the place in a photo. And where an official might type them by mistake, the verbs refuse.
"""

import html
import io
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter
from django.test import Client
from django.utils import translation
from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from tests.notices.factories import TOWN_CODE, VILLAGE, make_draft, make_published, workday
from tests.notices.test_scans import jpeg
from tests.people.factories import card_number, identity_number, make_account, make_household, make_person
from tests.posts.factories import make_programme

from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.foundation.models import Region, User
from yigang.notices import domain, scans, screening
from yigang.notices.domain import Row, Sender
from yigang.notices.enums import Decision, ObjectionKind
from yigang.notices.models import Notice, Objection
from yigang.payment.assets import domain as assets
from yigang.payment.assets import publicity
from yigang.payment.enums import AllocationPurpose
from yigang.people.enums import HardshipKind
from yigang.people.models import Hardship, Person
from yigang.posts.models import Programme
from yigang.public.models import PublicAnswer, PublicFile, PublicNotice, PublicRemoved, PublicRow

PHONE, LANDLINE, ADDRESS, ILLNESS = "13985012345", "0851-34221234", "平元村三组12号", "慢性肾功能衰竭"
SECRETS = {
    identity_number(1),
    card_number(1),
    PHONE,
    LANDLINE,
    ADDRESS,
    ILLNESS,
    "王举报",
    "secret-author",
    "内部核实材料",
}
EVERYTHING = f"张三 {identity_number(1)} {card_number(1)} {PHONE} {LANDLINE} {ADDRESS} {ILLNESS} 内部核实材料"
LINK = re.compile(r'(?:href|src)="([^"]+)"|<link>([^<]+)</link>|<guid[^>]*>([^<]+)</guid>')


def workbook_with_an_author() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.set_properties({"author": "secret-author", "comments": EVERYTHING})
        sheet = book.add_worksheet("名单")
        sheet.write(0, 0, "姓名")
        sheet.write(1, 0, "张三")
        sheet.write_comment(1, 0, EVERYTHING)
    return buffer.getvalue()


def photo_with_a_place() -> bytes:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = EVERYTHING.encode("ascii", "ignore").decode(), "secret-author"
    Image.new("RGB", (80, 60), "green").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@pytest.fixture
def district(db, town_officer, county_manager, monkeypatch) -> list[Notice]:
    """Notices of every kind and state, with secrets in all that surrounds them."""
    monkeypatch.setattr(scans, "installed", lambda: False)
    for code, name, level, parent in (
        ("520403000000", "平坝区", 3, "520400000000"), (TOWN_CODE, "夏云镇", 4, "520403000000"), (VILLAGE, "平元村", 5, TOWN_CODE)
    ):  # fmt: skip
        Region.objects.create(code=code, name=name, level=level, parent_code=parent, valid_from=2020, source="test")
    person = make_person("张三", 1, phone=PHONE, household=make_household(address=ADDRESS))
    make_account(person, 1)
    Hardship.objects.create(
        region_code=VILLAGE, person=person, kind=HardshipKind.values[0], evidence=ILLNESS, since=workday()
    )
    programme = make_programme()
    rows = [Row("张三", "平元村", "护林员", 62_000, 22, {"result": "拟聘"}, VILLAGE, ("people.person", person.pk))]
    with_files = make_draft(town_officer, programme=programme, rows=rows)
    domain.add_attachment(with_files, workbook_with_an_author(), name="名单.xlsx", actor=town_officer)
    domain.add_attachment(with_files, photo_with_a_place(), name="现场.png", actor=town_officer)
    open_one = domain.publish(with_files, looked=True, actor=town_officer)
    domain.add_photo(open_one, photo_with_a_place(), place="内部核实材料", actor=town_officer)
    narrow = make_published(town_officer, rows=rows, fields=["name", "post"])
    over = make_published(town_officer, rows=rows, opens=workday(40))
    removed = make_published(town_officer, rows=rows)
    objection = domain.object_to(open_one, open_one.rows.first(), EVERYTHING, sender=Sender("王举报", PHONE))
    domain.object_to(open_one, None, EVERYTHING, sender=Sender("王举报", PHONE))
    domain.complain(ObjectionKind.COMPLAINT, TOWN_CODE, EVERYTHING, sender=Sender("王举报", PHONE))
    domain.assign(objection, county_manager, actor=town_officer)
    domain.recheck(objection, EVERYTHING, actor=county_manager)
    domain.answer(objection, Decision.UPHELD, "经复核，反映属实，已取消资格。", actor=county_manager)
    domain.take_down(removed, reason=EVERYTHING[:200], actor=town_officer)
    make_draft(town_officer, title="内部草稿", rows=rows)
    return [open_one, narrow, over, removed, year_of_assets(programme, person, town_officer)]


def year_of_assets(programme: Programme, aided: Person, officer: User) -> Notice:
    """A year of asset income whose ledger says everything about somebody who was aided."""
    day = date(2020, 3, 5)
    asset = assets.add_asset(VILLAGE, "村级光伏电站", programme, actor=officer)
    assets.record_income(asset, assets.Received(day, day, day, 10_000, "secret-author"), actor=officer)
    aid = assets.Spent(AllocationPurpose.AID, day, 500, EVERYTHING, "内部核实材料", recipient=aided)
    assets.spend(VILLAGE, aid, actor=officer)
    return domain.publish(publicity.draft_use(VILLAGE, 2020, actor=officer), actor=officer)


def plain(answer) -> str:
    """Everything that an answer carries: its body unpacked, its headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    texts = [body.decode("utf-8", "ignore"), body.decode("latin-1"), str(answer.headers)]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            texts += [archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()]
    return html.unescape("\n".join(texts))


def leaks(text: str) -> set[str]:
    """The secrets that stand in a text, also with spaces or hyphens between their digits."""
    dense = re.sub(r"[\s\-]", "", text)
    return {secret for secret in SECRETS if secret in text or secret.replace("-", "") in dense}


def crawl(client: Client, *starts: str) -> dict[str, str]:
    """Every address of the site that can be reached, with what it says."""
    seen: dict[str, str] = {}
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = client.get(path)
        assert answer.status_code in (200, 404, 410), path
        seen[path] = plain(answer)
        for found in LINK.finditer(seen[path]):
            link = re.sub(r"^https?://testserver", "", html.unescape(next(filter(None, found.groups()))))
            base = path.split("?")[0]
            link = base + link if link.startswith("?") else link
            if link.startswith("/public/") and "#" not in link:
                waiting.append(link)
    return seen


@pytest.mark.req("P10")
def test_no_page_feed_attachment_or_print_of_the_site_holds_a_secret(client, district):
    known = [f"/public/{part}" for one in district for part in (
        f"notices/{one.pk}/", f"notices/{one.pk}/print/", f"notices/{one.pk}/object/", f"notices/{one.pk}/qr.svg",
        *(f"notices/{one.pk}/files/{file.pk}/" for file in one.files.all()),
    )]  # fmt: skip
    seen = crawl(client, "/public/", "/public/en/", "/public/search/?q=公示", "/public/search/?q=张三", *known)
    assert len(seen) > 40
    assert {path: leaks(text) for path, text in seen.items() if leaks(text)} == {}
    assert any(path.endswith("feed.xml") for path in seen)
    assert any("/files/" in path and "PK" in text for path, text in seen.items())
    assert not any("内部草稿" in text for text in seen.values())
    assert any("特困救助" in text and "本年支出 5.00 元" in text for text in seen.values())
    for path, text in seen.items():
        if "/files/" not in path and not path.endswith(".svg"):
            found = screening.screen(re.sub(r'value="[^"]*"|<[^>]+>', " ", text), screening.PRIVATE)
            assert found is None, (path, found)


def test_a_receipt_shows_the_answer_and_not_what_was_said(client, district):
    for objection in Objection.objects.all():
        answer = client.post("/public/receipt/", {"receipt": objection.receipt})
        assert answer.status_code == 200
        assert leaks(plain(answer)) == set()


def test_columns_that_are_not_chosen_do_not_leave_the_database(client, district):
    narrow = district[1]
    page = client.get(f"/public/notices/{narrow.pk}/").content.decode()
    assert "张三" in page
    assert "620.00" not in page
    assert "拟聘</td>" not in page


def test_even_a_query_without_any_filter_sees_only_what_is_public(district):
    with rls.as_role("yigang_public"), rls.everywhere("a careless page"):
        everything = [
            str(list(model.objects.values()))
            for model in (PublicNotice, PublicRow, PublicFile, PublicAnswer, PublicRemoved)
        ]
    assert leaks("\n".join(everything)) == set()
    assert "内部草稿" not in everything[0]


WIDE = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}
TYPED = [
    ("an identity number", identity_number(1)),
    ("an identity number", f"证件 {' '.join(re.findall('.{6}', identity_number(1)))}"),
    ("an identity number", "520403********1234"), ("an identity number", identity_number(1).translate(WIDE)),
    ("a card or account number", card_number(1)), ("a card or account number", "6217 0000 0000 0000 012"),
    ("a mobile number", PHONE), ("a mobile number", "139 8501 2345"), ("a mobile number", "一三九八五〇一二三四五"),
    ("a telephone number", LANDLINE), ("a home address", "家住平元村三组12号"), ("a home address", "3号楼2单元"),
    ("an illness", "因患尿毒症"), ("an illness", "肢体残疾二级残疾"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "typed"), TYPED)
def test_what_an_official_types_by_mistake_is_refused_with_its_place(town_officer, what, typed):
    with translation.override("en"):
        assert what == str(screening.LABELS[screening.screen(typed).secret])
    rows = [Row("张三"), Row("李四", post=typed)]
    for changes in ({"title": f"公示 {typed}"}, {"body": f"现公示如下。{typed}"}, {"rows": rows}):
        with pytest.raises(Refusal) as caught:
            make_draft(town_officer, **changes)
        assert caught.value.code == "personal_data"
    assert caught.value.row == 2
    assert caught.value.column
    assert typed not in str(caught.value)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "公示期 2026-11-22 至 2026-11-28", "共 1234567 元", "护协〔2020〕000123 号", "因病致贫户优先", "病虫害防治员", "助残员",
        "夏云镇公示〔2026〕12号", "1,234,567.00 与 20260701 至 20270630", "三组", "大病保险政策宣传员",
    ],
)  # fmt: skip
def test_ordinary_words_and_numbers_pass(typed):
    assert screening.screen(typed) is None


def pdf(text: str = "", **extra: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": text})
    if "script" in extra:
        writer.add_open_action(JavaScript(extra["script"]))
    if "file" in extra:
        writer.add_attachment("a.txt", extra["file"].encode())
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def sheet(*cells: object) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        for line, cell in enumerate(cells):
            page.write(line, 0, cell)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (sheet("姓名", identity_number(1)), "personal_data"), (sheet(13985012345), "personal_data"),
        (sheet("身份证号"), "personal_data"), (pdf(f"{identity_number(1)}"), "personal_data"),
        (pdf(script="app.alert(1)"), "pdf_active"), (pdf(file="x"), "pdf_active"), (b"%PDF-1.7 broken", "pdf_damaged"),
        (b"PK\x03\x04 broken", "workbook_damaged"), (b"MZ\x90\x00", "attachment_kind"), (b"<html>", "attachment_kind"),
        (b"\xff\xd8\xff broken", "damaged_picture"), (b"x" * (11 * 2**20), "attachment_bytes"),
    ],
)  # fmt: skip
def test_an_attachment_with_something_private_or_active_inside_is_refused(town_officer, content, code):
    notice = make_draft(town_officer)
    with pytest.raises(Refusal) as caught:
        domain.add_attachment(notice, content, name="名单.xlsx", actor=town_officer)
    assert caught.value.code == code
    assert not notice.files.exists()


def test_the_name_of_an_attachment_is_read_too(town_officer):
    with pytest.raises(Refusal) as caught:
        domain.add_attachment(make_draft(town_officer), sheet("姓名"), name=f"{PHONE}.xlsx", actor=town_officer)
    assert caught.value.code == "personal_data"


def test_a_picture_is_what_it_is_whatever_its_name(town_officer):
    notice = make_draft(town_officer)
    file = domain.add_attachment(notice, photo_with_a_place(), name="../../名单<b>.pdf", actor=town_officer)
    assert (file.name, file.content_type) == ("名单b.jpg", "image/jpeg")


@pytest.mark.req("P10")
@pytest.mark.skipif(not scans.installed(), reason="the extra `ocr` is not installed")
def test_what_stands_in_a_photographed_list_does_not_get_onto_the_site(client, town_officer):
    notice = make_draft(town_officer)
    file = domain.add_attachment(notice, jpeg("张三 护林员", identity_number(1)), name="名单.jpg", actor=town_officer)
    domain.read_attachment(file, actor=town_officer)
    with pytest.raises(Refusal) as caught:
        domain.publish(notice, looked=True, actor=town_officer)
    assert caught.value.code == "personal_data"
    assert client.get(f"/public/notices/{notice.pk}/files/{file.pk}/").status_code == 404
    domain.remove_attachment(file, actor=town_officer)
    assert domain.publish(notice, actor=town_officer).number


def test_a_picture_bomb_is_refused_before_it_is_opened(town_officer):
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    with pytest.raises(Refusal) as caught:
        domain.add_attachment(make_draft(town_officer), buffer.getvalue(), name="x.png", actor=town_officer)
    assert caught.value.code == "picture_pixels"


@pytest.mark.parametrize(("days", "amount"), [(22, 13_985_012_345), (13_985_012_345, 100)])
def test_a_telephone_number_written_as_an_amount_is_refused(town_officer, days, amount):
    with pytest.raises(Refusal):
        make_draft(town_officer, rows=[Row("张三", amount_fen=amount, days=days)])
