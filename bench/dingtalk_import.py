"""Import a DingTalk workbook of a city's month: 15,455 people, 680,000 rows. Run: python bench/dingtalk_import.py [PEOPLE]

Writes the workbook (XlsxWriter, constant memory) and a database of its own below a temporary folder, imports the file
through the same verbs as the console, reads the facts back, and prints seconds, rows and peak memory as JSON.
"""

import json
import resource
import sys
import time
from calendar import monthrange
from datetime import date, timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

import xlsxwriter
from bench.database import own_database
from bench.processor import processor_seconds

HEADING = [
    "姓名", "考勤组", "部门", "工号", "职位", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果", "打卡地址", "打卡备注",
    "异常打卡原因", "打卡图片1", "打卡图片2", "打卡设备", "管理员修改备注", "管理员修改备注图片1", "管理员修改备注图片2",
]  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = "大小山水明红军英华文玉兰春秋国建平志强丽芳伟勇艳杰娟涛超霞敏静"
YEAR, MONTH = 2020, 7
COUNTY = "520403000000"
ROWS_A_PERSON = 44
"""22 days with two checks each: 680,020 rows for 15,455 people."""


def names(people: int) -> list[str]:
    """Different names, the first `people` combinations."""
    return ["".join(parts) for parts in islice(product(SURNAMES, GIVEN, GIVEN), people)]


def village_of(number: int) -> str:
    return f"5204031{number % 11:02d}{200 + number % 13:03d}"


def write_workbook(path: Path, people: list[str]) -> int:
    """One sheet 原始记录 as DingTalk exports it; every fortieth check is missed. Returns its rows."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("原始记录")
    sheet.write_row(0, 0, [f"原始记录 统计日期：{YEAR}-{MONTH:02d}-01 至 {YEAR}-{MONTH:02d}-31"])
    sheet.write_row(1, 0, HEADING)
    row = 2
    for number, name in enumerate(people):
        for turn in range(ROWS_A_PERSON):
            day = date(YEAR, MONTH, 1) + timedelta(days=turn // 2)
            planned, minute = ("07:30", f"07:{(number + turn) % 40 + 10:02d}") if turn % 2 == 0 else ("17:30", "17:41")
            missed = (number + turn) % 40 == 0
            sheet.write_row(row, 0, [
                name, "护林员", "平坝区-高峰镇-大狗场村", f"G{number:06d}", "护林员", f"manager{number:08d}", f"{day}",
                f"{day} {planned}", "" if missed else f"{day} {minute}", "缺卡" if missed else "正常",
                "" if missed else "贵州省安顺市平坝区高峰镇大狗场村委会", "", "", "", "", "" if missed else "iPhone 11",
            ])  # fmt: skip
            row += 1
    book.close()
    return row - 2


def seed(people: list[str]) -> tuple[Any, Any]:
    """Everybody with a post since January; returns the importing account and the programme."""
    import polars as pl

    from yigang.foundation import facts
    from yigang.foundation.enums import Role
    from yigang.foundation.models import User, UserScope
    from yigang.posts.models import Programme

    actor = User.objects.create(username="bench", name="bench", role=Role.COUNTY_MANAGER)
    UserScope.objects.create(user=actor, prefix="520403")
    programme = Programme.objects.create(
        region_code=COUNTY, code="bench", name="bench", kind="ranger", policy_code="bench", starts=date(2020, 1, 1)
    )
    number = pl.int_range(1, len(people) + 1, eager=True)
    villages = pl.Series([village_of(each) for each in number])
    key = number.cast(pl.String)
    facts.write("people_person", pl.DataFrame({
        "id": number, "region_code": villages, "name": people, "pinyin": "", "initials": "", "identity_cipher": key,
        "identity_index": key, "identity_last4_index": key, "identity_converted": False, "birth": date(1980, 1, 1),
        "sex": "M", "residence": "rural", "phone": "", "relation": "other", "created_at": date(2020, 1, 1),
    }))  # fmt: skip
    facts.write("posts_post", pl.DataFrame({
        "id": number, "region_code": villages, "programme_id": programme.pk, "number": key, "kind": "护林员",
        "duties": "{}", "head_count": 1,
    }))  # fmt: skip
    facts.write("tenure_appointment", pl.DataFrame({
        "id": number, "region_code": villages, "person_id": number, "post_id": number, "programme_id": programme.pk,
        "place": 1, "starts": date(2020, 1, 1), "agreement_number": "", "exit_kind": "", "exit_reason": "",
    }))  # fmt: skip
    return actor, programme


def megabytes() -> int:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def clock(figures: dict[str, Any], name: str, work: Any) -> Any:
    """Run and note seconds, those of the processors, and the peak of memory after it."""
    busy, start = processor_seconds(), time.perf_counter()
    result = work()
    seconds, busy = time.perf_counter() - start, processor_seconds() - busy
    figures[name] = {"seconds": round(seconds, 2), "processor_seconds": round(busy, 1), "peak_mb": megabytes()}
    return result


def look(figures: dict[str, Any], workbook: Path, about: Any) -> str:
    """Read and preview; what was read is let go of on return, as the worker does between preview and import."""
    from yigang.duty import domain
    from yigang.exchange.duty_imports import dingtalk, importers

    evidence = clock(figures, "read", lambda: dingtalk.read(workbook, about)).evidence
    figures["outlook_counts"] = vars(clock(figures, "outlook", lambda: domain.outlook(evidence)))
    plan: str = clock(figures, "keep_plan", lambda: importers.packed(evidence))
    figures["plan_mb"] = len(plan) >> 20
    return plan


def measure(workbook: Path, people: list[str]) -> dict[str, Any]:
    """Read, preview, import, import again, read the facts."""
    from yigang.duty import domain, facts
    from yigang.exchange.duty_imports import importers
    from yigang.exchange.duty_imports.reading import About
    from yigang.foundation.facts import Selection

    actor, programme = seed(people)
    figures: dict[str, Any] = {}
    plan = look(figures, workbook, About(COUNTY, programme.pk))
    evidence, _sealed = clock(figures, "open_plan", lambda: importers.unpacked(plan))
    intake = clock(figures, "take_in", lambda: domain.take_in(evidence, actor=actor))
    again = clock(figures, "take_in_again", lambda: domain.take_in(evidence, actor=actor))
    last = date(YEAR, MONTH, monthrange(YEAR, MONTH)[1])
    selection = Selection(programme.pk, "520403", date(YEAR, MONTH, 1), last)
    for turn in ("facts", "facts_again"):
        frame = clock(figures, turn, lambda: facts.check_ins(selection))
    assert again.rows_added == 0
    assert frame.height == intake.rows_added
    return figures | {"added": intake.rows_added, "unmatched": intake.rows_unmatched}


def main(count: int) -> None:
    with own_database() as folder:
        people = names(count)
        workbook = folder / "month.xlsx"
        start = time.perf_counter()
        rows = write_workbook(workbook, people)
        wrote = {
            "rows": rows,
            "megabytes": workbook.stat().st_size >> 20,
            "seconds": round(time.perf_counter() - start),
        }
        print(json.dumps({"workbook": wrote, **measure(workbook, people)}, indent=1, default=str))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15_455)
