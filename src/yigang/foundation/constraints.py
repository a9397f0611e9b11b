"""Which constraint of the database a statement broke, so that a verb can say it in words."""

from django.db import DatabaseError
from psycopg import errors as pg


def violated(error: DatabaseError) -> str:
    """Name of the constraint, empty when the database named none."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, pg.Error) else ""
