"""The four programmes one after the other, each by the people whose part it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from yigang.demo import bring
from yigang.demo.bring import Staff, acting
from yigang.demo.systems import life, people, units, watched
from yigang.demo.systems.kinds import CADRES, SYSTEMS, TEAMS, TOWN, YEAR, System
from yigang.exchange.enums import ImportKind
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.posts import domain as posts
from yigang.posts.models import Programme


def make(staff: Staff, folder: Path, *, months: int = YEAR) -> list[Programme]:
    """Everything of the four, in the last `months` of the year that each has."""
    return [_make(system, system.months(months), staff, folder) for system in SYSTEMS]


def _make(system: System, months: tuple[date, ...], staff: Staff, folder: Path) -> Programme:
    programme = _programme(system, staff)
    known = people.people_of(system)
    file = people.roster(system, known, folder)
    bring.file_in(file, ImportKind.ROSTER, programme, regioncode.pad(system.town), staff[Role.COUNTY_MANAGER])
    life.live(system, known, programme, months, staff)
    life.teach(system, programme, months, staff)
    life.judge(system, programme, months, staff)
    if system.units:
        watched.form_teams(system, programme, staff)
    if system in (TEAMS, CADRES):
        watched.inspect(programme, months[-1], staff)
    if system == TOWN:
        units.judge(system, programme, date(months[-1].year, 11, 1), staff)
    return programme


def _programme(system: System, staff: Staff) -> Programme:
    county = staff[Role.COUNTY_MANAGER]
    with acting(county):
        return posts.create_programme(
            system.code, name=system.name, kind=system.kind, region_code=regioncode.pad(system.town),
            policy_code=system.policy, starts=system.months(YEAR)[0], actor=county,
        )  # fmt: skip
