"""How often something may be tried. Counted in the database, so that it holds across processes."""

from datetime import UTC, datetime, timedelta

from django.db import connection


def tries(key: str, *, per: timedelta, times: int = 1) -> int:
    """Count one more try of `key`, or several, in the current window; how many there were, these included."""
    seconds = int(per.total_seconds())
    start = datetime.fromtimestamp(int(datetime.now(UTC).timestamp()) // seconds * seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM foundation_throttle WHERE key = %s AND "window" < %s', [key, start])
        cursor.execute(
            'INSERT INTO foundation_throttle (key, "window", count) VALUES (%s, %s, %s) '
            'ON CONFLICT (key, "window") DO UPDATE SET count = foundation_throttle.count + excluded.count '
            "RETURNING count",
            [key, start, times],
        )
        return int(cursor.fetchone()[0])


def seen(key: str, *, per: timedelta) -> int:
    """How many tries of `key` there were in the current window; counts nothing."""
    seconds = int(per.total_seconds())
    start = datetime.fromtimestamp(int(datetime.now(UTC).timestamp()) // seconds * seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute('SELECT count FROM foundation_throttle WHERE key = %s AND "window" = %s', [key, start])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def sweep(*, older_than: timedelta) -> int:
    """Forget windows that are long over; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM foundation_throttle WHERE "window" < %s', [datetime.now(UTC) - older_than])
        return int(cursor.rowcount)
