"""Somebody with the database's highest rights changes a sealed month behind its triggers: verification says what and where."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from tests.conftest import CLUSTER
from tests.payment.world import HUNG, JULY, TOWN, World

from yigang.duty.enums import Table
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal
from yigang.payment.settlement.verify import verify


@pytest.fixture
def auditor(committed_db, make_user):
    return make_user(Role.AUDITOR, "520403")


@pytest.fixture
def sealed(committed_db, make_user) -> Iterator[Settlement]:
    officer, reviewer = make_user(Role.TOWN_OFFICER, "520403"), make_user(Role.COUNTY_MANAGER, "520403")
    world = World(officer)
    world.declare(Table.LEAVES, Table.WORK_LOGS)
    world.work(world.hire("王大山"))
    world.work(world.hire("李二"))
    settle(world.programme, TOWN, JULY, actor=officer)
    settlement = Settlement.objects.get()
    review.publish(settlement, on=HUNG, actor=officer)
    review.submit(settlement, actor=officer)
    review.approve(settlement, actor=reviewer)
    return seal(settlement, actor=reviewer)


@pytest.fixture
def forge(committed_db):
    """Run a statement as the cluster's superuser with every trigger off."""

    def run(statement: str) -> None:
        with psycopg.connect(CLUSTER.url("postgres", committed_db), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            assert connection.execute(sql.SQL(statement)).rowcount > 0

    return run


def fields(settlement: Settlement, auditor) -> set[str]:
    with rls.scope(auditor):
        settlement.refresh_from_db()
        return {difference.field for difference in verify(settlement, actor=auditor).differences}


def test_nothing_forged_nothing_found(sealed, auditor):
    assert fields(sealed, auditor) == set()


def test_a_raised_amount_is_found_with_its_person(sealed, auditor, forge):
    line = SubsidyLine.objects.order_by("pk").first()
    forge(f"UPDATE payment_subsidyline SET amount_fen = 100000 WHERE id = {line.pk}")  # noqa: S608 - a number of our own
    differences = verify(sealed, actor=auditor).differences
    found = next(one for one in differences if one.field == "amount_fen")
    assert (found.line, found.person, found.kept, found.computed) == (line.pk, "王大山", 100000, 83333)
    assert "total_fen" in {one.field for one in differences}


def test_a_raised_amount_with_a_total_made_to_match_is_found(sealed, auditor, forge):
    forge("UPDATE payment_subsidyline SET amount_fen = 100000")
    forge("UPDATE payment_settlement SET total_fen = 200000")
    assert {"amount_fen", "total_fen"} <= fields(sealed, auditor)


def test_a_changed_figure_of_the_explanation_is_found(sealed, auditor, forge):
    forge("""UPDATE payment_subsidyline SET trace = jsonb_set(trace, '{出勤天数}', '23')""")
    assert fields(sealed, auditor) == {"trace.出勤天数"}


def test_a_removed_line_is_found(sealed, auditor, forge):
    forge("DELETE FROM payment_subsidyline WHERE id = (SELECT max(id) FROM payment_subsidyline)")
    assert {"line", "total_fen"} <= fields(sealed, auditor)


def test_kept_facts_made_to_fit_are_found_by_the_trail(sealed, auditor, forge):
    """Facts and their digest changed together agree with each other, but not with the audit trail."""
    forge("UPDATE payment_snapshot SET facts = facts || 'x'::bytea")
    forge("UPDATE payment_settlement SET facts_digest = (SELECT encode(sha256(facts), 'hex') FROM payment_snapshot)")
    assert fields(sealed, auditor) == {"facts_digest"}


def test_damaged_facts_are_found_and_said(sealed, auditor, forge):
    forge("UPDATE payment_snapshot SET facts = 'nothing'::bytea")
    assert fields(sealed, auditor) == {"facts_digest", "facts"}


def test_missing_facts_are_found(sealed, auditor, forge):
    forge("DELETE FROM payment_snapshot")
    assert fields(sealed, auditor) == {"snapshot"}


def test_a_changed_policy_is_found(sealed, auditor, forge):
    forge("UPDATE payment_snapshot SET policy = replace(policy, '10000.00', '12000.00')")
    assert {"policy_digest", "lines_digest", "amount_fen"} <= fields(sealed, auditor)


def test_an_unreadable_policy_is_found(sealed, auditor, forge):
    forge("UPDATE payment_snapshot SET policy = 'code: x'")
    assert fields(sealed, auditor) == {"policy"}
