"""Row-level security: which rows this connection may see, enforced by PostgreSQL even when a query forgets it.

The scope is a list of region-code prefixes kept in the setting `yigang.scope`. Nothing set: nothing visible. Beside it the
setting `yigang.actor` says which account looks, for the few rows that are kept from others of the same region.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, migrations
from django.db.migrations.operations.base import Operation

EVERYWHERE = "*"


class Scoped(Protocol):
    """Anything with prefixes, such as a user."""

    @property
    def prefixes(self) -> tuple[str, ...]: ...


def _set(settings: Mapping[str, str]) -> dict[str, str]:
    """Set for this transaction, if there is one, else for the connection; what they were before. One statement.

    A value set for the connection inside a transaction would outlive one that the transaction alone had.
    """
    asked = ", ".join(["current_setting(%s, true), set_config(%s, %s, %s)"] * len(settings))
    local = connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {asked}",
            [each for name, value in settings.items() for each in (name, name, value, local)],
        )
        found = cursor.fetchone()
    return {name: found[2 * number] or "" for number, name in enumerate(settings)}


@contextmanager
def _setting(settings: Mapping[str, str]) -> Iterator[None]:
    before = _set(settings)
    try:
        yield
    finally:
        # A failed transaction takes no further statement; its rollback restores the setting by itself.
        if not (connection.in_atomic_block and connection.needs_rollback) and _usable():
            _set(before)


def _scope(value: str, actor: str = "") -> AbstractContextManager[None]:
    return _setting({"yigang.scope": value, "yigang.actor": actor})


def _usable() -> bool:
    raw = connection.connection
    return raw is not None and not raw.closed and raw.info.transaction_status.name != "INERROR"


@contextmanager
def scope(actor: Scoped) -> Iterator[None]:
    """See what the actor may see, until the block ends."""
    with _scope(",".join(actor.prefixes), str(actor.pk) if isinstance(actor, AbstractBaseUser) else ""):
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
    with _scope(""), _setting({"role": role}):
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


ACTOR = """
CREATE FUNCTION yigang_actor() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT NULLIF(current_setting('yigang.actor', true), '')::bigint
$$
"""


def keep_secret(table: str) -> Operation:
    """Migration step: rows of a protected `table` are there for the accounts in `known_to` alone until `open_at` is set."""
    return migrations.RunSQL(
        f"CREATE POLICY kept_secret ON {table} AS RESTRICTIVE USING (open_at IS NOT NULL "
        "OR (SELECT yigang_actor()) = ANY (known_to) OR current_setting('yigang.scope', true) = '*')",
        migrations.RunSQL.noop,
    )


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
