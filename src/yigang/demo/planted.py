"""Puts the cases where they belong: on persons, on appointments, into a month's evidence, and on the list beside."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from yigang.demo import applicants, months
from yigang.demo.applicants import Applicant
from yigang.demo.cases import CASES, KINDS, SILENT_TOWN, STRANGER, Away, Case, Kind
from yigang.demo.claims import BY_CODE
from yigang.demo.months import Month
from yigang.demo.numbers import days_of, old_identity
from yigang.demo.plan import Plan
from yigang.demo.population import REPLACED_EVERY, Population

SHARED_DEVICE = "A000000001"
STRANGER_NUMBER = 999_999
OFFICIAL = "陶某某/村主任/叔叔"


@dataclass(frozen=True)
class Planted:
    """A case and the person who carries it."""

    case: Case
    person: int
    month: date


@dataclass(frozen=True)
class Garden:
    """All planted cases of a plan, and the population that has been bent to carry them."""

    plan: Plan
    population: Population
    planted: tuple[Planted, ...]
    claimants: Mapping[str, int] = field(default_factory=dict)
    """Claim → person, of those who apply in the round before the term."""
    turns: tuple[int, ...] = ()
    """People who held one post in turn, in the term before."""

    def applying(self) -> list[Applicant]:
        """Everybody who applies in the round that fills the posts of the term."""
        return applicants.applying(self.plan, self.population.people, self.population.held, self.claimants)

    def tend(self, month: Month) -> Month:
        """The month with the planted people's own rows in place of their usual ones."""
        here = [p for p in self.planted if p.month == month.month]
        here += [
            Planted(p.case, p.person, month.month)
            for p in self.planted
            if p.case.every_month and p.month != month.month
        ]
        bent = month.without([p.person for p in here])
        for planted in here:
            bent = _plant(bent, planted, self.population)
        if month.month == self.plan.open_month:
            bent = _silence(_with_stranger(bent), self.population)
        return bent


def plant(plan: Plan, population: Population) -> Garden:
    """Choose who carries which case, evenly over the posts outside the silent town, and change what the case changes."""
    if not plan.planted:
        return Garden(plan, population, ())
    carriers, free = _carriers(plan, population)
    claimants = applicants.claimants(plan, population.people, free) if plan.chosen else {}
    planted = tuple(
        Planted(case, carriers[case.code], _back(plan, case.before)) for case in CASES
        if case.code in carriers and _back(plan, case.before) in plan.months
    )  # fmt: skip
    population = _bent(plan, population, carriers)
    turns = _turns(plan, population, claimants) if plan.chosen else ()
    people = applicants.bent(plan, population.people, claimants)
    for person in turns[1:]:
        people = _same_as(people, person, turns[0], PLACE)
    return Garden(plan, Population(people, _in_turn(population.held, turns, plan)), planted, claimants, turns)


TURN_POST, TURN_ENDS = 2 * REPLACED_EVERY, ((3, 31), (5, 10), (6, 29))
"""The post that three names held in turn, counted from 0, and the last day of each, in the year in which the term ends."""


def _turns(plan: Plan, population: Population, claimants: Mapping[str, int]) -> tuple[int, ...]:
    """Who held that post in the term before, and two who hold none and are in no other story."""
    held = population.held.filter((pl.col("term") == plan.term_before[0].year) & (pl.col("post") == TURN_POST))
    taken = [*population.held["person"], *claimants.values()]
    others = population.people.filter(~pl.col("person").is_in(taken))["person"].head(2)
    return (held["person"][0], *others)


def _in_turn(held: pl.DataFrame, turns: Sequence[int], plan: Plan) -> pl.DataFrame:
    """Three short appointments in place of one long one."""
    if not turns:
        return held
    there = (pl.col("term") == plan.term_before[0].year) & (pl.col("post") == TURN_POST)
    ends = [date(plan.term[0].year, *day) for day in TURN_ENDS]
    parts = [
        held.filter(there).with_columns(
            person=pl.lit(person, dtype=pl.UInt64), ends=pl.lit(ends[number]),
            starts=pl.lit(ends[number - 1] + timedelta(days=1)) if number else pl.col("starts"),
            agreement=pl.col("agreement") + (f"-{number + 1}" if number else ""),
        )
        for number, person in enumerate(turns)
    ]  # fmt: skip
    return pl.concat([held.filter(~there), *parts]).sort("term", "post", "starts")


