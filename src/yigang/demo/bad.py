"""Files that an importer must refuse, each with one thing wrong, and a list of what that is."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from yigang.demo import files, paper
from yigang.demo.paper import Sheet
from yigang.demo.planted import Garden

NO_SUCH_DAYS = ("2019-02-29", "2020-02-30", "2020-06-31", "2020-09-31")
"""Days that claims have carried and no calendar has."""


def write_all(garden: Garden, folder: Path) -> None:
    """Write the files and `bad.json`, which says of each what is wrong with it."""
    listed = {}
    for file, wrong in _files(garden, folder):
        listed[file.name] = wrong
    (folder / "bad.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _files(garden: Garden, folder: Path) -> Iterator[tuple[Path, str]]:
    yield _others_account(garden, folder), "一行的开户名不是本人，一行的身份证校验位不对，一行重复"
    one = files.called(garden).join(
        garden.population.serving(garden.plan.open_month).head(1).select("person"), on="person"
    )
    for day in NO_SUCH_DAYS:
        yield _no_such_day(one, day, folder), f"日期 {day} 不存在"
    other = pl.DataFrame({"会议": ["例会"], "主持": ["镇长"]})
    meeting = paper.write(folder / "没有考勤的表.xlsx", [Sheet("会议签到", other)])
    yield meeting, "不是考勤表，也不是花名册"
    torn = folder / "残缺.xlsx"
    torn.write_bytes(meeting.read_bytes()[:2000])
    yield torn, "文件残缺"


def _no_such_day(one: pl.DataFrame, day: str, folder: Path) -> Path:
    who = one.row(0, named=True)
    table = pl.DataFrame({
        "姓名": who["name"], "考勤组": who["group"], "部门": who["department"], "工号": who["job_number"],
        "UserId": who["user_id"],
        "考勤日期": day, "考勤时间": f"{day} 08:00", "打卡时间": f"{day} 07:55:00", "打卡结果": "正常", "打卡设备": "A000000009",
    })  # fmt: skip
    return paper.write(folder / f"钉钉考勤-{day}.xlsx", [Sheet("原始记录", table)])


def _others_account(garden: Garden, folder: Path) -> Path:
    rows = files.roster_rows(garden, garden.plan.term[0], everybody=False).head(6)
    wrong_holder = pl.when(pl.int_range(pl.len()) == 0).then(pl.col("姓名").shift(-1)).otherwise("开户名")
    check = pl.col("身份证号").str.slice(17).replace({"X": "1"}).replace(
        {str(i): str((i + 1) % 10) for i in range(10)}
    )  # fmt: skip
    wrong_sign = (
        pl.when(pl.int_range(pl.len()) == 1).then(pl.col("身份证号").str.slice(0, 17) + check).otherwise("身份证号")
    )
    bent = rows.with_columns(开户名=wrong_holder, 身份证号=wrong_sign)
    return paper.write(folder / "花名册-他人账户.xlsx", [Sheet("花名册", pl.concat([bent, bent.tail(1)]))])
