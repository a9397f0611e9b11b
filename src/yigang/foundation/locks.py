"""Rows held until the transaction ends, read as they stand after the wait."""

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def hold(rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Lock these rows, in the order of their keys, and return them to be read.

    Two statements on purpose. PostgreSQL reads a row again that it waited for, and not what was joined to it: with
    `select_related` in the statement that locks, a decision would rest on joined rows of before the wait.
    """
    locking = rows.select_related(None).order_by("pk").only("pk").select_for_update(of=("self",))
    return rows.filter(pk__in=[row.pk for row in locking])
