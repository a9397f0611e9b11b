"""Why appointments change: what the database's ledger cannot know by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from yigang.foundation.models import User
from yigang.tenure.enums import ExitReason, LedgerKind


@contextmanager
def because(
    reason: str, *, actor: User | None, kind: LedgerKind | None = None, proposed_by: User | None = None,
    exit_reason: ExitReason | None = None, link: str = "",
) -> Iterator[None]:  # fmt: skip
    """Changes of appointments inside the block are entered with this reason and these people.

    Must be inside a transaction. Without `kind` the entry is named by what happened to the row.
    """
    told = {
        "reason": reason, "actor_id": actor.pk if actor else None, "actor_name": actor.name if actor else None,
        "kind": kind, "proposed_by": proposed_by.name if proposed_by else None, "exit_reason": exit_reason, "link": link,
    }  # fmt: skip
    before = _tell(json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False))
    yield  # a failure rolls the setting back with everything else
    _tell(before)


def _tell(cause: str) -> str:
    """Set what is told for the rest of the transaction; returns what was told before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('yigang.cause', true), set_config('yigang.cause', %s, true)", [cause])
        return cursor.fetchone()[0] or ""
