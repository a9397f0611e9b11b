"""Row-level security: which rows this connection may see, enforced by PostgreSQL even when a query forgets it.

The scope is a list of region-code prefixes kept in the setting `yigang.scope`. Nothing set: nothing visible.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from django.db import connection, migrations
from django.db.migrations.operations.base import Operation

EVERYWHERE = "*"


class Scoped(Protocol):
    """Anything with prefixes, such as a user."""

    @property
    def prefixes(self) -> tuple[str, ...]: ...


def _set(setting: str, value: str) -> str:
    """Set for this transaction, if there is one, else for the connection; what it was before.

    A value set for the connection inside a transaction would outlive one that the transaction alone had.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(%s, true), set_config(%s, %s, %s)",
            [setting, setting, value, connection.in_atomic_block],
        )
        return cursor.fetchone()[0] or ""


@contextmanager
def _setting(setting: str, value: str) -> Iterator[None]:
    before = _set(setting, value)
    try:
        yield
    finally:
        # A failed transaction takes no further statement; its rollback restores the setting by itself.
        if not (connection.in_atomic_block and connection.needs_rollback) and _usable():
            _set(setting, before)


def _scope(value: str) -> AbstractContextManager[None]:
    return _setting("yigang.scope", value)


def _usable() -> bool:
    raw = connection.connection
    return raw is not None and not raw.closed and raw.info.transaction_status.name != "INERROR"


@contextmanager
def scope(actor: Scoped) -> Iterator[None]:
    """See what the actor may see, until the block ends."""
    with _scope(",".join(actor.prefixes)):
        yield


@contextmanager
def everywhere(reason: str) -> Iterator[None]:
    """See every region. For work that serves no person: sign-in, the queue, commands. The reason is for the reader."""
    assert reason
    with _scope(EVERYWHERE):
        yield


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Speak to the database as a role with fewer rights, until the block ends. The scope is empty meanwhile."""
    with _scope(""), _setting("role", role):
        yield


SEEN_BELOW = """region_code = ANY (ARRAY(
  SELECT rpad(left(prefix, digits), 12, '0')
  FROM unnest(yigang_scope()) AS prefix, unnest(ARRAY[2, 4, 6, 9, 12]) AS digits WHERE digits <= length(prefix)))"""
"""Rows of the places above the scope. The places are worked out once a query; `yigang_reaches`, asked of every row, took
10 microseconds each."""


OPERATOR = """
DO $do$
BEGIN
  IF to_regoperator('public.^@@(text,text)') IS NULL THEN
    CREATE OPERATOR public.^@@ (FUNCTION = starts_with, LEFTARG = text, RIGHTARG = text, RESTRICT = neqsel);
  END IF;
END $do$
"""
"""Begins with, expected to hold for nearly every row; of `^@` with a prefix not known beforehand the planner expects one row in
twenty, multiplies that for each table joined, and then goes through a county one row at a time."""

IN_SCOPE = "region_code OPERATOR(public.^@@) ANY ((SELECT yigang_scope())::text[])"


def protect(table: str, *, visible_below: bool = False) -> Operation:
    """Migration step: rows of `table` are seen and written only inside the scope of their `region_code`.

    With `visible_below`, a row of a county (a programme, a fund) is also seen, not written, by its towns and villages.
    """
    statements: list[str | tuple[str, Any]] = [
        OPERATOR,
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY in_scope ON {table} USING ({IN_SCOPE})",
    ]
    if visible_below:
        statements.append(f"CREATE POLICY seen_below ON {table} FOR SELECT USING ({SEEN_BELOW})")
    return migrations.RunSQL(statements, migrations.RunSQL.noop)


def append_only(table: str) -> Operation:
    """Migration step: rows of `table` can be added and never changed, deleted or truncated, by nobody."""
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION yigang_refuse_change()",
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION yigang_refuse_change()",
        ],
        migrations.RunSQL.noop,
    )
