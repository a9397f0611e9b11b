"""Many unknown people of files at once: one person, not ours, ours after all."""

import pytest
from tests.duty.conftest import at, punch

from yigang.duty import domain, queries
from yigang.duty.enums import Table
from yigang.duty.models import CheckIn, UnmatchedRow
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.foundation.many import ManyRefused
from yigang.foundation.models import AuditEntry


@pytest.fixture
def waiting(hold, take_in):
    """张大杉 under two keys of two files, and 李四 of another unit."""
    take_in(Table.CHECK_INS, punch("张大杉", at(1), key="u1"), punch("李四", at(1), key="u3"))
    take_in(Table.CHECK_INS, punch("张大杉", at(2), key="u2"))
    return UnmatchedRow.objects.select_related("intake").order_by("pk")


def test_rows_of_one_name_are_given_to_one_person(waiting, hold, county_manager):
    person = hold("张大山")
    domain.resolve_together(waiting.filter(name="张大杉"), person, actor=county_manager)
    assert [one.person for one in CheckIn.objects.order_by("day")] == [person, person]
    assert [one.name for one in queries.unmatched("")] == ["李四"]


def test_rows_of_two_names_are_not_one_person(waiting, hold, county_manager):
    with pytest.raises(Refusal, match="有 2 个姓名：张大杉、李四"):
        domain.resolve_together(waiting, hold("张大山"), actor=county_manager)
    assert queries.unmatched("").count() == 3


def test_one_refused_among_many_and_nothing_is_done(waiting, hold, county_manager):
    person, rows = hold("张大山"), list(waiting.filter(name="张大杉"))
    domain.resolve(rows[0], person, actor=county_manager)
    with pytest.raises(ManyRefused, match=r"2 项中有 1 项无法办理.*张大杉 \(2020-07\)：这些记录已经认领过了"):
        domain.resolve_together(rows, person, actor=county_manager)
    with pytest.raises(ManyRefused):
        domain.disown(rows, reason="邻县的人", actor=county_manager)
    assert CheckIn.objects.count() == 1
    assert queries.unmatched("").count() == 2


def test_who_is_not_ours_waits_no_more_until_taken_back(waiting, hold, county_manager):
    stranger = waiting.filter(name="李四")
    domain.disown(stranger, reason=" 邻县借用人员 ", actor=county_manager)
    assert stranger.get().not_ours == "邻县借用人员"
    assert queries.unmatched("").count() == 2
    assert [row.name for row in queries.not_ours("")] == ["李四"]
    with pytest.raises(Refusal, match="不属本单位"):
        domain.resolve(stranger.get(), hold("李思"), actor=county_manager)
    domain.claim(queries.not_ours(""), actor=county_manager)
    assert queries.unmatched("").count() == 3
    assert [entry.verb for entry in AuditEntry.objects.filter(verb__in=["duty.disown", "duty.claim"]).order_by("pk")] == [
        "duty.disown", "duty.claim",
    ]  # fmt: skip


def test_it_needs_a_reason_and_something_to_take_back(waiting, county_manager):
    with pytest.raises(Refusal, match="请写明"):
        domain.disown(waiting, reason=" ", actor=county_manager)
    with pytest.raises(ManyRefused, match="没有注明"):
        domain.claim(waiting, actor=county_manager)


def test_a_clerk_of_the_village_decides_nothing_of_it(waiting, make_user):
    clerk = make_user(Role.VILLAGE_CLERK, "520403100201")
    with pytest.raises(ManyRefused):
        domain.disown(waiting, reason="邻县的人", actor=clerk)
    assert queries.unmatched("").count() == 3
