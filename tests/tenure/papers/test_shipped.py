"""The templates that come along: one for every shipped policy, filled with the policy's own figures and numbers."""

import re

import pytest
from tests.people.factories import VILLAGE
from tests.posts.factories import make_post, make_programme
from tests.tenure.conftest import JUNE
from tests.tenure.papers.test_template import text_of

from yigang.policy import load_policies
from yigang.posts.enums import ProgrammeKind
from yigang.tenure.domain import Muster, form_team, save_unit
from yigang.tenure.papers import shipped, template
from yigang.tenure.papers.agreements import make_agreement

POLICIES = load_policies()


@pytest.mark.req("Z8")
def test_every_shipped_policy_has_a_template_and_a_rule_for_numbers():
    assert shipped.codes() == sorted(POLICIES)
    assert all(version.text.get("agreement") for policy in POLICIES.values() for version in policy.versions)


@pytest.mark.parametrize("code", shipped.codes())
def test_a_shipped_template_goes_through_the_gate_of_any_other(code):
    asked = template.checked(shipped.document(code))
    assert {"协议编号", "姓名", "身份证号", "岗位编号", "开始日期", "结束日期", "办法", "出勤要求", "待遇"} <= set(
        asked
    )
    assert not re.search(r"\d", text_of(shipped.document(code))), "sums and days are the policy's, not the template's"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("pingba-ranger", ["每年 10000.00 元", "每月应出勤 22 天", "平坝护林〔2020〕001号"]),
        ("yongzhou-ranger", ["750.00", "450.00", "永州护林〔2025〕001号"]),
        ("rural-post-400", ["每月 400.00 元", "当月全部工作日应出勤", "公岗协〔2020〕0001号"]),
        ("huoqiu-rural-post", ["每月 300.00 元", "优秀 50.00 元", "每月应出勤 8 天"]),
        ("huaihua-team", ["每月应出勤 22 天", "办法不另发补贴", "怀驻村〔2020〕001号"]),
        ("maiji-team", ["每月应出勤 20 天", "办法不另发补贴", "麦驻村〔2021〕001号"]),
        ("zaozhuang-public-welfare", ["每月 1000.00 元", "每月应出勤 22 天", "枣公岗〔2022〕0001号"]),
    ],
)
@pytest.mark.req("Z8")
def test_an_agreement_carries_number_and_figures_of_its_policy(code, says, hold, county_manager):
    starts = max(POLICIES[code].versions[-1].effective, JUNE.replace(year=2020))
    programme = make_programme(code, policy_code=code, starts=starts)
    held = hold(make_post(programme), starts=starts, ends=None)
    made = make_agreement(held, actor=county_manager)
    with made.file.content.open("rb") as file:
        text = text_of(file.read())
    assert made.template == shipped.name_of(code)
    assert POLICIES[code].title.zh in text
    assert "另行约定之日" in text
    assert "{{" not in text
    for words in says:
        assert words in text


def test_an_offices_own_policy_begins_with_the_template_of_its_kind(db):
    found = {kind: shipped.code_of(make_programme(kind, policy_code="own", kind=kind)) for kind in ProgrammeKind.values}
    assert found == {"ranger": "pingba-ranger", "public_welfare": "rural-post-400", "village_team": "huaihua-team"}


def test_the_sending_unit_stands_in_a_members_agreement(hold, county_manager):
    programme = make_programme("team", policy_code="huaihua-team", kind=ProgrammeKind.VILLAGE_TEAM)
    post = make_post(programme, head_count=3)
    held, *others = [hold(post, order, name) for order, name in enumerate(("张三", "李四", "王五"), 1)]
    unit = save_unit("520403000000", "市农业农村局", actor=county_manager)
    members = [Muster(held, leader=True), *map(Muster, others)]
    form_team(programme, VILLAGE, "驻村队", unit, members, starts=held.starts, actor=county_manager)
    made = make_agreement(held, actor=county_manager)
    with made.file.content.open("rb") as file:
        assert "乙方（派出单位）：市农业农村局" in text_of(file.read())
