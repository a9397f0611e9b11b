"""The audit trail: one entry beside every change, in its transaction, chained by digest per county.

The chain (sequence, previous digest, digest) is made by a database trigger, so no program can write it differently.
"""

import contextvars
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from yigang.foundation import regioncode
from yigang.foundation.models import User

_address: contextvars.ContextVar[str | None] = contextvars.ContextVar("audit_address", default=None)

JSON_READY = (str, int, float, bool, type(None), date, datetime, Decimal)


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """Entries inside the block name this network address as their origin."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def snapshot(instance: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named fields as they stand, for `before` and `after`. Never name an encrypted field."""
    return {field: _plain(getattr(instance, field)) for field in fields}


def _plain(value: Any) -> Any:
    return value if isinstance(value, JSON_READY) else str(value)


def record(
    verb: str,
    target: models.Model | tuple[str, str],
    *,
    actor: User | None,
    region_code: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write one entry. `target` is the object, or (type, id) of something that is not a row.

    The entry holds its county's chain until the transaction ends, so call this last in a long verb.
    """
    if isinstance(target, models.Model):
        object_type, object_id = target._meta.label_lower, str(target.pk)
        region_code = region_code or getattr(target, "region_code", None)
    else:
        object_type, object_id = target
    region = region_code or regioncode.NATIONAL
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO foundation_auditentry (county, actor_id, actor_name, actor_role, address, verb,
                 object_type, object_id, region_code, before, after)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb)""",
            [
                regioncode.county_of(region), actor.pk if actor else None, actor.name if actor else "",
                actor.role if actor else "", _address.get(), verb, object_type, object_id, region,
                _json(before), _json(after),
            ],
        )  # fmt: skip


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


@dataclass(frozen=True)
class Break:
    """A place where a county's chain does not hold."""

    county: str
    sequence: int
    what: str
    """`missing`, `tampered`, `unlinked` or `cut`: rows are gone, changed, do not continue the one before, or the end is gone."""


VERIFY = """
WITH chain AS (
  SELECT county, sequence, previous, digest, yigang_audit_digest(e) AS computed,
         lag(sequence) OVER w AS before, lag(digest) OVER w AS expected
  FROM foundation_auditentry e WINDOW w AS (PARTITION BY county ORDER BY sequence))
SELECT county, sequence, CASE
    WHEN sequence <> coalesce(before, 0) + 1 THEN 'missing'
    WHEN digest <> computed THEN 'tampered'
    WHEN previous <> coalesce(expected, ''::bytea) THEN 'unlinked' END AS what
FROM chain
WHERE sequence <> coalesce(before, 0) + 1 OR digest <> computed OR previous <> coalesce(expected, ''::bytea)
UNION ALL
SELECT h.county, h.sequence, 'cut' FROM foundation_audithead h
LEFT JOIN (SELECT county, max(sequence) AS last FROM foundation_auditentry GROUP BY county) e USING (county)
WHERE h.sequence <> coalesce(e.last, 0)
   OR h.digest <> coalesce((SELECT digest FROM foundation_auditentry x
                            WHERE x.county = h.county AND x.sequence = h.sequence), ''::bytea)
ORDER BY 1, 2
"""


def verify() -> list[Break]:
    """Every place where a chain is broken; an empty list is a sound trail. Reads what the caller's scope shows."""
    with connection.cursor() as cursor:
        cursor.execute(VERIFY)
        return [Break(*row) for row in cursor.fetchall()]


def heads() -> dict[str, tuple[int, str]]:
    """County → last sequence and digest. Written down elsewhere, these make a rewritten trail evident."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT county, sequence, encode(digest, 'hex') FROM foundation_audithead ORDER BY county")
        return {county: (sequence, digest) for county, sequence, digest in cursor.fetchall()}
