"""The sums of households that the database keeps: whole however many are paid, and right whoever is at it meanwhile."""

from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.payment.bank.conftest import AUGUST, JULY, VILLAGE
from tests.payment.bank.test_concurrency import in_a_thread, waiting_for_a_lock
from tests.payment.bank.test_returns import answers, read, send

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.payment.household_income import with_income
from yigang.payment.models import HouseholdPay
from yigang.people.models import Household, HouseholdSize, Person

pytestmark = pytest.mark.req("T4")


def home(number: str) -> Household:
    return Household.objects.create(region_code=VILLAGE, number=number)


def sums() -> dict[str, int]:
    return {row.household.number: row.fen for row in HouseholdPay.objects.select_related("household") if row.fen}


def beside(work, then) -> None:
    """`work` in a transaction of ours, `then` on another connection, waiting before ours ends."""
    with transaction.atomic():
        work()
        thread = in_a_thread(then)
        while not waiting_for_a_lock():
            assert thread.is_alive()
    thread.join(30)
    assert not thread.is_alive()


def move(person: Person, to: Household) -> None:
    Person.objects.filter(pk=person.pk).update(household=to)


@pytest.fixture
def world(world):
    """张三 and 李四 in one household."""
    world.old, world.new = home("1"), home("2")
    for name in ("张三", "李四"):
        world.person(name, household=world.old)
    return world


@pytest.mark.usefixtures("committed_db")
def test_two_returns_of_one_household_read_at_once_add_up(world):
    world.seal(JULY, {"张三": 83_333})
    first = send(world)
    world.seal(AUGUST, {"李四": 40_000})
    second = send(world)
    beside(
        lambda: read(world, first, answers(first), b"first"),
        lambda: read(world, second, answers(second), b"second"),
    )
    assert sums() == {"1": 123_333}


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("paid_first", [True, False])
def test_who_moves_while_the_return_is_read_takes_the_pay_along(world, paid_first):
    world.seal(JULY, {"张三": 83_333})
    batch = send(world)
    works = [lambda: read(world, batch, answers(batch)), lambda: move(world.people["张三"], world.new)]
    beside(*(works if paid_first else reversed(works)))
    assert sums() == {"2": 83_333}


@pytest.mark.usefixtures("committed_db")
def test_two_clerks_who_bring_members_at_once_are_both_counted(world):
    beside(lambda: move(world.people["张三"], world.new), lambda: move(world.people["李四"], world.new))
    assert {row.household_id: row.members for row in HouseholdSize.objects.all()} == {world.old.pk: 0, world.new.pk: 2}


def test_who_died_after_the_year_counts_in_it(world):
    world.person("王五", household=world.old, died_on=date(2021, 3, 1))
    Person.objects.filter(name="李四").update(died_on=date(2020, 12, 31))
    assert [with_income(Household.objects.filter(pk=world.old.pk), year).get().people for year in (2019, 2020, 2021)] == [
        3, 2, 1,
    ]  # fmt: skip
    Person.objects.filter(name="王五").delete()
    assert HouseholdSize.objects.get(household=world.old).deaths == [2020]


def test_sums_lie_where_the_household_lies_and_go_with_it(world, make_user):
    world.seal(JULY, {"张三": 83_333})
    batch = send(world)
    read(world, batch, answers(batch))
    clerk = make_user(Role.TOWN_OFFICER, "520403100")
    with rls.scope(clerk):
        assert not HouseholdPay.objects.exists()
        assert not HouseholdSize.objects.exists()
    Household.objects.filter(pk=world.old.pk).update(region_code="520403100201")
    with rls.scope(clerk):
        assert sums() == {"1": 83_333}
        assert HouseholdSize.objects.get().members == 2
    Person.objects.filter(household=world.old).update(household=None)
    world.old.delete()
    assert not HouseholdPay.objects.exists()


@pytest.mark.usefixtures("committed_db")
def test_counting_anew_finds_the_same_sums(world):
    world.seal(JULY, {"张三": 83_333, "李四": 40_000})
    batch = send(world)
    read(world, batch, answers(batch, refused={"李四"}))
    kept = list(HouseholdPay.objects.values_list("household", "region_code", "year", "fen"))
    settings = connection.settings_dict
    with psycopg.connect(host=settings["HOST"], dbname=settings["NAME"], user="postgres") as owner:
        owner.execute("UPDATE payment_householdpay SET fen = 1")
        owner.execute("SELECT yigang_count_household_pay(), yigang_count_members(NULL)")
    assert list(HouseholdPay.objects.values_list("household", "region_code", "year", "fen")) == kept
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT yigang_count_household_pay()")
    assert kept == [(world.old.pk, VILLAGE, 2020, 83_333)]


@pytest.mark.req("Z10")
def test_a_return_costs_as_many_statements_however_many_are_paid(world):
    """What follows from it in the database is a statement each, too: no trigger of it runs row by row."""
    world.seal(JULY, {"张三": 83_333})
    small = send(world)
    world.seal(AUGUST, dict.fromkeys(("张三", "李四", *(f"村民{number}" for number in range(20))), 10000))
    large = send(world)
    counted = []
    for batch in (small, large):
        rows = answers(batch)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            read(world, batch, rows, batch.number.encode())
        counted.append(len(asked))
    assert counted[0] == counted[1]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'payment_batchentry'::regclass AND NOT tgisinternal "
            "AND tgtype & 1 = 1 AND tgtype & 2 = 0"
        )
        assert cursor.fetchall() == []
    assert sums() == {"1": 103_333}