def _back(plan: Plan, count: int) -> date:
    number = plan.open_month.year * 12 + plan.open_month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def _carriers(plan: Plan, population: Population) -> tuple[dict[str, int], Iterator[int]]:
    """Case → person, and renewed holders who carry none. Those outside the silent town are taken; who failed three times
    was replaced; who left has an heir.
    """
    town = dict(population.people.select("person", "town").iter_rows())
    codes = list(dict.fromkeys(case.code for case in CASES))
    special = {"failed_three_times", "joined_on_20th", "same_name_b", "one_device_b"}
    plain = [code for code in codes if code not in special]
    heard = [post for post in range(plan.posts - 1) if town[post] != SILENT_TOWN]
    renewed = [post for post in heard if post % REPLACED_EVERY not in (0, REPLACED_EVERY - 1)]
    step = max(len(renewed) // len(plain), 1)
    carriers = dict(zip(plain, renewed[::step], strict=False))
    free = iter([post for post in renewed if post not in carriers.values()])
    for code in ("same_name_b", "one_device_b"):
        carriers[code] = next(free)
    known_before = population.held.filter(pl.col("term") == plan.term_before[0].year)["person"].to_list()
    carriers["failed_three_times"] = known_before[REPLACED_EVERY]
    carriers["joined_on_20th"] = plan.people - 1
    return carriers, free


PLACE = ("region_code", "village", "town_code", "town", "county_code", "county")


def _bent(plan: Plan, population: Population, carriers: dict[str, int]) -> Population:
    """Change what stands in the register: names, numbers, villages, days."""
    people = population.people.with_columns(
        kinship=_only(carriers["kin"], pl.lit(OFFICIAL)),
        remarks=_only(carriers["dead"], pl.lit(f"民政比对：{plan.open_month:%Y-%m}-08 去世")),
        holder=pl.col("name"),
    )
    people = _same_as(people, carriers["same_name_b"], carriers["same_name_a"], ("name", "holder", *PLACE))
    people = _same_as(people, carriers["one_device_b"], carriers["one_device_a"], PLACE)
    people = _same_as(people, carriers["joined_on_20th"], carriers["left_on_10th"], PLACE)
    people = _same_as(people, carriers["shared_phone"], carriers["shared_phone"] + 1, ("phone",))
    people = people.with_columns(
        identity=pl.when(pl.col("person") == carriers["old_identity"])
        .then(pl.col("identity").map_elements(old_identity, return_dtype=pl.String)).otherwise("identity"),
        card=pl.when(pl.col("person") != carriers["others_account"]).then("card"),
        holder=pl.when(pl.col("person") != carriers["others_account"]).then("holder"),
        bank=pl.when(pl.col("person") != carriers["others_account"]).then("bank"),
    )  # fmt: skip
    return Population(people, _bent_days(plan, population.held, carriers))


def _only(person: int, value: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("person") == person).then(value)


def _same_as(people: pl.DataFrame, person: int, other: int, columns: Sequence[str]) -> pl.DataFrame:
    """Give a person the other's values of these columns; who moves to a village heads a household of his own there."""
    values = people.filter(pl.col("person") == other)
    changed = [
        pl.when(pl.col("person") == person).then(pl.lit(values[name][0])).otherwise(name).alias(name)
        for name in columns
    ]
    if "region_code" in columns:
        own = pl.concat_str(pl.lit(values["region_code"][0]), pl.lit("8"), pl.lit(f"{person % 1000:03d}"))
        address = pl.lit(f"{values['town'][0]}{values['village'][0]}1组")
        for name, value in (("household", own), ("relation", pl.lit("户主")), ("address", address)):
            changed.append(pl.when(pl.col("person") == person).then(value).otherwise(name).alias(name))
    return people.with_columns(changed)


def _bent_days(plan: Plan, held: pl.DataFrame, carriers: dict[str, int]) -> pl.DataFrame:
    """The leaver's last day is the 10th; the joiner takes the same post from the 20th."""
    leaver, now = carriers["left_on_10th"], plan.term[0].year
    leaving = (pl.col("person") == leaver) & (pl.col("term") == now)
    joins = held.filter(leaving).with_columns(
        person=pl.lit(carriers["joined_on_20th"], dtype=pl.UInt64), starts=pl.lit(plan.open_month.replace(day=20)),
        agreement=pl.col("agreement") + "-2",
    )  # fmt: skip
    left = pl.when(leaving).then(pl.lit(plan.open_month.replace(day=10))).otherwise("ends")
    return pl.concat([held.with_columns(ends=left), joins]).sort("term", "post", "starts")


def _plant(month: Month, planted: Planted, population: Population) -> Month:
    case, person, first = planted.case, planted.person, month.month
    who = population.people.filter(pl.col("person") == person).row(0, named=True)
    last = days_of(first)[-1].day
    came = [day for day in case.came if day <= last]
    logs = came if case.logs is None else case.logs
    leaves = [_leave(person, first, away, who) for away in case.away]
    diary = [(person, first.replace(day=day), months.LOGS[day % len(months.LOGS)]) for day in logs]
    found = [(person, first.replace(day=day), "暗访时不在责任区，邻居称数日未见") for day in case.found]
    return replace(
        month,
        check_ins=pl.concat([month.check_ins, *[_check_ins(case, who, first, came)] * case.copies]),
        leaves=_more(month.leaves, leaves),
        work_logs=_more(month.work_logs, diary),
        marks=_more(month.marks, [(person, Decimal(case.mark), "按乡镇评定会议记录")]),
        findings=_more(month.findings, found),
        not_on_roll=month.not_on_roll if case.on_roll else (*month.not_on_roll, person),
    )


def _more(table: pl.DataFrame, rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    return pl.concat([table, pl.DataFrame(rows, schema=table.schema, orient="row")])


def _leave(person: int, first: date, away: Away, who: dict[str, object]) -> tuple[object, ...]:
    days = first.replace(day=away.first), first.replace(day=away.last)
    by = f"{who['town']}林业站" if away.approved else ""
    return (person, away.kind, *days, away.approved, by, months.REASONS.get(away.kind, "到区里参加防火培训"))


def _check_ins(case: Case, who: dict[str, object], month: date, came: Sequence[int]) -> pl.DataFrame:
    rows = [_row(case, who, month.replace(day=day), kind) for day in came for kind in KINDS]
    rows += [_missed_row(who, month.replace(day=day), kind) for day in case.missed for kind in KINDS]
    return pl.DataFrame(rows, schema=months.CHECK_INS, orient="row")


SHIFTED = {months.LATE: 14, months.VERY_LATE: 47, months.EARLY: -33}
"""Minutes from the plan that make the machine say so."""


def _row(case: Case, who: dict[str, object], day: date, kind: Kind) -> tuple[object, ...]:
    due = datetime.combine(day, months.START if kind == "on" else months.END)
    if kind == "off" and day.day in case.missed_off:
        return _missed_row(who, day, kind)
    result = case.results.get((day.day, kind), months.NORMAL)
    at = datetime.combine(
        day + timedelta(days=case.off_next_day and kind == "off"), case.on if kind == "on" else case.off
    )
    if result in SHIFTED:
        at = due + timedelta(minutes=SHIFTED[result])
    elif not case.unvaried:
        at += timedelta(seconds=day.day * 37 % 240)
    return (who["person"], day, due, at, kind, result, _address(case, who, day), _device(case, who), None)


def _address(case: Case, who: dict[str, object], day: date) -> str:
    if case.address and case.address != "*":
        return case.address
    place = months.PLACES[0 if case.address or case.unvaried else day.day % len(months.PLACES)]
    return f"贵州省安顺市平坝区{who['town']}{who['village']}{place}"


def _device(case: Case, who: dict[str, object]) -> str:
    return SHARED_DEVICE if case.one_device else f"A9{who['person']:08d}"


def _missed_row(who: dict[str, object], day: date, kind: Kind) -> tuple[object, ...]:
    due = datetime.combine(day, months.START if kind == "on" else months.END)
    return (who["person"], day, due, None, kind, months.MISSED, None, None, None)


def _with_stranger(month: Month) -> Month:
    case = Case("stranger", "", "", came=tuple(range(1, 11)))
    nobody = {"person": STRANGER_NUMBER, "town": "白云镇", "village": "平元村"}
    rows = _check_ins(case, nobody, month.month, case.came).with_columns(name=pl.lit(STRANGER))
    return replace(month, strangers=rows)


def _silence(month: Month, population: Population) -> Month:
    silent = population.people.filter(pl.col("town") == SILENT_TOWN)["person"]
    return replace(month, marks=month.marks.filter(~pl.col("person").is_in(silent.to_list())))


def write_list(
    garden: Garden, doubts: Sequence[Mapping[str, object]], anomalies: Sequence[Mapping[str, object]], file: Path
) -> None:
    """`planted.json`: who, where, what was done, what must come out."""
    people = {row["person"]: row for row in garden.population.people.iter_rows(named=True)}
    entries = [
        {"code": p.case.code, "month": f"{p.month:%Y-%m}", "identity": people[p.person]["identity"],
         "name": people[p.person]["name"], "town": people[p.person]["town"], "village": people[p.person]["village"],
         "region_code": people[p.person]["region_code"], "what": p.case.what, "where": p.case.where, "expect": p.case.expect}
        for p in garden.planted
    ]  # fmt: skip
    silent = {"silent_town": SILENT_TOWN, "month": f"{garden.plan.open_month:%Y-%m}", "missing": "乡镇评定"}
    stranger = {"name": STRANGER, "month": f"{garden.plan.open_month:%Y-%m}", "rows": 20}
    content = {"people": entries, "silent_town": silent, "stranger": stranger} if entries else {"people": []}
    content |= {"applicants": [_told(people[person], code) for code, person in garden.claimants.items()]}
    content |= {"doubts": doubts, "anomalies": anomalies}
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _told(who: Mapping[str, object], code: str) -> dict[str, object]:
    """An applicant of the round of June, and what must have come of the application."""
    claim = BY_CODE[code]
    return {
        "code": code, "identity": who["identity"], "name": who["name"], "town": who["town"], "village": who["village"],
        "region_code": who["region_code"], "what": claim.what, "where": claim.where,
        "expect": {"state": claim.end, "ended_in": claim.step, "hit": claim.hit, "confirmed": claim.confirmed},
    }  # fmt: skip
