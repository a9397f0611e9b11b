"""A round with applicants at its step of checking, and registers handed in for it."""

from __future__ import annotations

from datetime import date

import polars as pl
from tests.people.factories import identity_number
from tests.recruitment.world import World

from yigang.foundation import identity
from yigang.policy.comparison import presets
from yigang.recruitment.comparison import registers
from yigang.recruitment.models import Application, ComparisonRegister

COUNTY = "520403000000"
AS_OF = date(2020, 5, 31)


def line(order: int, name: str, *, number: str | None = None, **values: object) -> dict[str, object]:
    """A line about the person whose identity number has this order (see `identity_number`)."""
    number = identity_number(order) if number is None else number
    checked = identity.inspect(pl.Series([number])).row(0, named=True)
    return {
        "number": order, "identity": number or None, "fault": "" if checked["code"] in (None, "empty") else checked["code"],
        "name": name, "birth": checked["birth"], "lives": None, "born": checked["region6"], "card": None, "detail": "",
        **values,
    }  # fmt: skip


NAMES = ("周大勇", "吴桂香", "郑文斌")


def apply_all(world: World, count: int) -> list[Application]:
    """The first of `NAMES` apply; their identity numbers have the orders 1, 2, 3."""
    return [world.apply(world.person(name)) for name in NAMES[:count]]


def hand_in(
    world: World, kind: str, *lines: dict[str, object], as_of: date = AS_OF, region_code: str = COUNTY
) -> ComparisonRegister:
    frame = pl.DataFrame(list(lines), schema=registers.LINES)
    handed = registers.Handed(presets()[kind], as_of, region_code, None, frame)
    return registers.load_register(handed, actor=world.county)
