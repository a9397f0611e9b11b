"""Going on: renewed without a day between, moved to another post in one act, exchanged in a ring."""

from datetime import date

import pytest
from tests.posts.factories import make_post, make_programme
from tests.tenure.conftest import JUNE, refused

from yigang.tenure import domain
from yigang.tenure.domain import Move
from yigang.tenure.enums import ExitKind, LedgerKind
from yigang.tenure.models import Appointment, LedgerEntry, Vacancy

MARCH = date(2021, 3, 1)


def test_a_renewal_follows_on_without_gap_or_overlap_in_the_same_place(post, hold, town_officer):
    old = hold(post)
    new = domain.renew(old, date(2022, 6, 30), reason="考核合格", actor=town_officer)
    assert (new.starts, new.ends, new.place, new.post) == (date(2021, 7, 1), date(2022, 6, 30), old.place, post)
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.kind, entry.reason) == (LedgerKind.RENEWAL, "考核合格")
    assert refused(domain.renew, old, date(2022, 6, 30), actor=town_officer).code == "renewed_already"


def test_what_has_no_end_or_has_ended_is_not_renewed(programme, hold, town_officer):
    named = {"actor": town_officer}
    open_end = hold(make_post(programme, "H001"), 1, ends=None)
    assert refused(domain.renew, open_end, date(2022, 6, 30), **named).code == "no_term"
    left = hold(make_post(programme, "H002"), 2, "李四")
    assert refused(domain.renew, left, JUNE, **named).code == "dates"
    domain.end_appointment(left, kind=ExitKind.LAPSE, on=date(2020, 9, 30), reason="务工", **named)
    assert refused(domain.renew, left, date(2022, 6, 30), **named).code == "left_already"


@pytest.mark.req("P2")
def test_a_transfer_is_two_linked_entries_and_leaves_a_vacancy(programme, hold, town_officer):
    old, other = hold(make_post(programme, "H001")), make_post(programme, "H002")
    new = domain.transfer(old, other, on=MARCH, reason="H002 缺人", actor=town_officer)
    old.refresh_from_db()
    assert (old.ends, old.exit_kind) == (date(2021, 2, 28), ExitKind.TRANSFER)
    assert (new.starts, new.ends, new.post) == (MARCH, JUNE, other)
    out, into = LedgerEntry.objects.order_by("pk")[1:]
    assert (out.kind, into.kind) == (LedgerKind.TRANSFER_OUT, LedgerKind.TRANSFER_IN)
    assert out.link == into.link != ""
    assert (out.day, into.day) == (date(2021, 2, 28), MARCH)
    assert Vacancy.objects.get().since == MARCH


def test_a_transfer_into_a_full_post_changes_nothing(programme, hold, town_officer):
    old, full = hold(make_post(programme, "H001")), make_post(programme, "H002")
    hold(full, 2, "李四")
    before = list(Appointment.objects.order_by("pk").values())
    refusal = refused(domain.transfer, old, full, on=MARCH, reason="调整", actor=town_officer)
    assert (refusal.code, "李四" in str(refusal)) == ("post_full", True)
    assert list(Appointment.objects.order_by("pk").values()) == before
    assert not Vacancy.objects.exists()


@pytest.mark.parametrize(
    ("on", "reason", "code"),
    [(date(2020, 7, 1), "调整", "dates"), (date(2021, 7, 1), "调整", "left_already"), (MARCH, " ", "reason_missing")],
)
def test_a_transfer_on_an_impossible_day_or_without_a_reason_is_refused(
    programme, hold, town_officer, on, reason, code
):
    old, other = hold(make_post(programme, "H001")), make_post(programme, "H002")
    assert refused(domain.transfer, old, other, on=on, reason=reason, actor=town_officer).code == code
    assert refused(domain.transfer, old, old.post, on=MARCH, reason="调整", actor=town_officer).code == "same_post"


def test_people_in_full_posts_exchange_them_in_one_act(programme, hold, town_officer):
    first, second = hold(make_post(programme, "H001")), hold(make_post(programme, "H002"), 2, "李四")
    moves = [Move(first, second.post), Move(second, first.post)]
    made = domain.transfer_many(moves, on=MARCH, reason="轮换", actor=town_officer)
    assert [one.post.number for one in made] == ["H002", "H001"]
    assert not Vacancy.objects.filter(filled_by=None).exists()


def test_another_programme_asks_for_its_own_training(programme, hold, town_officer):
    old, other = hold(make_post(programme, "H001")), make_programme("rural", policy_code="rural-post-400")
    refusal = refused(domain.transfer, old, make_post(other, "G001"), on=MARCH, reason="转岗", actor=town_officer)
    assert refusal.code == "untrained"
    old.refresh_from_db()
    assert old.exit_kind == ""
