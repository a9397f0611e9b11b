"""The intake that everything from phones belongs to: one for each town, table and month, made when it is first needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.db import connection, transaction

from yigang.duty.domain.intake import open_month, wait_for_seals
from yigang.duty.enums import Table
from yigang.foundation import regioncode
from yigang.foundation.statements import run

TOWN = 9
_Key = tuple[str, str, str, date]
_known: dict[_Key, int] = {}
"""(database, town, table, first day) → intake, of those that are committed."""


def standing_intakes(table: Table, places: Iterable[tuple[str, date]]) -> dict[tuple[str, date], int]:
    """(region, day) → the intake its evidence belongs to; waits for who seals one of the months there."""
    places = set(places)
    for month in {day.replace(day=1) for _region, day in places}:
        in_month = {(region, day) for region, day in places if day.replace(day=1) == month}
        days = [day for _region, day in in_month]
        wait_for_seals(table, {region for region, _day in in_month}, min(days), max(days))
    keys = {place: (regioncode.pad(place[0][:TOWN]), place[1].replace(day=1)) for place in places}
    found = {key: _standing(table, *key) for key in sorted(set(keys.values()))}  # two who make them wait in one order
    return {place: found[key] for place, key in keys.items()}


def _standing(table: Table, town: str, month: date) -> int:
    key = (str(connection.settings_dict["NAME"]), town, table.value, month)
    if key not in _known:
        if table == Table.CHECK_INS:
            open_month(month)
        [(intake,)] = run("SELECT yigang_phone_intake(%s, %s, %s)", [town, table.value, month])
        transaction.on_commit(partial(_known.__setitem__, key, intake))
        return int(intake)
    return _known[key]


def forget() -> None:
    """Databases of tests come and go under one name."""
    _known.clear()
