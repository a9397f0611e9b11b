"""What the rules over the year must find: cases that the months carry anyhow, and what only registers and posts can show.

Nobody is paid more or less for it: the months that are told elsewhere keep their figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from yigang.demo import bring, doubts, paper
from yigang.demo.bring import Staff, acting
from yigang.demo.numbers import days_of
from yigang.demo.paper import Sheet
from yigang.demo.planted import Garden
from yigang.demo.population import REPLACED_EVERY
from yigang.exchange.enums import ImportKind
from yigang.foundation import identity
from yigang.foundation.enums import Role
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people import domain as people
from yigang.people.domain import Particulars
from yigang.people.enums import Relation, Residence
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure import domain as tenure
from yigang.tenure.domain import Leaving
from yigang.tenure.enums import ExitKind, ExitReason
from yigang.tenure.models import Appointment


@dataclass(frozen=True)
class Ghost:
    """An anomaly that must be found, and who carries it: cases, phones that raise a question, or people by their number."""

    rule: str
    what: str
    cases: tuple[str, ...] = ()
    doubts: tuple[str, ...] = field(default_factory=tuple)


DEAD, FAR, ONE_CARD, ONE_HOME = "dead", "tibet", ("sick_leave", "trip"), ("after_midnight", "duplicated")
LEAVER_POST = 3 * REPLACED_EVERY
"""Whose holder of the term before left a month earlier than anybody wrote down, counted from 0."""
GHOSTS = (
    Ghost("unsupported_pay", "几个月照领补贴，只有打卡，没有别的印证", ("ghost",)),
    Ghost("paid_after_death", "民政名单上已去世，之后仍打卡", (DEAD,)),
    Ghost("works_elsewhere", "登记在西藏务工，岗上天天打卡", (FAR,)),
    Ghost("shared_account", "留存代办账户登记表上两人一张卡", ONE_CARD),
    Ghost("kept_account", "补贴打进由他人保管的卡", ONE_CARD[:1]),
    Ghost("fixed_roster", "月月同样的日子到岗", ("fixed_roster", "same_address")),
    Ghost("two_claims", "病假期间照样打卡", ("leave_twice",)),
    Ghost("phone_for_many", "一台手机替两人打卡一个月", ("one_device_a", "one_device_b")),
    Ghost("moving_together", "两人打卡前后只差二十秒", ("one_device_a", "one_device_b")),
    Ghost("frozen_place", "地址、坐标一成不变", ("same_address", FAR), ("identical_coordinates", "mock_reported")),
    Ghost("laps", "两天都在原地绕圈", doubts=("circles",)),
    Ghost("photo_again", "用别人用过的照片", doubts=("same_photo", "near_same_photo")),
    Ghost("rotating_names", "一个岗位一年里三个人轮流顶名"),
    Ghost("substitute", "三天里八分钟隔三十公里，像是两个人在打卡", doubts=("impossible_speed",)),
    Ghost("idle", "天天打卡，一件事也没做", ("idle", "ghost")),
    Ghost("household_posts", "在岗以后把户口迁进另一在岗人员家", ONE_HOME),
    Ghost("paid_after_exit", "五月底已外出，六月仍领补贴，七月才补记"),
    Ghost("absent_but_clocked", "暗访两次不在岗，打卡却天天有", ("found_absent",)),
)
"""All rules. A substitute is found by places alone: to comparing faces nobody of the district has agreed."""


def far_away(garden: Garden) -> pl.Expr:
    """Whom the register of labour has outside the province."""
    return pl.col("person").is_in([one.person for one in garden.planted if one.case.code == FAR])


def carriers(garden: Garden) -> dict[str, list[int]]:
    """Rule → the numbers of whom it must be about; nobody where the plan tells no round."""
    if not garden.turns:
        return {}
    of_case = {one.case.code: one.person for one in garden.planted}
    phones = doubts.carriers(garden)
    found = {}
    for ghost in GHOSTS:
        asked = [phones[rule][-doubts.BY_RULE[rule].asked :] for rule in ghost.doubts]
        found[ghost.rule] = [of_case[code] for code in ghost.cases] + [person for each in asked for person in each]
    return found | {"rotating_names": list(garden.turns), "paid_after_exit": [_leaver(garden)]}


def _leaver(garden: Garden) -> int:
    before = pl.col("term") == garden.plan.term_before[0].year
    return int(garden.population.held.filter(before & (pl.col("post") == LEAVER_POST))["person"][0])


def listed(garden: Garden) -> list[dict[str, Any]]:
    """For the list beside the files: what must be found about whom."""
    rows = {row["person"]: row for row in garden.population.people.iter_rows(named=True)}
    chosen, what = carriers(garden), {ghost.rule: ghost.what for ghost in GHOSTS}
    return [
        {"rule": rule, "what": what[rule]}
        | {name: rows[person][name] for name in ("identity", "name", "town", "village", "region_code")}
        for rule, numbers in chosen.items() for person in numbers
    ]  # fmt: skip


def haunt(garden: Garden, programme: Programme, staff: Staff, folder: Path) -> None:
    """Bring in what the months do not carry: two registers, a move into a household, and an exit written down too late."""
    chosen = carriers(garden)
    if not chosen:
        return
    county = staff[Role.COUNTY_MANAGER]
    for kind, file in _registers(garden, folder):
        bring.file_in(file, ImportKind.COMPARISON, None, programme.region_code, county, register=kind)
    with acting(county):
        _move_in(*(person_of(garden, number) for number in chosen["household_posts"]), county=county)
        _leave_late(person_of(garden, chosen["paid_after_exit"][0]), programme, garden.plan.term[0], county=county)


def person_of(garden: Garden, number: int) -> Person:
    """Whoever carries this number in the plan, as registered."""
    written = garden.population.people.filter(pl.col("person") == number)["identity"][0]
    return Person.objects.get(identity_index=vault().index(identity.parse(written).number18, IDENTITY))


def _registers(garden: Garden, folder: Path) -> Iterator[tuple[str, Path]]:
    """As offices hand them in at the end of the open month: who died, and which accounts an agent keeps."""
    last = days_of(garden.plan.open_month)[-1]
    of_case = {one.case.code: one.person for one in garden.planted}
    everybody = garden.population.people.with_columns(pl.col("region_code").alias("户籍所在地"))
    dead = everybody.filter(pl.col("person") == of_case[DEAD])
    yield "deaths", _written(folder, "死亡人员", last, dead, {"死亡日期": pl.lit(f"{last:%Y-%m}-08")})
    two = everybody.filter(pl.col("person").is_in([of_case[code] for code in ONE_CARD])).sort("person")
    card = everybody.filter(pl.col("person") == of_case[ONE_CARD[0]])["card"][0]
    yield "kept_accounts", _written(folder, "留存代办账户", last, two, {"银行卡号": pl.lit(card)})


def _written(folder: Path, name: str, last: date, rows: pl.DataFrame, more: Mapping[str, pl.Expr]) -> Path:
    frame = rows.select(姓名="name", 身份证号="identity", 户籍所在地="户籍所在地", **more)
    return paper.write(folder / f"{name}{last}.xlsx", [Sheet(name, frame, above=([f"{name}（截至{last}）"],))])


def _move_in(host: Person, guest: Person, *, county: Any) -> None:
    """Both hold posts; since July they are one household."""
    particulars = Particulars(
        guest.name, host.region_code, Residence(guest.residence), guest.phone, host.household, Relation.OTHER,
        remarks="户口迁入",
    )  # fmt: skip
    people.correct_person(guest, particulars, actor=county)


def _leave_late(person: Person, programme: Programme, term: date, *, county: Any) -> None:
    """The last day was the end of May; June is sealed and paid. The place is held by the one who was chosen since."""
    held = Appointment.objects.get(person=person, programme=programme, starts__lt=term)
    leaving = Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, date(term.year, 5, 31), "5月底已外出务工，7月核查时补记")
    tenure.leave(held, leaving, actor=county)
