"""The office's pages of notices: written from a pasted list, published, objected to, checked by another, answered."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from tests.foundation import pdfa
from tests.notices.factories import TOWN_CODE, make_draft, make_published, workday
from tests.notices.test_scans import jpeg

from yigang.console import today
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.notices import domain, scans
from yigang.notices.enums import Decision, NoticeState, ObjectionState
from yigang.notices.models import Notice, NoticeFile, Objection

TEXT = "名单第二人不在村里居住。"
PASTED = "序号\t姓名\t村\t岗位\t金额\n1\t张三\t平元村\t护林员\t620.00\n2\t李四\t平元村\t护林员\t620\n"


@pytest.fixture
def town(db) -> None:
    Region.objects.create(
        code=TOWN_CODE, name="夏云镇", level=4, parent_code="520403000000", valid_from=2020, source="test"
    )


def text(answer) -> str:
    return answer.content.decode()


def fields(**changes: object) -> dict[str, object]:
    return {
        "kind": "publicity", "region_code": TOWN_CODE, "title": "拟聘人员公示", "body": "现予公示。", "opens": workday(),
        "working_days": 5, "rows": PASTED, **changes,
    }  # fmt: skip


@pytest.mark.req("P10")
def test_a_list_is_pasted_looked_at_and_published(town, sign_in, town_officer):
    client = sign_in(town_officer)
    answer = client.post(reverse("console:notice-new"), fields())
    notice = Notice.objects.get()
    assert answer.url == reverse("console:notice", args=[notice.pk])
    assert "620.00" in text(client.get(answer.url))
    client.post(reverse("console:notice-publish", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.state == NoticeState.PUBLISHED
    assert list(notice.rows.values_list("name", "amount_fen")) == [("张三", 62_000), ("李四", 62_000)]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("姓名\t身份证号\n张三\t110105194912310021\n", "身份证号"),
        ("姓名\t岗位\n张三\t护林员 13800138000\n", "Row 1, column “Post” holds what looks like a mobile number"),
        ("姓名\t结果\n张三\t因患尿毒症不合格\n", "an illness"),
        ("张三\t李四\n", "may not be published"),
        ("村\t岗位\n平元村\t护林员\n", "must name the columns"),
        ("姓名\t金额\n张三\t很多\n", "Row 1"),
    ],
)
def test_what_may_not_be_public_stays_out_and_is_named(town, sign_in, town_officer, rows, says):
    answer = sign_in(town_officer).post(reverse("console:notice-new"), fields(rows=rows))
    assert says in text(answer)
    assert not Notice.objects.exists()


@pytest.mark.req("P4")
def test_an_objection_goes_through_two_hands(town, sign_in, town_officer, county_manager, make_user):
    station = make_user(Role.STATION_OFFICER, TOWN_CODE[:9])
    notice = make_published(town_officer)
    objection = domain.object_to(notice, notice.rows.get(position=2), TEXT, sender=domain.Sender("王二", "13800138000"))
    client = sign_in(county_manager)
    page = text(client.get(reverse("console:objection", args=[objection.pk])))
    assert TEXT in page
    assert "13800138000" not in page
    assert "13800138000" in text(client.post(reverse("console:objection-sender", args=[objection.pk])))
    client.post(reverse("console:objection-assign", args=[objection.pk]), {"assignee": station.pk})
    sign_in(station).post(
        reverse("console:objection-recheck", args=[objection.pk]), {"finding": "实地查看，常住村内。"}
    )
    sign_in(county_manager).post(
        reverse("console:objection-answer", args=[objection.pk]),
        {"decision": Decision.DISMISSED, "text": "经实地核查，该同志常住村内，符合条件。"},
    )
    objection.refresh_from_db()
    assert objection.state == ObjectionState.ANSWERED


def test_an_answer_that_names_a_number_stays_on_the_form(town, sign_in, town_officer, county_manager):
    notice = make_published(town_officer)
    objection = domain.object_to(notice, None, TEXT)
    domain.assign(objection, county_manager, actor=county_manager)
    domain.recheck(objection, "已核实，情况属实。", actor=county_manager)
    answer = sign_in(county_manager).post(
        reverse("console:objection-answer", args=[objection.pk]),
        {"decision": "upheld", "text": "请拨打 13800138000 联系。"},
    )
    assert "a mobile number" in text(answer)
    objection.refresh_from_db()
    assert objection.state == ObjectionState.RECHECKED


def test_a_photo_of_the_wall_is_kept_and_never_public(town, sign_in, town_officer, client):
    notice = make_published(town_officer)
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, "JPEG")
    buffer.seek(0)
    buffer.name = "wall.jpg"
    sign_in(town_officer).post(
        reverse("console:notice-photograph", args=[notice.pk]), {"photo": buffer, "place": "村委会门口"}
    )
    photo = NoticeFile.objects.get()
    assert photo.place == "村委会门口"
    client.logout()
    assert client.get(f"/public/notices/{notice.pk}/files/{photo.pk}/").status_code == 404


@pytest.mark.req("P10")
def test_who_publishes_confirms_on_the_form_what_no_program_could_read(town, sign_in, town_officer, monkeypatch):
    monkeypatch.setattr(scans, "installed", lambda: False)
    notice, client = make_draft(town_officer), sign_in(town_officer)
    address, publish = (reverse(f"console:{name}", args=[notice.pk]) for name in ("notice", "notice-publish"))
    assert 'name="looked"' not in text(client.get(address))
    picture = SimpleUploadedFile("名单.jpg", jpeg("张三"), "image/jpeg")
    client.post(reverse("console:notice-attach", args=[notice.pk]), {"file": picture})
    page = text(client.get(address))
    assert 'name="looked"' in page
    assert "名单.jpg: no identity number" in page
    assert "Nobody has read" in text(client.post(publish, follow=True))
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    client.post(publish, {"looked": "on"})
    notice.refresh_from_db()
    assert notice.state == NoticeState.PUBLISHED


def test_a_file_on_which_something_was_found_keeps_the_notice_back_and_says_why(town, sign_in, town_officer):
    notice, client = make_draft(town_officer), sign_in(town_officer)
    domain.add_attachment(notice, jpeg("张三"), name="名单.jpg", actor=town_officer)
    address = reverse("console:notice", args=[notice.pk])
    NoticeFile.objects.update(legibility="waiting", added_at=timezone.now())
    assert "is being read" in text(client.get(address))
    notice.files.update(legibility="found", seen="3:identity:520…14")
    page = text(client.get(address))
    assert "page 3, shows what looks like an identity number: 520…14" in page
    assert reverse("console:notice-publish", args=[notice.pk]) not in page


def test_what_waits_is_on_the_first_page_with_its_day(town, town_officer):
    notice = make_published(town_officer)
    objection = domain.object_to(notice, None, TEXT)
    make_draft(town_officer)
    waiting = {one.url: one.due_on for one in today.dues_of(town_officer, TOWN_CODE[:9]) if one.chapter == "notices"}
    assert waiting[reverse("console:objection", args=[objection.pk])] == objection.due_on
    assert f"{reverse('console:notices')}?state=draft" in waiting


def test_a_village_clerk_reads_notices_and_writes_down_objections_only(town, sign_in, town_officer, make_user):
    notice = make_published(town_officer)
    client = sign_in(make_user(Role.VILLAGE_CLERK, "520403100201"))
    assert notice.title in text(client.get(reverse("console:notices")))
    assert client.get(reverse("console:objections")).status_code == 404
    assert client.get(reverse("console:notice-new")).status_code == 404
    answer = client.post(
        reverse("console:objection-record"),
        {"notice": notice.pk, "kind": "objection", "text": TEXT, "name": "", "contact": ""},
    )
    assert answer.status_code == 302
    assert Objection.objects.get().received_by is not None


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_as_often_whatever_they_hold(
    town, sign_in, town_officer, county_manager, count, django_assert_num_queries
):
    for _number in range(count):
        notice = make_published(town_officer)
        domain.object_to(notice, None, TEXT)
    client = sign_in(county_manager)
    client.get(reverse("console:notices"))
    with django_assert_num_queries(8):
        client.get(reverse("console:notices"))
    with django_assert_num_queries(9):
        client.get(reverse("console:objections"))


def test_the_sheet_for_the_wall_has_the_code_as_soon_as_the_notice_is_published(town, sign_in, town_officer):
    client = sign_in(town_officer)
    draft = make_draft(town_officer)
    assert "data:image/svg" not in text(client.get(reverse("console:notice-sheet", args=[draft.pk])))
    to_come = make_published(town_officer, opens=workday(-10))
    page = text(client.get(reverse("console:notice-sheet", args=[to_come.pk])))
    assert "data:image/svg" in page
    assert f"/public/notices/{to_come.pk}/" in page


@pytest.mark.req("P10")
def test_notice_and_list_are_printed_from_the_notices_page(town, sign_in, town_officer, make_user):
    notice = make_published(town_officer)
    client = sign_in(town_officer)
    page = text(client.get(reverse("console:notice", args=[notice.pk])))
    for name in ("console:notice-pdf", "console:notice-list-pdf"):
        address = reverse(name, args=[notice.pk])
        assert address in page
        answer = client.get(address)
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert f"/public/notices/{notice.pk}" in pdfa.text_of(
        client.get(reverse("console:notice-pdf", args=[notice.pk])).content
    )
    nobody = client.get(reverse("console:notice-list-pdf", args=[notice.pk]), {"village": "520403100999"}, follow=True)
    assert "The notice lists nobody there." in text(nobody)
    other = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert other.get(reverse("console:notice-pdf", args=[notice.pk])).status_code == 404
