"""The four programmes one after the other, each by the people whose part it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from yigang.demo import bring
from yigang.demo.bring import Staff, acting
from yigang.demo.systems import chosen, judged, life, meetings, people, units, voted, watched
from yigang.demo.systems.kinds import STREET, SYSTEMS, TOWN, YEAR, System
from yigang.exchange.enums import ImportKind
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.models import Person
from yigang.posts import domain as posts
from yigang.posts.models import Programme


def make(
    staff: Staff, folder: Path, *, months: int = YEAR, systems: Sequence[System] = SYSTEMS
) -> list[Programme]:  # fmt: skip
    """Everything of the four, in the last `months` of the year that each has."""
    return [_make(system, system.months(months), staff, folder) for system in systems]


def _make(system: System, months: tuple[date, ...], staff: Staff, folder: Path) -> Programme:
    programme = _programme(system, staff)
    known = people.people_of(system)
    file = people.roster(system, known, folder)
    bring.file_in(file, ImportKind.ROSTER, programme, regioncode.pad(system.town), staff[Role.COUNTY_MANAGER])
    if system.opened:
        known = _chosen(system, known, programme, staff)
    life.live(system, known, programme, months, staff)
    life.teach(system, programme, months, staff)
    if system.code == STREET.code:
        judged.give_points(system, programme, months, staff)
        voted.count(programme, months[-1], staff)
    life.judge(system, programme, months, staff)
    if system.code == STREET.code:
        judged.close_periods(system, programme, months, staff)
        voted.begin(programme, months[-1], staff)
    if system.units:
        watched.form_teams(system, programme, staff)
        watched.inspect(programme, months[-1], staff)
    if system.code == TOWN.code:
        units.judge(system, programme, date(months[-1].year, 11, 1), staff)
        meetings.meet(system, programme, months, staff)
    return programme


def _chosen(system: System, known: pl.DataFrame, programme: Programme, staff: Staff) -> pl.DataFrame:
    """The rows of those whom the round brought into posts."""
    with acting(staff[Role.COUNTY_MANAGER]):
        index = {bytes(one.identity_index): one for one in Person.objects.filter(region_code=known["region_code"][0])}
        people = [index[vault().index(number, IDENTITY)] for number in known["identity"]]
    chosen.choose(system, programme, people, staff)
    with acting(staff[Role.COUNTY_MANAGER]):
        held = {bytes(one.person.identity_index) for one in programme.appointments.select_related("person")}
    return known.filter(pl.Series([vault().index(number, IDENTITY) in held for number in known["identity"]]))


def _programme(system: System, staff: Staff) -> Programme:
    county = staff[Role.COUNTY_MANAGER]
    with acting(county):
        return posts.create_programme(
            system.code, name=system.name, kind=system.kind, region_code=regioncode.pad(system.town),
            policy_code=system.policy, starts=system.opened or system.months(YEAR)[0], actor=county,
        )  # fmt: skip
