"""Accounts, files, calendar days, and the showing of personal data."""

import hashlib
from datetime import date

import pytest

from yigang.foundation import calendar, domain
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry, CalendarOverride, StoredFile, User


def new_account(actor, prefix: str) -> User:
    return domain.create_user(
        "clerk", name="某文书", role=Role.VILLAGE_CLERK, prefixes=[prefix], password="mountain-path-7", actor=actor
    )


def test_a_county_manager_opens_accounts_in_the_county(county_manager):
    user = new_account(county_manager, "520403100201")
    assert user.must_change_password
    assert user.prefixes == ("520403100201",)
    assert AuditEntry.objects.get().verb == "foundation.create_user"


@pytest.mark.parametrize("prefix", ["520402", "5204"])
def test_not_next_door_and_not_above(county_manager, prefix):
    with pytest.raises(Forbidden):
        new_account(county_manager, prefix)
    assert not User.objects.filter(username="clerk").exists()


def test_a_town_officer_opens_no_accounts(town_officer):
    with pytest.raises(Forbidden):
        new_account(town_officer, "520403100201")


def test_a_name_is_taken_once(county_manager):
    new_account(county_manager, "520403100201")
    with pytest.raises(Refusal, match="clerk"):
        new_account(county_manager, "520403100202")


def test_a_stored_file_keeps_its_digest(town_officer, settings, tmp_path):
    stored = domain.store_file(
        b"evidence", name="a.txt", region_code="520403100000", actor=town_officer, content_type="text/plain"
    )
    assert stored.sha256 == hashlib.sha256(b"evidence").hexdigest()
    with StoredFile.objects.get().content.open() as content:
        assert content.read() == b"evidence"


def test_showing_personal_data_leaves_an_entry(town_officer):
    stored = StoredFile(pk=7, region_code="520403100000")
    domain.reveal(stored, ["identity"], actor=town_officer)
    assert AuditEntry.objects.get().after == {"fields": ["identity"]}


def test_who_may_not_see_it_leaves_none(make_user):
    with pytest.raises(Forbidden):
        domain.reveal(
            StoredFile(pk=7, region_code="520403100000"), ["identity"], actor=make_user(Role.LEADER, "520403")
        )
    assert AuditEntry.objects.count() == 0


def test_a_county_enters_a_year_that_is_not_published_and_moves_its_days(county_manager, town_officer):
    county = "520403000000"
    domain.override_day(county, date(2027, 2, 20), working=True, name="春节调休", actor=county_manager)
    with pytest.raises(Forbidden):
        domain.enter_year(county, 2027, actor=town_officer)
    assert domain.enter_year(county, 2027, actor=county_manager) == 364
    assert domain.enter_year(county, 2027, actor=county_manager) == 0
    known = {row.date: (row.working, row.name) for row in CalendarOverride.objects.all()}
    assert calendar.add_working_days(date(2027, 2, 19), 1, known) == date(2027, 2, 20)
    assert (known[date(2027, 10, 1)][0], known[date(2027, 3, 2)]) == (False, (True, ""))
    with pytest.raises(Refusal) as refused:
        domain.enter_year(county, 2020, actor=county_manager)
    assert refused.value.code == "published"


def test_a_county_sets_its_own_days(county_manager, town_officer):
    domain.override_day("520403000000", date(2020, 7, 1), working=False, name="赶集", actor=county_manager)
    with pytest.raises(Forbidden):
        domain.override_day("520403000000", date(2020, 7, 2), working=False, name="赶集", actor=town_officer)
