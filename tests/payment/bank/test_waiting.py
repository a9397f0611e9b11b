"""The sums of who is owed money, kept beside the lines. That they sort people as a batch does is a law of `test_laws.py`."""

from datetime import date

import pytest
from django.db import connection, transaction
from tests.payment.bank.conftest import AUGUST, JULY, TOWN, close
from tests.payment.bank.test_concurrency import in_a_thread

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.payment.bank import domain
from yigang.payment.bank.proposal import HoldReason, propose
from yigang.payment.bank.waiting import waiting
from yigang.payment.models import SubsidyLine
from yigang.payment.owed_models import Owed, OwedChange
from yigang.people.models import Person

NEXT_TOWN_S = "520403102200"
pytestmark = pytest.mark.req("Z10")


@pytest.fixture
def moved(world):
    """张三 served in a village of the town, then in one of the next town; 李四 in the first alone."""
    world.seal(JULY, {"张三": 50000, "李四": 20000})
    settlement = world.open_month(AUGUST)
    line = world.line(settlement, "张三", 30000)
    SubsidyLine.objects.filter(pk=line.pk).update(region_code=NEXT_TOWN_S)
    close(settlement)
    return world


def sums(world, prefix: str) -> tuple[int, int, dict[str, tuple[int, int]]]:
    found = waiting(world.programme, prefix)
    return found.payable_people, found.payable_fen, {one.reason: (one.people, one.fen) for one in found.groups}


def test_somebody_with_lines_in_two_towns_is_one_person_to_the_county(moved):
    assert sums(moved, "520403") == (2, 100_000, {})
    assert sums(moved, TOWN[:9]) == (2, 70_000, {})
    assert sums(moved, NEXT_TOWN_S[:9]) == (1, 30_000, {})
    moved.people["张三"].accounts.update(active=False)
    assert sums(moved, "520403") == (1, 20_000, {HoldReason.NO_ACCOUNT: (1, 80_000)})
    (group,) = waiting(moved.programme, "520403").groups
    assert group.shown == propose(moved.programme, "520403").held


def test_the_sums_are_seen_inside_the_scope_only(moved, make_user):
    stranger = make_user(Role.TOWN_OFFICER, NEXT_TOWN_S[:9])
    with rls.scope(stranger):
        assert sums(moved, "") == (0, 0, {}), "the line lies here, and who it belongs to lives elsewhere"
    Person.objects.filter(name="张三").update(region_code=NEXT_TOWN_S)
    with rls.scope(stranger):
        assert sums(moved, "") == (1, 30_000, {})
    with rls.scope(make_user(Role.COUNTY_MANAGER, "520402")):
        assert sums(moved, "") == (0, 0, {})


def test_the_next_fifty_go_on_where_the_first_ended(world):
    names = [f"护林员{number:02}" for number in range(53)]
    for name in names:
        world.person(name, account=False)
    world.seal(JULY, dict.fromkeys(names, 100))
    pages = [waiting(world.programme, "520403", first=first).groups[0] for first in (0, 50, 100)]
    assert [len(page.shown) for page in pages] == [50, 3, 0]
    assert {page.people for page in pages} == {53}
    assert [one.person.pk for page in pages for one in page.shown] == [
        one.person.pk for one in propose(world.programme, "520403").held
    ]


@pytest.mark.usefixtures("committed_db")
def test_who_asks_while_somebody_is_at_work_waits_for_nobody_and_misses_nothing(world):
    """A death noted in a transaction that is still open counts for whoever asks after it, though somebody asked meanwhile."""
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    seen = []
    with transaction.atomic():
        Person.objects.filter(name="张三").update(died_on=date(2020, 7, 30))
        thread = in_a_thread(lambda: seen.append(sums(world, "520403")))
        thread.join(30)
    assert seen == [(2, 123_333, {})]
    assert sums(world, "520403") == (1, 40_000, {HoldReason.DIED: (1, 83_333)})


def test_whoever_changes_thousands_adds_them_up_once_it_is_committed(world, django_capture_on_commit_callbacks):
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    with django_capture_on_commit_callbacks(execute=True):
        domain.create_batch(world.order(), actor=world.finance)
    assert not OwedChange.objects.exists()
    assert not Owed.objects.exists(), "all are in the batch"


def test_nothing_is_added_up_again_when_nothing_changed(world):
    world.seal(JULY, {"张三": 83333})
    assert sums(world, "520403")[0] == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM payment_owed")
        before = cursor.fetchone()
        sums(world, TOWN[:9])
        cursor.execute("SELECT min(id) FROM payment_owed")
        assert cursor.fetchone() == before
