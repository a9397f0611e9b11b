"""Registers of other offices: the labour force in two quarters, and what applicants are compared with.

Besides the planted people each register for comparison holds some hundred others, who live nowhere in the demo.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from yigang.demo import ghosts, layout, names, numbers, paper
from yigang.demo.draw import Draw
from yigang.demo.paper import Sheet
from yigang.demo.planted import Garden

QUARTERS = ("2020Q1", "2020Q2")
TITLES = {"2020Q1": "2020年第一季度", "2020Q2": "2020年第二季度"}
AS_OF = "2020-05-31"
STRANGERS, FIRST_STRANGER = 300, 400_000
"""Rows about nobody in a register, and the number from which those people are counted."""
EMPLOYMENTS = (("在家务农", 9), ("未就业", 4), ("灵活就业", 4), ("已就业", 3))
WORKPLACES = (("村内", 3), ("乡镇内", 3), ("县内", 2), ("县外省内", 2), ("省外", 3))
SKILLS = (("", 8), ("养殖", 3), ("砌筑", 2), ("驾驶", 2), ("刺绣", 1), ("电工", 1))
HEALTHS = (("健康", 17), ("患慢性病", 2), ("残疾", 1))
EDUCATIONS = (("小学", 8), ("初中", 8), ("高中", 2), ("未上学", 2))
WISHES = (("生态护林", 6), ("村容保洁", 4), ("公路养护", 2), ("养老看护", 1))


def labour(garden: Garden, quarter: str, folder: Path) -> Path:
    """The labour-force register of a quarter. Between the two some come, some go, and some have found work."""
    people = _of_quarter(garden, quarter)
    title = f"平坝区农村劳动力实名制登记数据库（{TITLES[quarter]}）"
    frame = _labour_columns(garden, people, quarter)
    return paper.write(
        folder / f"劳动力登记-{TITLES[quarter]}.xlsx", [Sheet("登记表", frame, above=([title],))]
    )  # fmt: skip


def _of_quarter(garden: Garden, quarter: str) -> pl.DataFrame:
    """In the first quarter a few are not registered yet, in the second a few have gone; who applies is always there."""
    draw, people = Draw(garden.plan.seed), garden.population.people
    applies = pl.col("person").is_in([one.person for one in garden.applying()])
    late = draw.chance("register late", "person") < 0.02
    gone = draw.chance("register gone", "person") < 0.01
    return people.filter(applies | (~late if quarter == QUARTERS[0] else ~gone)).sort(
        "region_code", "household", "person"
    )


def _labour_columns(garden: Garden, people: pl.DataFrame, quarter: str) -> pl.DataFrame:
    draw = Draw(garden.plan.seed)
    unable = pl.col("person") == garden.claimants["not_able"]
    moved = pl.lit(quarter == QUARTERS[1]) & (draw.chance("register moved", "person") < 0.06)
    job = pl.when(moved).then(pl.lit("已就业")).otherwise(draw.weighted("employment", EMPLOYMENTS, "person"))
    serves, far = pl.col("person").is_in(garden.population.held["person"].unique().implode()), ghosts.far_away(garden)
    job = pl.when(far).then(pl.lit("灵活就业")).otherwise(job)
    works = job.is_in(["灵活就业", "已就业"])
    place = pl.when(far).then(pl.lit("省外")).when(serves).then(pl.lit("村内"))
    return people.with_columns(job=job).select(
        季度=pl.lit(quarter), 乡镇="town", 村="village", 行政区划代码="region_code", 户编号="household", 与户主关系="relation",
        姓名="name", 身份证号="identity", 性别=pl.when(pl.col("sex") == "M").then(pl.lit("男")).otherwise(pl.lit("女")),
        户籍性质="residence", 手机号="phone", 贫困户属性="poor_kind", 文化程度=draw.weighted("schooling", EDUCATIONS, "person"),
        劳动能力=pl.when(unable).then(pl.lit("丧失劳动力")).otherwise(pl.lit("普通劳动力")),
        就业意愿=pl.when(draw.chance("willing", "person") < 0.8).then(pl.lit("有")).otherwise(pl.lit("无")),
        就业状态="job", 务工地点=pl.when(works).then(place.otherwise(draw.weighted("workplace", WORKPLACES, "person"))),
        正在培训=pl.when(draw.chance("training", "person") < 0.04).then(pl.lit("是")).otherwise(pl.lit("否")),
        技能特长=draw.weighted("skill", SKILLS, "person").replace("", None),
        意向岗位=draw.weighted("wish", WISHES, "person"),
        健康状况=pl.when(unable).then(pl.lit("患大病")).otherwise(draw.weighted("health", HEALTHS, "person")),
    )  # fmt: skip


@dataclass(frozen=True)
class Register:
    """A register that an office hands in: kind, name, the headings, and what its last two columns say."""

    kind: str
    name: str
    headings: Sequence[str]
    detail: str
    claims: tuple[str, ...] = ()

    def file(self, folder: Path) -> Path:
        return folder / f"{self.name}{AS_OF}.xlsx"


REGISTERS = (
    Register("deaths", "死亡人员", ("姓名", "身份证号", "户籍所在地", "死亡日期"), "2019-11-02", claims=("dead_applicant",)),
    Register("payroll", "财政供养人员", ("姓名", "身份证号", "户籍所在地", "工作单位"), "乡镇卫生院", claims=("on_payroll",)),
    Register("companies", "工商登记", ("经营者", "身份证号", "户籍所在地", "企业名称"), "副食品商店", claims=("shop_owner",)),
    Register("insurance", "社会保险", ("参保人", "身份证号", "户籍所在地", "参保单位"), "食品加工厂", claims=("insured",)),
    Register("other_posts", "其他公益性岗位", ("姓名", "身份证号", "户籍所在地", "岗位名称"), "公路养护", claims=("other_post",)),
    Register("officials_kin", "干部近亲属", ("亲属姓名", "亲属身份证号", "户籍所在地", "关联干部"), "副镇长 陶某某",
             claims=("official_kin",)),
    Register("kept_accounts", "留存代办账户", ("姓名", "身份证号", "户籍所在地", "银行卡号"), "",
             claims=("card_a", "card_b", "card_c")),
)  # fmt: skip


def for_comparison(garden: Garden, register: Register, folder: Path) -> Path:
    """One register, with the planted people and those who are nobody's."""
    rows = [_planted(garden, register), _strangers(garden, register)]
    if register.kind == "deaths":
        rows.append(_namesake(garden))
    names_ = dict(zip(("name", "identity", "region_code", "detail"), register.headings, strict=True))
    frame = pl.concat(row.select(*names_) for row in rows).sort("identity").rename(names_)
    title = f"{register.name}（截至{AS_OF}）"
    return paper.write(register.file(folder), [Sheet(register.name, frame, above=([title],))])


