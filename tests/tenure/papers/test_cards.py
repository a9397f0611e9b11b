"""The profile card: what it shows, what stays masked, what asking for more leaves behind."""

import io

import pytest
from pypdf import PdfReader
from tests.foundation.factories import picture
from tests.people.factories import VILLAGE, identity_number, make_household, make_person
from tests.tenure.conftest import refused

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.jobs import silent
from yigang.foundation.models import AuditEntry, StoredFile
from yigang.people.domain import Cause, HouseholdRecord, save_household, set_photo
from yigang.people.enums import PoorKind, PovertyCause, Relation
from yigang.tenure import tasks
from yigang.tenure.papers.cards import print_cards

PHONE = "13912345678"
PAGE = "https://yigang.example/people/{}/"


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\n", "")


@pytest.fixture
def ranger(hold, post, town_officer):
    """A ranger with photo, household and post."""
    causes = [Cause(PovertyCause.ILLNESS, "因病"), Cause(PovertyCause.SKILL, "缺技术")]
    home = save_household(
        HouseholdRecord(VILLAGE, "12", "三组", PoorKind.REGISTERED, causes=causes), actor=town_officer
    )
    held = hold(post, 1, "张#[三]", household=home, relation=Relation.HEAD, phone=PHONE)
    make_person("李四", 2, household=home, relation=Relation.SPOUSE)
    set_photo(held.person, picture(), name="a.jpg", actor=town_officer)
    return held.person


@pytest.mark.req("P1")
def test_a_card_shows_household_post_and_photo_with_masked_numbers(ranger, post, town_officer):
    paper = print_cards([ranger.pk], PAGE.format, actor=town_officer)
    shown = text_of(paper.content)
    for text in ("张#[三]", "因病、缺技术", "李四", post.number, "2020年7月1日", "139****5678"):
        assert text in shown
    assert identity_number(1) not in shown
    assert PHONE not in shown
    assert identity_number(1)[-4:] in shown
    page = PdfReader(io.BytesIO(paper.content)).pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (420, 595)  # A5 in points
    assert len(page.images) == 1


@pytest.mark.req("P1")
def test_whole_numbers_leave_an_entry(ranger, town_officer):
    paper = print_cards([ranger.pk], PAGE.format, clear=True, actor=town_officer)
    assert identity_number(1) in text_of(paper.content)
    entry = AuditEntry.objects.get(verb="foundation.reveal")
    assert (entry.object_id, entry.after) == (str(ranger.pk), {"fields": ["identity", "phone"]})


def test_who_may_not_see_numbers_gets_none(ranger, make_user):
    auditor = make_user(Role.AUDITOR, "520403")
    print_cards([ranger.pk], PAGE.format, actor=auditor)
    with pytest.raises(Forbidden):
        print_cards([ranger.pk], PAGE.format, clear=True, actor=auditor)
    assert not AuditEntry.objects.filter(verb="foundation.reveal").exists()


def test_somebody_without_post_photo_and_household_has_a_card_too(town_officer):
    person = make_person("王五", 3)
    shown = text_of(print_cards([person.pk], PAGE.format, actor=town_officer).content)
    assert "人员建档卡" in shown
    assert "未上岗" in shown


def test_people_of_another_town_are_not_there(ranger, make_user):
    stranger = make_user(Role.TOWN_OFFICER, "520403101")
    with rls.scope(stranger):
        assert refused(print_cards, [ranger.pk], PAGE.format, actor=stranger).code == "nobody"


def test_a_large_household_stays_on_one_page(hold, post, town_officer):
    home = make_household("7")
    held = hold(post, 1, household=home)
    for order in range(2, 16):
        make_person(f"家人{order}", order, household=home)
    content = print_cards([held.person.pk], PAGE.format, actor=town_officer).content
    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert "另有 7 人" in text_of(content)


def test_the_queries_do_not_grow_with_the_cards(ranger, town_officer, django_assert_num_queries):
    print_cards([ranger.pk], PAGE.format, actor=town_officer)
    more = [make_person(f"多{order}", order, household=ranger.household).pk for order in (5, 6)]
    with django_assert_num_queries(12):
        print_cards([ranger.pk], PAGE.format, actor=town_officer)
    with django_assert_num_queries(12):
        print_cards([ranger.pk, *more], PAGE.format, actor=town_officer)


def test_the_job_keeps_one_pdf_with_all_cards(ranger, town_officer):
    other = make_person("王五", 3)
    given = {"keys": [ranger.pk, other.pk], "address": PAGE, "region_code": VILLAGE, "name": "建档卡.pdf"}
    result = tasks.print_cards.work(silent, actor=town_officer, **given)
    stored = StoredFile.objects.get(pk=result["file"])
    assert (stored.name, stored.content_type) == ("建档卡.pdf", "application/pdf")
    with stored.content.open("rb") as handle:
        assert len(PdfReader(handle).pages) == 2
