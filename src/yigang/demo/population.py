"""Who lives in the demo: people with households, and which of them hold which post in which term."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from yigang.demo import names, numbers
from yigang.demo.draw import Draw
from yigang.demo.plan import Plan

REPLACED_EVERY = 5
"""Every fifth post changed hands between the terms."""
COUSINS_EVERY = 9
"""Every ninth of those who hold no post lives in the household of the one before."""
KIN = ("配偶", "子女", "兄弟姐妹")
POOR = (("建档立卡贫困户", 8), ("脱贫户", 6), ("低保户", 2), ("监测户", 1))
CAUSES = (
    ("缺技术", 9), ("缺资金", 7), ("因病", 7), ("因学", 5), ("缺劳动力", 5), ("因残", 4), ("自身发展动力不足", 2),
    ("交通条件落后", 2), ("缺土地", 2), ("缺水", 1), ("因灾", 1),
)  # fmt: skip
RURAL_KINDS = (("贫", 5), ("弱", 2), ("残", 2), ("老", 4))
URBAN_KINDS = ("城镇零就业家庭", "城镇大龄失业")
BANKS = ("农村信用社", "农村商业银行")
DUTIES = ("日常巡护、森林防火", "日常巡护、病虫害报告", "巡护、防火宣传、野生动植物保护")
URBAN_TOWNS = "099"
"""The last town number of streets (办事处)."""


@dataclass(frozen=True)
class Population:
    """`people`: one row a person. `held`: one row a person and term, with post and days.

    people: person, name, sex, birth, identity, phone, card, bank, region_code, village, town_code, town, county,
    household, relation, address, residence, poor_kind, main_cause, other_causes, income, hardship.
    held: person, post (from 0), post_number, starts, ends (null while it goes on), agreement, term (year).
    """

    people: pl.DataFrame
    held: pl.DataFrame

    def serving(self, month: date) -> pl.DataFrame:
        """People whose appointment touches the month, with its days; one row an appointment."""
        last = numbers.days_of(month)[-1]
        touching = self.held.filter((pl.col("starts") <= last) & (pl.col("ends").fill_null(last) >= month))
        return touching.join(self.people, on="person").sort("post", "starts")


def build(plan: Plan, villages: pl.DataFrame) -> Population:
    """People spread over the villages; the first `plan.posts` of them hold the posts of the current term."""
    draw = Draw(plan.seed)
    places = _spread(plan, villages)
    people = pl.DataFrame({"person": range(plan.people)}, schema={"person": pl.UInt64})
    people = people.with_columns(
        sex=pl.when(draw.chance("sex", "person") < 0.32).then(pl.lit("F")).otherwise(pl.lit("M"))
    )
    people = names.with_names(people, draw).pipe(numbers.with_numbers, plan.prefix[:4].ljust(4, "0"), plan.issuer)
    people = people.with_columns(places).pipe(_with_household, plan, draw).pipe(_with_circumstances, plan, draw)
    return Population(people, _held(plan))


def _spread(plan: Plan, villages: pl.DataFrame) -> pl.DataFrame:
    """One village a person, holders first and evenly; who held a post before lives where that post is."""
    urban = villages.filter(pl.col("town_code").str.slice(6) <= URBAN_TOWNS)
    rural = villages.filter(pl.col("town_code").str.slice(6) > URBAN_TOWNS)
    if not plan.urban:
        urban, rural = villages.clear(), villages
    rows = [_even(plan.urban, urban), _even(plan.posts - plan.urban, rural)]
    holders = pl.concat([part for part in rows if part.height])
    former = holders.gather_every(REPLACED_EVERY).head(plan.people - plan.posts)
    others = plan.people - plan.posts - former.height
    return pl.concat([holders, former, _even(others, villages)])


def _even(count: int, villages: pl.DataFrame) -> pl.DataFrame:
    positions = pl.Series([i * villages.height // max(count, 1) for i in range(count)], dtype=pl.UInt32)
    return villages[positions] if count else villages.clear()


def _with_household(people: pl.DataFrame, plan: Plan, draw: Draw) -> pl.DataFrame:
    """Number the households of each village; holders and most others head their own."""
    same_village = pl.col("region_code") == pl.col("region_code").shift(1)
    joins = (pl.col("person") > plan.posts + plan.posts // REPLACED_EVERY + 1) & same_village
    joins = joins & (pl.col("person").cast(pl.Int64) % COUSINS_EVERY == 0)
    number = pl.int_range(1, pl.len() + 1).over("region_code").cast(pl.String).str.zfill(4)
    people = people.with_columns(own=pl.col("region_code") + number, joins=joins.fill_null(value=False))
    return people.with_columns(
        household=pl.when("joins").then(pl.col("own").shift(1)).otherwise("own"),
        relation=pl.when("joins").then(draw.choice("kin", KIN, "person")).otherwise(pl.lit("户主")),
    ).drop("own", "joins")


def _with_circumstances(people: pl.DataFrame, plan: Plan, draw: Draw) -> pl.DataFrame:
    """Register of the poor, causes, income in yuan, category, bank. One household has one income and one cause."""
    people = people.with_columns(home=pl.col("household").str.slice(2).cast(pl.UInt64))
    urban = pl.col("person") < plan.urban
    main, other = draw.weighted("cause", CAUSES, "home"), draw.weighted("other cause", CAUSES, "home")
    return people.with_columns(
        residence=pl.when(urban).then(pl.lit("城镇")).otherwise(pl.lit("农村")),
        poor_kind=pl.when(urban).then(pl.lit("一般户")).otherwise(_poor_kind(plan, draw)),
        main_cause=main,
        other_causes=pl.when(other != main).then(other),
        address=pl.concat_str("town", "village", draw.between("group", 1, 9, "home").cast(pl.String), pl.lit("组")),
        income=draw.between("income", 62, 268, "home") * 100,
        hardship=pl.when(urban)
        .then(draw.choice("urban kind", URBAN_KINDS, "person"))
        .otherwise(draw.weighted("rural kind", RURAL_KINDS, "person")),
        bank=pl.concat_str(pl.col("county"), draw.choice("bank", BANKS, "person")),
    ).drop("home")


def _poor_kind(plan: Plan, draw: Draw) -> pl.Expr:
    """Rangers must be of registered poor households; other households are as they come."""
    drawn = draw.weighted("poor", POOR, "home")
    if plan.kind != "ranger":
        return drawn
    return pl.when((pl.col("person") < plan.posts) & (drawn == "低保户")).then(pl.lit(POOR[0][0])).otherwise(drawn)


def _held(plan: Plan) -> pl.DataFrame:
    """Posts of this term and, where a story is told, of the one before.

    This term has no last day: whoever looks at the demo years later finds the district at work.
    """
    now = pl.DataFrame({"person": range(plan.posts), "post": range(plan.posts)})
    terms: list[tuple[pl.DataFrame, tuple[date, date | None]]] = [(now, (plan.term[0], None))]
    if plan.planted:
        replaced = pl.col("post") % REPLACED_EVERY == 0
        successor = plan.posts + pl.col("post") // REPLACED_EVERY
        known = successor < plan.people
        before = now.with_columns(person=pl.when(replaced & known).then(successor).otherwise("person"))
        terms.insert(0, (before, plan.term_before))
    return pl.concat([_term(plan, holders, *days) for holders, days in terms])


def _term(plan: Plan, holders: pl.DataFrame, first: date, last: date | None) -> pl.DataFrame:
    number = (pl.col("post") + 1).cast(pl.String).str.zfill(max(4, len(str(plan.posts))))
    letters, order = "HL" if plan.kind == "ranger" else "GY", (pl.col("post") + 1).cast(pl.String).str.zfill(3)
    agreement = pl.format(
        f"平坝护林〔{first.year}〕{{}}号", order
    )  # as the policy numbers them, in the order of the posts
    return holders.select(
        pl.col("person").cast(pl.UInt64), "post", post_number=pl.lit(f"{letters}-") + number,
        starts=pl.lit(first), ends=pl.lit(last, dtype=pl.Date),
        agreement=agreement if plan.kind == "ranger" else pl.lit(f"{first.year}-{letters}-") + number,
        term=pl.lit(first.year),
    )  # fmt: skip
