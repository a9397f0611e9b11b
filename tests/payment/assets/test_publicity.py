"""A year of asset income as a public notice: sums by purpose and nothing about anybody."""

from datetime import date

import pytest
from tests.payment.assets.conftest import MINUTES, VILLAGE

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.models import Region
from yigang.notices import domain as notices
from yigang.payment.assets import domain, publicity
from yigang.payment.enums import AllocationPurpose

pytestmark = pytest.mark.req("T3", "P10")
AID, CASE = AllocationPurpose.AID, AllocationPurpose.CASE


@pytest.fixture
def year(village):
    """2020: a hundred yuan from the year before, 2.4 million came in, three things were spent, one of them by mistake."""
    Region.objects.create(
        code=VILLAGE, name="平元村", level=5, parent_code="520403100000", valid_from=2019, source="test"
    )
    day = date(2019, 12, 28)
    before = domain.Received(day.replace(day=1), day, day, 10_000, "收据0")
    domain.record_income(village.asset, before, actor=village.officer)
    village.receive(240_000_000)
    village.spend(480_000)
    village.spend(30_000, AID)
    domain.reverse(village.spend(50_000, CASE, MINUTES), reason="录错", actor=village.officer)
    return village


def test_sums_by_purpose_with_their_source_and_nobodys_name(year):
    notice = publicity.draft_use(VILLAGE, 2020, actor=year.officer)
    assert notice.title == "平元村2020年资产收益分配使用情况公示"
    lines = notice.body.splitlines()
    assert lines[1] == (
        "一、岗位及劳务：上年结余 80.00 元，本年收入 1,920,000.00 元，本年支出 4,800.00 元（1 笔），结余 1,915,280.00 元。"
    )
    assert "本年支出 300.00 元（1 笔），结余 239,710.00 元" in lines[2]
    assert "合计：上年结余 100.00 元，本年收入 2,400,000.00 元" in lines[4]
    assert lines[5] == "收入来源：村级光伏电站 2,400,000.00 元。"
    assert lines[6].startswith("分配依据：")
    assert not notice.rows.exists()
    for private in ("罗小芳", "H77", "保洁劳务", "凭证1", "录错"):
        assert private not in notice.body


def test_a_year_hangs_once_and_anew_when_it_was_taken_down(year, refused):
    notice = publicity.draft_use(VILLAGE, 2020, actor=year.officer)
    assert refused(publicity.draft_use, VILLAGE, 2020, actor=year.officer) == "noticed_already"
    notices.publish(notice, actor=year.officer)
    assert refused(publicity.draft_use, VILLAGE, 2020, actor=year.officer) == "noticed_already"
    notices.take_down(notice, reason="数字有误", actor=year.officer)
    again = publicity.draft_use(VILLAGE, 2020, actor=year.officer)
    assert list(publicity.notices_of(VILLAGE, 2020)) == [again, notice]
    assert publicity.draft_use(VILLAGE, 2019, actor=year.officer).title.startswith("平元村2019年")


def test_an_empty_year_and_who_may_not(year, refused, make_user):
    assert refused(publicity.draft_use, VILLAGE, 2018, actor=year.officer) == "nothing"
    for role, scope in ((Role.VILLAGE_CLERK, VILLAGE), (Role.TOWN_OFFICER, "520403101"), (Role.FINANCE, "520403")):
        with pytest.raises(Forbidden):
            publicity.draft_use(VILLAGE, 2020, actor=make_user(role, scope))
    assert not publicity.notices_of(VILLAGE, 2020).exists()
