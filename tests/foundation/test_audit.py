"""The audit trail: chained per county, unchangeable, and evident when somebody got at it anyway."""

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from yigang.foundation import audit, rls
from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry


def write(count: int, actor=None) -> None:
    for number in range(count):
        audit.record("test.verb", ("thing", str(number)), actor=actor, region_code="520403100000", after={"n": number})


@pytest.fixture
def three_entries(county_manager):
    write(3, county_manager)


def with_triggers_off(statement: str) -> None:
    """What somebody with the machine's own password could do."""
    settings = connections["default"].settings_dict
    with psycopg.connect(host=settings["HOST"], dbname=settings["NAME"], user="postgres", autocommit=True) as raw:
        raw.execute("SET session_replication_role = replica")
        raw.execute(statement)


def test_entries_of_a_county_form_a_chain(three_entries):
    entries = list(AuditEntry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert [bytes(entry.previous) for entry in entries] == [b"", *(bytes(entry.digest) for entry in entries[:2])]
    assert audit.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE foundation_auditentry SET actor_name = 'x'",
        "DELETE FROM foundation_auditentry",
        "TRUNCATE foundation_auditentry",
        "UPDATE foundation_audithead SET sequence = 0",
    ],
)
def test_the_database_refuses_to_change_the_trail(three_entries, statement):
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement)
            changed = cursor.rowcount
        except DatabaseError:
            changed = 0
    assert changed == 0
    assert audit.verify() == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE foundation_auditentry SET after = '{\"n\": 7}' WHERE sequence = 2", (2, "tampered")),
        ("DELETE FROM foundation_auditentry WHERE sequence = 2", (3, "missing")),
        ("DELETE FROM foundation_auditentry WHERE sequence = 3", (3, "cut")),
    ],
)
def test_verify_finds_what_a_superuser_did(committed_db, statement, found):
    write(3)
    assert audit.verify() == []
    with_triggers_off(statement)
    assert found in {(item.sequence, item.what) for item in audit.verify()}


def test_an_entry_goes_with_its_change(county_manager):
    """Rolled back together: no trail of what did not happen."""

    def change_then_fail() -> None:
        with transaction.atomic():
            write(1, county_manager)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_then_fail()
    assert AuditEntry.objects.count() == 0


def test_a_foreign_county_does_not_read_the_trail(three_entries, make_user):
    with rls.scope(make_user(Role.AUDITOR, "520402")):
        assert AuditEntry.objects.count() == 0
    with rls.scope(make_user(Role.AUDITOR, "520403")):
        assert AuditEntry.objects.count() == 3
