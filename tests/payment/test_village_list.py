"""发放公示: the list that hangs out in the village hangs on the public site too, with the same names and amounts."""

import pytest
from tests.foundation import pdfa
from tests.payment.world import JULY, TOWN, VILLAGE

from yigang.foundation import money
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.notices import domain as notices
from yigang.notices.enums import NoticeKind
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review, village_list
from yigang.payment.settlement.calculate import settle


@pytest.fixture
def published(world, town_officer) -> Settlement:
    for name in ("王大山", "李小河"):
        world.work(world.hire(name))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    return review.publish(Settlement.objects.get(), actor=town_officer)


@pytest.mark.req("P10")
def test_the_list_holds_name_village_post_days_and_amount_of_the_month(published, town_officer):
    notice = village_list.draft_list(published, actor=town_officer)
    assert notice.kind == NoticeKind.PAYMENT_LIST
    assert notice.title == "平坝护林员2020年7月补助发放公示"
    assert notice.working_days == village_list.WORKING_DAYS
    rows = {row.name: row for row in notice.rows.all()}
    for line in SubsidyLine.objects.select_related("person"):
        row = rows[line.person.name]
        assert (row.amount_fen, row.region_code, row.subject_id) == (line.amount_fen, VILLAGE, line.pk)
    assert set(notice.fields) <= {"name", "village", "post", "amount_fen", "days", "result"}


def test_a_month_is_listed_once_until_its_notice_is_taken_down(published, town_officer):
    notice = notices.publish(village_list.draft_list(published, actor=town_officer), actor=town_officer)
    with pytest.raises(Refusal) as caught:
        village_list.draft_list(published, actor=town_officer)
    assert caught.value.code == "listed_already"
    notices.take_down(notice, reason="金额有误，重新核算", actor=town_officer)
    assert village_list.draft_list(published, actor=town_officer).pk != notice.pk


def test_a_month_that_does_not_hang_out_is_no_notice(world, town_officer, county_manager):
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    with pytest.raises(Refusal) as caught:
        village_list.draft_list(Settlement.objects.get(), actor=town_officer)
    assert caught.value.code == "not_hung_out"
    with pytest.raises(Forbidden):
        village_list.draft_list(Settlement.objects.get(), actor=county_manager)


@pytest.mark.req("P10")
def test_on_paper_it_has_the_same_people_amounts_and_sum(published, town_officer, county_manager):
    content = village_list.print_list(published, actor=town_officer).content
    pdfa.check(content)
    shown = pdfa.text_of(content)
    total = sum(line.amount_fen or 0 for line in SubsidyLine.objects.all())
    for text in (village_list.title_of(published), "王大山", "李小河", "共 2 人", money.show(total)):
        assert text in shown
    assert "尚未公示" not in shown
    rule = {"two_persons": False, "answer_days": 5, "complaint_days": 15, "contact": ""}
    notices.set_rules("520403000000", mask_names=True, actor=county_manager, **rule)
    masked = pdfa.text_of(village_list.print_list(published, actor=town_officer).content)
    assert "王*山" in masked
    assert "王大山" not in masked


def test_a_list_that_does_not_hang_out_says_so_and_strangers_print_none(world, town_officer, make_user):
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    settlement = Settlement.objects.get()
    assert "尚未公示" in pdfa.text_of(village_list.print_list(settlement, actor=town_officer).content)
    with pytest.raises(Forbidden):
        village_list.print_list(settlement, actor=make_user(Role.TOWN_OFFICER, "520403101"))
