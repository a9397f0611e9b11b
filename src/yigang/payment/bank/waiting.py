"""Everybody who is owed money, sorted in the database: how many and how much by reason, a page of each, sums by month.

The same sorting as `proposal.propose`, which makes objects of everybody for a batch; here a page asks for a county at once and
shows fifty, from the sums that the database keeps (`Owed`). A law in the tests holds the two to each other.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection

from yigang.foundation.money import Fen
from yigang.payment.bank.proposal import BEGINNING, UNPAID, Held, HoldReason, propose
from yigang.payment.enums import LineState
from yigang.posts.models import Programme

PAYABLE = "payable"
SHOWN = 50
SORTED = f"""
WITH unpaid (id, person_id, region_code, month, fen, open, was_refused, on_hold) AS MATERIALIZED ({UNPAID}),
per AS (SELECT person_id, coalesce(sum(fen) FILTER (WHERE NOT open AND NOT on_hold), 0)::bigint AS fen,
               coalesce(sum(fen) FILTER (WHERE on_hold), 0)::bigint AS fen_on_hold, bool_or(open) AS has_open,
               bool_or(on_hold AND NOT open) AS has_hold, bool_or(NOT open AND NOT on_hold) AS has_due
        FROM unpaid GROUP BY person_id),
due AS (SELECT per.person_id, per.fen, p.region_code, p.pinyin, CASE
          WHEN p.died_on IS NOT NULL THEN 'died' WHEN a.id IS NULL THEN 'no_account'
          WHEN a.holder <> p.name THEN 'other_holder'
          WHEN EXISTS (SELECT FROM payment_batchentry e WHERE e.account_id = a.id AND e.state = 'refused') THEN 'refused'
          WHEN per.fen <= 0 THEN 'negative' ELSE 'payable' END AS reason
        FROM per JOIN people_person p ON p.id = per.person_id
             LEFT JOIN people_bankaccount a ON a.person_id = p.id AND a.active
        WHERE per.has_due)
"""  # noqa: S608 - made of the constant above
GROUPS = """
WITH here AS NOT MATERIALIZED (
  SELECT person_id, home, pinyin, kind, reason, fen, apart FROM payment_owed
  WHERE programme_id = %(programme)s AND region_code ^@ %(prefix)s
    AND home OPERATOR(public.^@@) ANY ((SELECT yigang_scope())::text[])),
together AS MATERIALIZED (
  SELECT person_id, min(home) AS home, min(pinyin) AS pinyin, sum(fen)::bigint AS fen, CASE
    WHEN max(reason) NOT IN ('payable', 'negative') THEN max(reason)
    WHEN sum(fen) > 0 THEN 'payable' ELSE 'negative' END AS reason
  FROM here WHERE apart GROUP BY person_id, kind),
sums AS (
  SELECT reason, sum(people) AS people, sum(fen)::bigint AS fen FROM (
    SELECT reason, people, fen FROM payment_owedsum
    WHERE programme_id = %(programme)s AND region_code ^@ %(prefix)s
      AND home OPERATOR(public.^@@) ANY ((SELECT yigang_scope())::text[])
    UNION ALL SELECT reason, 1, fen FROM together) AS one GROUP BY reason HAVING sum(people) > 0)
SELECT s.reason, s.people, s.fen, CASE WHEN s.reason <> 'payable' THEN ARRAY(
  SELECT person_id FROM (
    (SELECT person_id, home, pinyin FROM here WHERE reason = s.reason AND NOT apart
     ORDER BY home, pinyin, person_id LIMIT %(first)s + %(shown)s)
    UNION ALL SELECT person_id, home, pinyin FROM together WHERE reason = s.reason) AS one
  ORDER BY home, pinyin, person_id OFFSET %(first)s LIMIT %(shown)s) END
FROM sums s
"""
BY_MONTH = f"""{SORTED}
SELECT u.month, CASE WHEN u.on_hold THEN 'on_hold' WHEN u.was_refused THEN 'refused'
            WHEN NOT u.open AND due.reason = 'payable' THEN 'open' ELSE 'held' END,
       coalesce(sum(u.fen), 0)::bigint
FROM unpaid u LEFT JOIN due ON due.person_id = u.person_id GROUP BY 1, 2
"""  # noqa: S608 - made of the constants above


@dataclass(frozen=True)
class Group:
    """The people who are held for one reason: how many, how much waits, and one page of them."""

    reason: HoldReason
    people: int
    fen: Fen
    shown: list[Held]


@dataclass(frozen=True)
class Waiting:
    """Of a programme in a region: what the next batch could pay, and who is held, by reason."""

    payable_people: int
    payable_fen: Fen
    groups: list[Group]


def waiting(programme: Programme, region_prefix: str, *, first: int = 0) -> Waiting:
    """Counts of everybody, and of each reason the people from `first` on, by region and name."""
    asked: dict[str, int | str] = {"programme": programme.pk, "prefix": region_prefix, "first": first, "shown": SHOWN}
    add_up()
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, asked)
        rows = cursor.fetchall()
    found = {reason: (count, fen, ids or []) for reason, count, fen, ids in rows}
    people = {pk for _count, _fen, ids in found.values() for pk in ids}
    held = propose(programme, region_prefix, people=people).held if people else []
    payable_people, payable_fen, _none = found.get(PAYABLE, (0, 0, []))
    groups = [
        Group(reason, count, fen, [one for one in held if one.reason == reason and one.person.pk in set(ids)])
        for reason in HoldReason
        if reason in found
        for count, fen, ids in [found[reason]]
    ]
    return Waiting(payable_people, payable_fen, groups)


def add_up() -> None:
    """Bring the kept sums up to date for those about whom something changed.

    Verbs that change thousands ask for it once they are committed, so that no page has to make up for them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT yigang_add_up_owed()")


def by_month(programme: Programme, region_prefix: str) -> dict[date, Counter[str]]:
    """What no live payment pays, in fen, by month: `open` for the next batch, `on_hold`, `held`, `refused`."""
    found: dict[date, Counter[str]] = defaultdict(Counter)
    undetermined = LineState.UNDETERMINED
    asked: list[int | str | date] = [
        undetermined,
        programme.pk,
        programme.pk,
        region_prefix,
        BEGINNING,
        date.max,
        undetermined,
    ]
    with connection.cursor() as cursor:
        cursor.execute(BY_MONTH, asked)
        for month, part, fen in cursor.fetchall():
            found[month][part] = fen
    return found
