"""Duty letters: issued and signed from the county down to the post holder, never the other way round."""

from datetime import date

import pytest
from tests.tenure.conftest import refused

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.tenure import domain
from yigang.tenure.domain import LetterText

pytestmark = pytest.mark.req("T10")
COUNTY, TOWN, VILLAGE = "520403000000", "520403100000", "520403100201"
WORDING = LetterText("{年度}年责任书", "{单位}向{上级}负责，落实{项目}。")


@pytest.fixture
def letters(programme, county_manager):
    return [
        domain.issue_letter(programme, 2020, code, WORDING, actor=county_manager) for code in (COUNTY, TOWN, VILLAGE)
    ]


def test_letters_are_signed_downwards(letters, programme, post, hold, county_manager):
    own = domain.issue_letter(
        programme, 2020, VILLAGE, LetterText("护林责任书", "{姓名}（{岗位}）"), appointment=hold(post), actor=county_manager
    )  # fmt: skip
    assert own.text == "张三（H001 护林员）"
    for month, letter in enumerate([*letters, own], start=1):
        domain.sign_letter(letter, "签订人", on=date(2020, month, 1), actor=county_manager)


def test_out_of_order_is_refused(letters, county_manager):
    county, town, _village = letters
    named = {"actor": county_manager}
    assert refused(domain.sign_letter, town, "镇长", on=date(2020, 2, 1), **named).code == "out_of_order"
    domain.sign_letter(county, "区长", on=date(2020, 2, 1), **named)
    assert refused(domain.sign_letter, town, "镇长", on=date(2020, 1, 31), **named).code == "out_of_order"
    assert domain.sign_letter(town, "镇长", on=date(2020, 2, 1), **named).signer == "镇长"
    assert refused(domain.sign_letter, town, "镇长", on=date(2020, 2, 1), **named).code == "signed_already"


def test_no_letter_without_one_above_no_second_one_no_unknown_field(programme, county_manager):
    verb, named = domain.issue_letter, {"actor": county_manager}
    assert refused(verb, programme, 2020, TOWN, WORDING, **named).code == "no_letter_above"
    verb(programme, 2020, COUNTY, WORDING, **named)
    assert refused(verb, programme, 2020, COUNTY, WORDING, **named).code == "issued_already"
    assert refused(verb, programme, 2021, COUNTY, LetterText("书", "{电话}"), **named).code == "unknown_field"


def test_a_village_sees_and_obeys_the_letter_of_its_town(letters, county_manager, make_user):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    with rls.scope(clerk):
        named = {"on": date(2020, 3, 1), "actor": clerk}
        assert refused(domain.sign_letter, letters[2], "支书", **named).code == "out_of_order"
    domain.sign_letter(letters[0], "区长", on=date(2020, 2, 1), actor=county_manager)
    domain.sign_letter(letters[1], "镇长", on=date(2020, 2, 2), actor=county_manager)
    with rls.scope(clerk):
        assert domain.sign_letter(letters[2], "支书", **named).signed_on == date(2020, 3, 1)
