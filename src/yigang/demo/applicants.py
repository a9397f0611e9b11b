"""Who applies in June 2020, and what of their papers is bent so that the planted ones carry what they must."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from yigang.demo import numbers
from yigang.demo.accounts import FIRST_VILLAGE
from yigang.demo.claims import CLAIMS
from yigang.demo.plan import Plan

HOME = (
    "region_code", "village", "town_code", "town", "county_code", "county", "household", "address", "residence",
    "poor_kind", "main_cause", "other_causes", "income",
)  # fmt: skip
"""What people of one household have in common."""
REGISTERED = "建档立卡贫困户"
OLD_BIRTH = "19580312"
"""Sixty-two in June 2020, and earlier than anybody else's birth in the demo."""


@dataclass(frozen=True)
class Applicant:
    """A row of the list of applications. `post` is the number of the post wanted, `code` the claim, if any."""

    person: int
    post: str
    code: str = ""


def claimants(plan: Plan, people: pl.DataFrame, free: Iterator[int]) -> dict[str, int]:
    """Claim → person. Holders from `free`; the others evenly from those who are alone in their household."""
    alone = pl.len().over("household") == 1
    others = people.filter(
        alone & (pl.col("person") > plan.posts + plan.posts // 5) & (pl.col("person") < plan.people - 1)
    )
    wanted = sum(not claim.holder for claim in CLAIMS)
    numbered = iter(others["person"].reverse().gather_every(max(others.height // wanted, 1)).to_list())
    return {claim.code: next(free) if claim.holder else next(numbered) for claim in CLAIMS}


def bent(plan: Plan, people: pl.DataFrame, carriers: Mapping[str, int]) -> pl.DataFrame:
    """The people with their claims on them. Whoever must fail one clause meets all the others."""
    if not carriers:
        return people
    claiming = pl.col("person").is_in(list(carriers.values()))
    people = people.with_columns(poor_kind=pl.when(claiming).then(pl.lit(REGISTERED)).otherwise("poor_kind"))
    people = _with(people, carriers["not_registered"], {"poor_kind": "一般户"})
    people = _with(people, carriers["too_old"], _older(plan, people, carriers["too_old"]))
    brother = people.filter(pl.col("person") == carriers["second_post_partner"]).row(0, named=True)
    people = _with(people, carriers["second_post"], {name: brother[name] for name in HOME} | {"relation": "兄弟姐妹"})
    people = _at_the_clerks(people, carriers["objected_to"])
    phone = people.filter(pl.col("person") == carriers["phone_a"])["phone"][0]
    for code in ("phone_b", "phone_c"):
        people = _with(people, carriers[code], {"phone": phone})
    return people


def _with(people: pl.DataFrame, person: int, values: Mapping[str, object]) -> pl.DataFrame:
    here = pl.col("person") == person
    return people.with_columns(
        pl.when(here).then(pl.lit(value, dtype=people.schema[name])).otherwise(name).alias(name)
        for name, value in values.items()
    )


def _at_the_clerks(people: pl.DataFrame, person: int) -> pl.DataFrame:
    """Move somebody to the village that has a clerk's account, into a household of his own."""
    there = people.filter(pl.col("region_code") == FIRST_VILLAGE)
    if there.is_empty():
        return people
    place = there.row(0, named=True)
    own = {"household": f"{FIRST_VILLAGE}7{person % 1000:03d}", "address": f"{place['town']}{place['village']}2组"}
    return _with(people, person, {name: place[name] for name in HOME[:6]} | own | {"relation": "户主"})


def _older(plan: Plan, people: pl.DataFrame, person: int) -> dict[str, object]:
    order = 900 + (people.filter(pl.col("person") == person)["sex"][0] == "M")
    number = numbers.checked(f"{plan.prefix[:4]}99{OLD_BIRTH}{order}")
    birth = pl.Series([OLD_BIRTH]).str.to_date("%Y%m%d")[0]
    return {"identity": number, "birth": birth}


def applying(plan: Plan, people: pl.DataFrame, held: pl.DataFrame, carriers: Mapping[str, int]) -> list[Applicant]:
    """The list of applications in its order: those who come to hold the posts, then the others who try for them.

    Who follows somebody in July comes from those who were not chosen, not from here.
    """
    code_of = {person: code for code, person in carriers.items()}
    now = held.filter((pl.col("term") == plan.term[0].year) & (pl.col("starts") == plan.term[0])).sort("post")
    chosen = [
        Applicant(person, post, code_of.get(person, "")) for person, post in now.select("person", "post_number").rows()
    ]
    town_of = dict(people.select("person", "town_code").iter_rows())
    posts = {town_of[one.person]: one.post for one in reversed(chosen)}
    others = [code for code, person in carriers.items() if person not in {one.person for one in chosen}]
    return chosen + [Applicant(carriers[code], posts.get(town_of[carriers[code]], ""), code) for code in others]
