"""Who may do what, where, and the sentence why not."""

import pytest
from django.utils.translation import gettext_lazy

from yigang.foundation import access
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden


@pytest.fixture
def sign_off(monkeypatch):
    monkeypatch.setattr(access, "REGISTRY", {})
    return access.capability("test.sign_off", gettext_lazy("Sign off"), Role.TOWN_OFFICER)


def test_the_role_in_its_region_may(sign_off, town_officer):
    assert access.may(town_officer, sign_off, "520403100201")
    access.require(town_officer, sign_off, "520403100201")


@pytest.mark.req("P5")
def test_the_same_role_may_not_next_door(sign_off, town_officer):
    assert not access.may(town_officer, sign_off, "520403101000")
    with pytest.raises(Forbidden):
        access.require(town_officer, sign_off, "520403101000")


@pytest.mark.req("P5")
def test_a_town_officer_may_not_decide_for_the_county(sign_off, town_officer):
    assert not access.may(town_officer, sign_off, "520403000000")


def test_another_role_may_not_and_is_told_whose_work_it_is(sign_off, county_manager):
    decision = access.may(county_manager, sign_off, "520403100000")
    assert not decision
    assert str(Role.TOWN_OFFICER.label) in decision.why


def test_a_closed_account_may_nothing(sign_off, town_officer):
    town_officer.is_active = False
    assert not access.may(town_officer, sign_off, "520403100000")


def test_without_a_region_nobody_may_anything(sign_off, make_user):
    assert not access.may(make_user(Role.TOWN_OFFICER), sign_off, "520403100000")


def test_a_code_is_declared_once(sign_off):
    with pytest.raises(AssertionError):
        access.capability("test.sign_off", gettext_lazy("Again"), Role.LEADER)
