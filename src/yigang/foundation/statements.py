"""Statements of a hot path: prepared once a connection, arguments apart from the text, rows as tuples.

Django's cursor writes arguments into the text, so that the server plans every statement anew; over a path that runs a thousand
times a second that is half of the database's work. `connection.queries` shows these statements too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection

from yigang.foundation import arrays

PREPARE_AFTER = 3
"""How often a connection sees a statement before it is prepared."""


def run(query: LiteralString, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Rows of one statement, in the caller's transaction; an empty list when it returns none."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw = connection.connection
    if raw.prepare_threshold != PREPARE_AFTER:  # a connection that is new here
        raw.prepare_threshold = PREPARE_AFTER
        arrays.teach(raw)
    begun = time.monotonic()
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(query, parameters)
        rows = cursor.fetchall() if cursor.description else []
    if connection.queries_logged:
        connection.queries_log.append({"sql": query, "time": f"{time.monotonic() - begun:.3f}"})
    return rows
