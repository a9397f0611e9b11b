"""Registers of 500,000 rows handed in, and 15,455 applicants compared with ten of them. Run: python -m bench.comparison [ROWS]

Makes a database of its own below a temporary folder. Prints, as JSON, seconds and peak memory of reading and keeping a
csv and an xlsx of ROWS rows, of loading the other registers, and of two comparisons from the database.
"""

import json
import random
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.database import own_database
from bench.dingtalk_import import clock

APPLICANTS, KNOWN = 15_455, 200
COUNTY, DAY = "520403", date(2020, 6, 30)
FILES = ("deaths", "payroll", "companies", "vehicles", "houses", "low_income", "insurance", "other_posts", "officials",
         "officials_kin")  # fmt: skip
LIMITS = {"compare": 60.0, "csv": 60.0, "xlsx": 60.0}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂香玉梅红建华国文志新海波云飞龙凤山水林森春夏秋冬东西南北安康福禄寿喜"


def people(count: int, seed: int) -> list[tuple[str, str]]:
    """(name, identity number) of people of one province, all numbers distinct."""
    from yigang.foundation.identity import check_sign

    dice, made = random.Random(seed), dict[str, str]()
    order = 0
    while len(made) < count:
        order += 1
        name = dice.choice(SURNAMES) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2))))
        born = date(1950, 1, 1) + timedelta(days=dice.randrange(365 * 53))
        place = f"52{dice.choice(('0403', '0402', '0421', '0102'))}"
        first17 = f"{place}{born:%Y%m%d}{(order * 7 + seed) % 1000:03d}"
        made[first17 + check_sign(first17)] = name
    return [(name, number) for number, name in made.items()]


def lines(rows: list[tuple[str, str]]) -> Any:
    """A register's rows as a reader gives them; every fiftieth number has lost its check sign."""
    import polars as pl

    from yigang.foundation import identity
    from yigang.recruitment.comparison.registers import LINES

    frame = pl.DataFrame(rows, schema={"name": pl.String, "identity": pl.String}, orient="row").with_row_index(
        "number", 2
    )
    wrong = pl.concat_str(pl.col("identity").str.slice(0, 17), pl.lit("?"))
    frame = frame.with_columns(identity=pl.when(pl.col("number") % 50 == 0).then(wrong).otherwise("identity"))
    checked = identity.inspect(frame["identity"])
    filled = frame.with_columns(
        fault=checked["code"].fill_null(""), birth=checked["birth"], born=checked["region6"],
        lives=pl.lit(None, pl.String), card=pl.lit(None, pl.String), detail=pl.lit("单位：某单位"),
    )  # fmt: skip
    return filled.select(LINES.keys()).cast(dict(LINES))


def seed(applicants: list[tuple[str, str]]) -> tuple[Any, Any]:
    """An officer and a round with its applicants."""
    from yigang.foundation import identity, regioncode
    from yigang.foundation.enums import Role
    from yigang.foundation.models import User, UserScope
    from yigang.people.domain import identity_columns, name_columns
    from yigang.people.models import Person
    from yigang.policy.load import policies_folder
    from yigang.posts.models import Programme
    from yigang.recruitment.models import Application, Round

    actor = User.objects.create(username="bench", name="bench", role=Role.COUNTY_MANAGER)
    UserScope.objects.create(user=actor, prefix=COUNTY)
    region = regioncode.pad(COUNTY)
    programme = Programme.objects.create(
        region_code=region,
        code="bench",
        name="bench",
        kind="ranger",
        policy_code="pingba-ranger",
        starts=date(2020, 1, 1),
    )
    text = (policies_folder() / "pingba-ranger.yaml").read_text("utf-8")
    one = Round.objects.create(
        region_code=region, programme=programme, number="1", title="bench", policy_digest="", policy_text=text,
        policy_effective=date(2020, 1, 1), opened_on=DAY, opened_by=actor,
    )  # fmt: skip
    made = Person.objects.bulk_create(
        Person(**identity_columns(identity.parse(number)), **name_columns(name), region_code=f"{COUNTY}100201")
        for name, number in applicants
    )
    Application.objects.bulk_create(
        Application(region_code=f"{COUNTY}100201", round=one, person=person, source="clerk", applied_on=DAY)
        for person in made
    )
    return actor, one


