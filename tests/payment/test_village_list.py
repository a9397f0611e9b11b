"""发放公示: the list that hangs out in the village hangs on the public site too, with the same names and amounts."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from tests.foundation import pdfa
from tests.payment.world import JULY, TOWN, VILLAGE

from yigang.foundation import money
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.notices import domain as notices
from yigang.notices import terms
from yigang.notices.enums import NoticeKind, NoticeState
from yigang.notices.models import Notice
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


def _sent_back(settlement, reviewer) -> Settlement:
    return review.send_back(settlement, "三人日志不全", actor=reviewer)


@pytest.mark.req("P10")
def test_a_month_sent_back_leaves_the_site_and_a_new_list_hangs_its_full_time(
    client, published, town_officer, reviewer
):
    """The first list hung since long ago, so that its term would be over at once if the new one took it up."""
    Settlement.objects.update(published_at=datetime(2020, 9, 1, 4, tzinfo=UTC))
    first = notices.publish(village_list.draft_list(published, actor=town_officer), actor=town_officer)
    _sent_back(published, reviewer)
    first.refresh_from_db()
    assert (first.state, first.taken_down_by) == (NoticeState.TAKEN_DOWN, reviewer)
    assert "三人日志不全" in first.taken_down_reason
    settle(published.programme, TOWN, JULY, actor=town_officer)
    again = review.publish(Settlement.objects.get(), actor=town_officer)
    second = notices.publish(village_list.draft_list(again, actor=town_officer), actor=town_officer)
    assert second.opens == timezone.localdate()
    assert second.closes == terms.last_day(TOWN, timezone.localdate(), village_list.WORKING_DAYS)
    assert second.number != first.number
    assert "王大山" in client.get(f"/public/notices/{second.pk}/").content.decode()
    with pytest.raises(Refusal) as refused:
        review.submit(again, actor=town_officer)
    assert refused.value.code == "still_hanging"


@pytest.mark.req("P10")
@pytest.mark.parametrize(
    ("address", "sentence"), [("/public", "该月补贴正在重新核算"), ("/public/en", "computed again")]
)
def test_who_opens_a_list_that_was_sent_back_is_told_so_and_nothing_else(
    client, published, town_officer, reviewer, address, sentence
):
    notice = notices.publish(village_list.draft_list(published, actor=town_officer), actor=town_officer)
    path = f"{address}/notices/{notice.pk}/"
    assert client.get(path).status_code == 200
    _sent_back(published, reviewer)
    gone = client.get(path)
    page = gone.content.decode()
    assert gone.status_code == 410
    assert notice.number in page
    assert sentence in page
    assert "王大山" not in page
    assert "三人日志不全" not in page
    assert client.get(f"{path}print/").status_code == 404


def test_a_draft_of_the_list_goes_with_the_month_that_is_sent_back(published, town_officer, reviewer):
    draft = village_list.draft_list(published, actor=town_officer)
    _sent_back(published, reviewer)
    assert not Notice.objects.filter(pk=draft.pk).exists()
    with pytest.raises(Refusal) as caught:
        village_list.draft_list(published, actor=town_officer)
    assert caught.value.code == "not_hung_out"


def test_a_month_that_is_not_sent_back_keeps_its_notice(published, town_officer, reviewer):
    """No reason, or nobody who may: the refusal leaves the list where it hangs."""
    notice = notices.publish(village_list.draft_list(published, actor=town_officer), actor=town_officer)
    with pytest.raises(Refusal) as caught:
        review.send_back(published, " ", actor=reviewer)
    assert caught.value.code == "no_reason"
    with pytest.raises(Forbidden):
        _sent_back(published, town_officer)
    notice.refresh_from_db()
    assert notice.state == NoticeState.PUBLISHED
