"""Evidence and the seal of its month over two real connections: what is committed is in the sealed facts, or refused."""

import threading
from collections.abc import Callable
from datetime import date

import polars as pl
import psycopg
import pytest
from django.db import connections, transaction
from tests.duty.conftest import at as moment
from tests.duty.conftest import evidence, punch
from tests.payment.world import HUNG, JULY, TOWN

from yigang.appraisal import domain as appraisal
from yigang.appraisal.models import MarkWithdrawal
from yigang.duty import domain as duty
from yigang.duty.enums import Table
from yigang.duty.models import CheckIn, Intake
from yigang.exchange.duty_imports.importers import packed
from yigang.exchange.enums import ImportKind
from yigang.exchange.registry import Context, importer_of
from yigang.foundation import domain as foundation
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import silent
from yigang.payment.enums import Step
from yigang.payment.models import Settlement, Snapshot
from yigang.payment.settlement import review, snapshot
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal
from yigang.tenure.domain import Terms, change_terms

pytestmark = [pytest.mark.req("Z10"), pytest.mark.usefixtures("committed_db")]
NINTH = date(2020, 7, 9)


class Other:
    """A second person's work, on a connection of its own; `outcome` is what became of it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work, self.outcome = work, "under way"
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            with rls.everywhere("the test's second officer"):
                self.work()
            self.outcome = "done"
        except Refusal as refusal:
            self.outcome = refusal.code
        finally:
            connections.close_all()

    def waits(self) -> "Other":
        """Returns once PostgreSQL lets it wait for a lock."""
        while not _somebody_waits():
            assert self.thread.is_alive(), self.outcome
        return self

    def ends(self) -> str:
        self.thread.join(30)
        return self.outcome


def _somebody_waits() -> bool:
    settings = connections["default"].settings_dict
    with psycopg.connect(host=settings["HOST"], dbname=settings["NAME"], user="postgres") as raw:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        return raw.execute(query, [settings["NAME"]]).fetchone()[0] > 0


@pytest.fixture
def ranger(world):
    return world.work(world.hire("王大山"))


@pytest.fixture
def approved(world, ranger, town_officer, reviewer) -> Settlement:
    settle(world.programme, TOWN, JULY, actor=town_officer)
    settlement = Settlement.objects.get(month=JULY)
    review.publish(settlement, on=HUNG, actor=town_officer)
    review.submit(settlement, actor=town_officer)
    return review.approve(settlement, actor=reviewer)


@pytest.fixture
def write(world, ranger, county_manager, town_officer, tmp_path) -> dict[str, Callable[[], object]]:
    """What others could do to July in the moment in which it is sealed, each as one call."""
    late = evidence(Table.CHECK_INS, [punch("王大山", moment(30))])
    stored = foundation.store_file(
        b"x", name="7.xlsx", region_code=TOWN, actor=county_manager, content_type="application/x"
    )
    context = Context(county_manager, TOWN, world.programme, stored, tmp_path)
    plan, mark = packed(late), ranger.marks.get()
    return {
        "import": lambda: transaction.atomic(importer_of(ImportKind.DINGTALK).apply)(context, plan, silent),
        "withdraw": lambda: duty.withdraw(Intake.objects.get(table="check_ins"), reason="错", actor=county_manager),
        "withdraw marks": lambda: appraisal.withdraw_marks([mark], reason="错", actor=town_officer),
    }


REFUSED = {"import": "month_sealed", "withdraw": "sealed", "withdraw marks": "sealed"}


@pytest.mark.parametrize("what", REFUSED)
def test_what_comes_while_a_month_is_sealed_waits_and_is_refused(approved, write, reviewer, what):
    rows = CheckIn.objects.count()
    with transaction.atomic():
        seal(approved, actor=reviewer)
        other = Other(write[what]).waits()
    assert other.ends() == REFUSED[what]
    assert (CheckIn.objects.count(), Intake.objects.filter(withdrawn_at__isnull=False).count()) == (rows, 0)
    assert not MarkWithdrawal.objects.exists()


@pytest.mark.parametrize("what", REFUSED)
def test_what_waited_for_a_seal_that_failed_is_done(approved, write, reviewer, what):
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - the block is what is broken off
        seal(approved, actor=reviewer)
        other = Other(write[what]).waits()
        raise ZeroDivisionError
    assert other.ends() == "done"
    assert Settlement.objects.get().step == Step.APPROVED


@pytest.mark.parametrize("what", REFUSED)
def test_a_seal_waits_for_what_is_being_written_and_is_refused(approved, write, reviewer, what):
    """The import of a 23rd day, and what was withdrawn, change the approved line."""
    with transaction.atomic():
        write[what]()
        other = Other(lambda: seal(approved, actor=reviewer)).waits()
    assert other.ends() == "facts_changed"
    assert not Snapshot.objects.exists()


def test_evidence_that_changes_no_result_lies_in_the_sealed_facts(world, approved, ranger, county_manager, reviewer):
    rows = CheckIn.objects.count()
    with transaction.atomic():
        correct_ninth(ranger, county_manager)
        other = Other(lambda: seal(approved, actor=reviewer)).waits()
    assert other.ends() == "done"
    kept = snapshot.unpack(bytes(Snapshot.objects.get().facts)).check_ins
    assert kept.height == rows
    assert kept.filter(pl.col("day") == NINTH)["at"].to_list() == [moment(9, "07:40")]


def correct_ninth(ranger, actor) -> None:
    """Ten minutes later on one morning: another fact, the same pay."""
    entry = CheckIn.objects.get(person=ranger.person_id, day=NINTH)
    duty.correct_check_in(
        entry, at=moment(9, "07:40"), kind=entry.kind, result=None, place=None, reason="看错", actor=actor
    )


def test_days_in_post_change_before_the_seal_or_after_it(approved, ranger, county_manager, reviewer):
    """Allowed on a sealed month, where they propose a correction, so it is done; but never in between."""
    terms = Terms(date(2020, 7, 10))
    with transaction.atomic():
        seal(approved, actor=reviewer)
        other = Other(lambda: change_terms(ranger, terms, actor=county_manager)).waits()
    assert other.ends() == "done"
    kept = snapshot.unpack(bytes(Snapshot.objects.get().facts)).appointments
    assert kept["start"].to_list() == [date(2020, 1, 1)]