def csv_of(rows: list[tuple[str, str]]) -> bytes:
    body = "".join(f"{name},{number},县某单位,2020-01-05\n" for name, number in rows)
    return ("姓名,身份证号,工作单位,入职日期\n" + body).encode("gb18030")


def xlsx_of(rows: list[tuple[str, str]]) -> bytes:
    from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes

    titles = [Column(title) for title in ("姓名", "身份证号", "工作单位", "入职日期")]
    cells = ((name, number, "县某单位", "2020-01-05") for name, number in rows)
    return workbook_bytes([Sheet("名册", titles, cells)], created=datetime(2020, 7, 1))  # noqa: DTZ001 - a workbook has no zone


def hand_in(figures: dict[str, Any], name: str, content: bytes, kind: str, actor: Any) -> None:
    """Read and keep a file of a register, as the pages do."""
    from yigang.exchange import domain
    from yigang.exchange.enums import ImportKind

    options = {"register": kind, "as_of": DAY.isoformat()}
    received = domain.receive(
        content, name=name, kind=ImportKind.COMPARISON, region_code=f"{COUNTY}000000", programme=None, actor=actor,
        options=options,
    )  # fmt: skip
    key = Path(name).suffix[1:]
    figures[f"{key}_megabytes"] = round(len(content) / 2**20, 1)
    seen = clock(figures, f"{key}_preview", lambda: domain.preview(received, actor=actor))
    assert seen.state == "preview", seen.problems[:3]
    clock(figures, f"{key}_apply", lambda: domain.apply(seen, actor=actor))


def gather_statistics() -> None:
    """As autovacuum does on a running database; here the rows are a minute old."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(rows: int) -> dict[str, Any]:
    """Two registers by file, the others by their verb, then the comparison, twice."""
    from yigang.policy.comparison import presets
    from yigang.recruitment.comparison import registers
    from yigang.recruitment.comparison.run import compare_round

    figures: dict[str, Any] = {}
    applicants = people(APPLICANTS, 1)
    actor, one = seed(applicants)
    gather_statistics()
    hand_in(figures, "死亡.csv", csv_of([*people(rows - KNOWN, 2), *applicants[:KNOWN]]), "deaths", actor)
    hand_in(figures, "财政供养.xlsx", xlsx_of(people(rows, 3)), "payroll", actor)

    def load_others() -> None:
        for number, kind in enumerate(FILES[2:], start=4):
            body = lines([*people(rows - KNOWN, number), *applicants[number * KNOWN : (number + 1) * KNOWN]])
            registers.load_register(registers.Handed(presets()[kind], DAY, f"{COUNTY}000000", None, body), actor=actor)

    clock(figures, "load_eight_more", load_others)
    gather_statistics()
    done = clock(figures, "compare", lambda: compare_round(one, on=DAY, actor=actor))
    figures["found"] = done.found
    again = clock(figures, "compare_again", lambda: compare_round(one, on=DAY, actor=actor))
    assert (again.digest, again.fresh) == (done.digest, 0)
    seconds = {name: figures[name]["seconds"] for name in ("compare",)} | {
        key: figures[f"{key}_preview"]["seconds"] + figures[f"{key}_apply"]["seconds"] for key in ("csv", "xlsx")
    }
    figures["within_limits"] = all(value <= LIMITS[name] for name, value in seconds.items())
    return figures


def main(rows: int) -> None:
    with own_database():
        print(json.dumps({"rows": rows, **measure(rows)}, indent=1, default=str))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
