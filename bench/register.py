"""Load the labour-force register of a county by quarter: 500,000 people. Run: python -m bench.register [PEOPLE] [--csv]

Writes two quarters as workbooks (with --csv as text) and a database of its own below a temporary folder, and prints as
JSON the seconds and peak memory of reading, loading, reading the next quarter in which every tenth row differs, loading
it, counting the five lists, a page of one list, accepting what is proposed, and the undo. Its limits are our own: no
limit for a register is stated anywhere.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from bench.database import own_database
from bench.dingtalk_import import clock, names
from bench.roster import COUNTY, TOWNS, VILLAGES_PER_TOWN, villages

HEADING = (
    "季度", "乡镇", "村", "户编号", "与户主关系", "姓名", "身份证号", "户籍性质", "手机号", "贫困户属性", "文化程度", "劳动能力",
    "就业意愿", "就业状态", "务工地点", "正在培训", "培训意愿", "技能特长", "意向岗位", "健康状况",
)  # fmt: skip
WORK = (("未就业", ""), ("已就业", "省外"), ("灵活就业", "县内"), ("在家务农", ""), ("自主创业", "乡镇内"))
DAYS = 16_000
"""Dates of birth, from 1960 on: with the order of birth, enough numbers for two million people."""


def rows(people: int, quarter: str, changed: int = 0) -> Iterator[tuple[str, ...]]:
    """A row for everybody; with `changed`, every so many-th has other work and another phone, and a few are gone."""
    from yigang.foundation.identity import check_sign

    for number, name in enumerate(named(people)):
        differs = bool(changed) and number % changed == 0
        if differs and number % (changed * 100) == 0:
            continue
        birth = date(1960, 1, 1) + timedelta(days=number % DAYS)
        first17 = f"520403{birth:%Y%m%d}{number // DAYS % 999 + 1:03d}"
        town, village = number % TOWNS + 1, number // TOWNS % VILLAGES_PER_TOWN + 1
        work, place = WORK[(number + differs) % len(WORK)]
        yield (
            quarter, f"第{town}镇", f"第{town}镇{village}村", f"{number // (2 * TOWNS * VILLAGES_PER_TOWN):05d}-{number // 2}",
            "户主", name, first17 + check_sign(first17), "农村", f"139{number + differs * 10_000_000:08d}", "脱贫户", "初中",
            "有" if number % 7 else "无", "是" if number % 3 else "", work, place, "否", "是" if number % 5 == 0 else "否",
            "驾驶、种植" if number % 4 == 0 else "", "生态护林", "健康",
        )  # fmt: skip


def named(people: int) -> Iterator[str]:
    """Names, repeated as they are in life."""
    known = names(min(people, 60_000))
    return (known[number % len(known)] for number in range(people))


def write(path: Path, lines: Iterator[tuple[str, ...]]) -> bytes:
    if path.suffix == ".csv":
        text = "\n".join([",".join(HEADING), *(",".join(line) for line in lines)])
        return text.encode("gb18030")
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("劳动力资源库")
    sheet.write_row(0, 0, HEADING)
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            if value:
                sheet.write_string(number, column, value)
    book.close()
    return path.read_bytes()


def seed() -> Any:
    """The county's regions and an account."""
    from yigang.foundation import regioncode
    from yigang.foundation.enums import Role
    from yigang.foundation.models import Region, User, UserScope

    places = [(f"{COUNTY}000000", "测试县"), *villages()]
    Region.objects.bulk_create(
        Region(
            code=code, name=name, level=regioncode.level_of(code), parent_code=regioncode.parent_of(code) or "",
            valid_from=2020,
        )
        for code, name in places
    )  # fmt: skip
    actor = User.objects.create(username="bench", name="bench", role=Role.COUNTY_MANAGER)
    UserScope.objects.create(user=actor, prefix=COUNTY)
    return actor


def measure(people: int, folder: Path, suffix: str) -> dict[str, Any]:
    from yigang.exchange import domain
    from yigang.exchange.enums import ImportKind
    from yigang.people import queries
    from yigang.people.enums import ReviewState
    from yigang.people.models import RegisterChange, RegisterEdition
    from yigang.people.register import lists, review

    actor = seed()
    figures: dict[str, Any] = {}

    def receive(quarter: str, changed: int = 0) -> Any:
        content = write(folder / f"{quarter}{suffix}", rows(people, quarter, changed))
        figures[f"megabytes_{quarter}"] = round(len(content) / 2**20, 1)
        given = {"kind": ImportKind.REGISTER, "region_code": f"{COUNTY}000000", "programme": None, "actor": actor}
        return domain.receive(content, name=f"登记库{quarter}{suffix}", **given)

    first = receive("2020Q2")
    seen = clock(figures, "preview", lambda: domain.preview(first, actor=actor))
    assert seen.counts["errors"] == 0, seen.problems[:3]
    clock(figures, "apply", lambda: domain.apply(seen, actor=actor))
    second = receive("2020Q3", 10)
    seen = clock(figures, "preview_next", lambda: domain.preview(second, actor=actor))
    assert seen.counts["errors"] == 0, seen.problems[:3]
    done = clock(figures, "apply_next", lambda: domain.apply(seen, actor=actor))
    figures["counts"] = done.counts
    edition = RegisterEdition.objects.latest("quarter")
    found = lists.ensure_lists(COUNTY)
    tallied = clock(figures, "five_lists", lambda: lists.tallies(found, edition, edition.records.all()))
    figures["lists"] = {one.list.name: one.on for one in tallied.lists}
    page = lists.members(found[0], edition).order_by("pinyin", "pk")
    clock(figures, "page_of_a_list", lambda: lists.judged(list(page[:50]), found, edition.as_of))
    clock(figures, "placeable", lambda: queries.placeable(COUNTY, edition.as_of).count())
    clock(figures, "undo", lambda: domain.undo(done, reason="measuring", actor=actor))
    again = domain.preview(receive("2020Q3", 10), actor=actor)
    domain.apply(again, actor=actor)
    edition = RegisterEdition.objects.latest("quarter")
    rest = RegisterChange.objects.all()
    accept = ReviewState.ACCEPTED
    clock(figures, "accept_all", lambda: review.decide_all(edition, rest, accept, actor=actor))
    return figures


def main(people: int, suffix: str) -> None:
    with own_database() as folder:
        print(json.dumps({"people": people, **measure(people, folder, suffix)}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    arguments = [one for one in sys.argv[1:] if one != "--csv"]
    main(int(arguments[0]) if arguments else 500_000, ".csv" if "--csv" in sys.argv else ".xlsx")
