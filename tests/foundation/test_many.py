"""One verb for many rows: all or nothing, and who was refused is named."""

import pytest

from yigang.foundation.domain import close_users
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.foundation.many import ManyRefused, each
from yigang.foundation.models import AuditEntry, User


def test_results_come_in_the_order_of_the_rows(db):
    assert each([3, 1, 2], lambda row: row * 10) == [30, 10, 20]


def test_every_refused_row_is_named_and_none_is_done(db):
    def verb(row: int) -> int:
        if row > 1:
            raise Refusal("too big", remedy="Take less.")
        return row

    with pytest.raises(ManyRefused) as refused:
        each([1, 2, 3], verb, name=lambda row: f"row {row}")
    assert [problem.message for problem in refused.value.problems] == ["row 2：too big", "row 3：too big"]
    assert str(refused.value).startswith("3 项中有 2 项无法办理，因此一项也没有办理。")


def test_accounts_are_closed_together_or_not_at_all(county_manager, make_user):
    clerks = [make_user(Role.VILLAGE_CLERK, "520403100201") for _number in range(2)]
    with pytest.raises(ManyRefused, match=county_manager.username):
        close_users([*clerks, county_manager], actor=county_manager)
    assert User.objects.filter(is_active=False).count() == 0
    clerks = list(User.objects.filter(role=Role.VILLAGE_CLERK).order_by("pk"))
    assert close_users(clerks, actor=county_manager) == clerks
    assert close_users([User.objects.get(pk=clerks[0].pk)], actor=county_manager) == [], "it was closed before"
    assert AuditEntry.objects.filter(verb="foundation.close_user").count() == 2


def test_an_account_that_works_in_another_county_too_is_not_closed_from_here(county_manager, make_user):
    two = make_user(Role.TOWN_OFFICER, "520403100", "520404100")
    with pytest.raises(ManyRefused) as refused:
        close_users([two], actor=county_manager)
    assert refused.value.problems[0].code == "forbidden"
    assert User.objects.get(pk=two.pk).is_active