def _planted(garden: Garden, register: Register) -> pl.DataFrame:
    people = garden.population.people.filter(pl.col("person").is_in([garden.claimants[one] for one in register.claims]))
    shared = garden.population.people.filter(pl.col("person") == garden.claimants["card_a"])["card"][0]
    detail = pl.lit(shared if register.kind == "kept_accounts" else register.detail)
    return people.with_columns(detail=detail)


def _namesake(garden: Garden) -> pl.DataFrame:
    """A dead man of the same name and birth date whose number was copied with one wrong sign."""
    person = garden.claimants["same_name_dead"]
    wrong = pl.col("identity").str.slice(0, 17) + pl.when(pl.col("identity").str.ends_with("0")).then(
        pl.lit("1")
    ).otherwise(pl.lit("0"))
    people = garden.population.people.filter(pl.col("person") == person)
    return people.with_columns(identity=wrong, detail=pl.lit("2018-04-19"))


def _strangers(garden: Garden, register: Register) -> pl.DataFrame:
    """People of other places, other ones in every register."""
    position = [one.kind for one in REGISTERS].index(register.kind)
    first = FIRST_STRANGER + position * STRANGERS
    draw = Draw(garden.plan.seed)
    people = pl.DataFrame({"person": range(first, first + STRANGERS)}, schema={"person": pl.UInt64})
    people = people.with_columns(
        sex=pl.when(draw.chance("sex", "person") < 0.5).then(pl.lit("F")).otherwise(pl.lit("M"))
    )
    people = names.with_names(people, draw).pipe(numbers.with_numbers, "5204", "629996")
    detail = pl.col("card") if register.kind == "kept_accounts" else pl.lit(register.detail)
    return people.with_columns(region_code=pl.lit("520402"), detail=detail)


@dataclass(frozen=True)
class SelectionFiles:
    """What offices hand in for the round: everybody's data, where villages lie, the labour force twice, registers by kind."""

    people: Path
    centres: Path
    labour: tuple[Path, ...]
    registers: Mapping[str, Path]


def write_all(garden: Garden, people: Path, folder: Path) -> SelectionFiles:
    """Every file of the round into its folder."""
    return SelectionFiles(
        people=people, centres=layout.centres_file(garden.plan.prefix, folder),
        labour=tuple(labour(garden, quarter, folder) for quarter in QUARTERS),
        registers={one.kind: for_comparison(garden, one, folder) for one in REGISTERS},
    )  # fmt: skip
