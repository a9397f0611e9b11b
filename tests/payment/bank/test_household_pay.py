"""The sums of households that the database keeps: whole however many are paid, and right whoever is at it meanwhile."""

from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.payment.bank.conftest import AUGUST, COUNTY, JULY, VILLAGE
from tests.payment.bank.test_concurrency import in_a_thread, waiting_for_a_lock
from tests.payment.bank.test_returns import answers, read, send

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.payment.household_income import with_income
from yigang.payment.models import HouseholdPay
from yigang.people.enums import ChangeKind, ReviewState
from yigang.people.models import Household, HouseholdSize, Person, RegisterChange, RegisterEdition
from yigang.people.register import review

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


def moves(world, *steps: tuple[str, str]) -> RegisterEdition:
    """A register that says of each of these people, in this order, that they live in another household."""
    edition = RegisterEdition.objects.create(
        region_code=COUNTY, quarter="2020Q3", as_of=date(2020, 9, 30), digest="", rows=len(steps), loaded_by=world.manager
    )  # fmt: skip
    for name, to in steps:
        person = world.people[name]
        RegisterChange.objects.create(
            edition=edition, person=person, region_code=VILLAGE, name=name, what=ChangeKind.CHANGED, fields=["household"],
            proposals={"household": [person.household.number, to]},
        )  # fmt: skip
    return edition


@pytest.mark.req("Z10")
@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize(("movers", "halted_at"), [(("张三", "王五"), "4"), (("赵六", "钱七"), "3")])
def test_several_moves_and_a_return_that_cross_each_other_wait_and_do_not_block_for_good(world, movers, halted_at):
    """Paid are 张三 of household 1 and 王五 of household 2; they move themselves, or others of their households who were
    paid before. The register's order is the reverse of the return's, and it is stopped where it would hold one of both."""
    homes = {number: home(number) for number in ("3", "4")}
    for name, at in (("王五", world.new), ("赵六", world.old), ("钱七", world.new)):
        world.person(name, household=at)
    world.seal(JULY, {"赵六": 100, "钱七": 100})
    before = send(world)
    read(world, before, answers(before), b"before")
    world.seal(AUGUST, {"张三": 83_333, "王五": 40_000})
    batch = send(world)
    first, second = movers
    edition = moves(world, (second, "4"), (first, "3"))
    done: list[object] = []

    def accept() -> None:
        done.append(review.decide_all(edition, RegisterChange.objects.all(), ReviewState.ACCEPTED, actor=world.manager))

    with transaction.atomic():
        Household.objects.select_for_update(no_key=True).get(pk=homes[halted_at].pk)
        accepting = in_a_thread(accept)
        while waiting_for_a_lock() < 1:
            assert accepting.is_alive()
        reading = in_a_thread(lambda: done.append(read(world, batch, answers(batch))))
        while waiting_for_a_lock() < 2:
            assert reading.is_alive()
    for thread in (accepting, reading):
        thread.join(30)
        assert not thread.is_alive()
    assert len(done) == 2
    paid = {"张三": ("1", 83_333), "王五": ("2", 40_000), "赵六": ("1", 100), "钱七": ("2", 100)}
    paid |= {first: ("3", paid[first][1]), second: ("4", paid[second][1])}
    expected: dict[str, int] = {}
    for number, fen in paid.values():
        expected[number] = expected.get(number, 0) + fen
    assert sums() == expected


@pytest.mark.usefixtures("committed_db")
def test_the_sum_of_a_household_that_is_written_to_another_village_meanwhile_lies_there(world):
    world.seal(JULY, {"张三": 83_333})
    batch = send(world)
    moved = Household.objects.filter(pk=world.old.pk)
    beside(lambda: moved.update(region_code="520403100201"), lambda: read(world, batch, answers(batch)))
    assert HouseholdPay.objects.get().region_code == "520403100201"


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
