"""The two pages of `docs/algorithms/` that are made from the declarations: facts and measures.

`python -m yigang.policy.pages docs/algorithms` writes them; a test keeps them the same as the code.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from yigang.policy.applicants import PersonMeasure, person_measures
from yigang.policy.expressions import FUNCTIONS
from yigang.policy.facts import ZONE_HOURS, Column, Table, tables
from yigang.policy.measures import YEAR, Measure, measures

MADE = "<!-- Made by `python -m yigang.policy.pages docs/algorithms`; edit the declarations, not this page. -->"
TYPES = {
    "id": "Int64 or String, the same type in every table",
    "text": "String (Categorical and Enum too)",
    "date": "Date; in CSV `YYYY-MM-DD`",
    "time": "String `HH:MM`, local time",
    "moment": "Datetime with a time zone, kept in UTC; in CSV ISO 8601 with an offset, such as `2020-07-01T07:30:00+08:00`",
    "number": "Decimal, Float64 or integer",
    "truth": "Boolean; in CSV `true`/`false`, `1`/`0`, `是`/`否`",
}


def facts_page() -> str:
    """`docs/algorithms/facts.md`."""
    return "\n".join([*_facts_head(), *(line for table in tables().values() for line in _table(table))])


def _facts_head() -> Iterator[str]:
    yield f"# Facts 事实表\n\n{MADE}\n"
    yield (
        "What the engine reads: one folder, one file per table, `<table>.csv` or `<table>.parquet`; only `appointments` is\n"
        "required. A table that is not there was *not loaded*: what rests on it is missing, never zero. A table with a\n"
        "header and no rows *was* loaded. Corrected and superseded rows are removed before.\n\n"
        "一个文件夹，一表一文件，CSV（UTF-8）或 Parquet。没有的表是「没有导入」，由它得出的量是「缺少」，不是 0；只有表头的表是\n"
        "「导入了，没有行」。更正、作废的行事先去掉。\n"
    )
    yield (
        f"Days are local days of Asia/Shanghai, computed as UTC+{ZONE_HOURS} by integer arithmetic: China has had one zone\n"
        "without daylight saving since 1992, so the constant is exact and needs no zone database.\n"
    )
    yield (
        "What is wrong with the *structure* (a missing column, a wrong type, ids of two types) is refused as a whole and names\n"
        "table and column. What is wrong in a *row* (an empty value, `2019-02-29`, an unknown word, an end before its start)\n"
        "makes the person of that row undetermined, with the reason, and nobody else. Rows of people who are not on the\n"
        "roster are counted and reported.\n"
    )
    yield "| Type | Accepted |\n|---|---|"
    yield from (f"| {name} | {accepted} |" for name, accepted in TYPES.items())


def _table(table: Table) -> Iterator[str]:
    yield f"\n## `{table.name}` {table.zh}\n"
    yield f"{table.en[0].upper()}{table.en[1:]}.\n"
    yield f"Of whom it speaks: {table.speaks['en']}. {table.speaks['zh']}。\n"
    yield "| Column | Type | Must | Meaning | 含义 |\n|---|---|---|---|---|"
    yield from (_column(column) for column in table.columns.values())


def _column(column: Column) -> str:
    must = "column and value" if column.needed else "column" if column.required else ""
    values = f" ({', '.join(column.values)})" if column.values else ""
    return f"| `{column.name}` | {column.type}{values} | {must} | {column.en} | {column.zh} |"


def measures_page() -> str:
    """`docs/algorithms/measures.md`."""
    return "\n".join(
        [
            *_measures_head(),
            *(line for measure in measures() for line in _measure(measure)),
            *_applicants(),
            *_other_words(),
        ]
    )


def _measures_head() -> Iterator[str]:
    yield f"# Measures 指标量\n\n{MADE}\n"
    yield (
        "Every quantity a policy may judge by. Measures are code, the same for every policy; what is asked of them is written\n"
        "in the policies. Conditions use the Chinese name or the code. `yigang policy measures` prints this list.\n\n"
        "办法可以使用的全部量。量由程序计算，要求写在办法里；条件里写中文名或代码都可以。\n"
    )
    yield "| 名称 | Code | 单位 Unit | Decimals | Source |\n|---|---|---|---|---|"
    yield from (
        f"| {one.zh} | `{one.code}` | {one.unit.zh} {one.unit.en} | {one.places} | {', '.join(one.source)} |"
        for one in measures()
    )
    yield "\nFunctions 函数:\n\n| Function | 含义 | Meaning |\n|---|---|---|"
    yield from (f"| `{name}` | {say.zh} | {say.en} |" for name, say in FUNCTIONS.items())


def _measure(measure: Measure) -> Iterator[str]:
    yield f"\n## {measure.zh} `{measure.code}`\n"
    yield f"{measure.doc.zh}。{measure.missing.zh}。\n"
    yield f"{measure.en[0].upper()}{measure.en[1:]}: {measure.doc.en}. Missing: {measure.missing.en}."


def _applicants() -> Iterator[str]:
    yield "\n## Words about applicants 关于申报人的词\n"
    yield (
        "What a clause of `eligibility` or a criterion of `ranking` may ask, computed on the day of the check. A missing fact\n"
        "makes the clause undetermined and is named; it never counts as no.\n\n"
        "选聘条件和排序可以用的词，按审核那一天计算。缺少的事实使这一条待定，并说明缺少什么，不当作「否」。\n"
    )
    yield "| 名称 | Code | Kind | Used | 含义 | Meaning | 缺少 Missing |\n|---|---|---|---|---|---|---|"
    yield from (_applicant(one) for one in person_measures())


def _applicant(one: PersonMeasure) -> str:
    unit = f" ({one.unit.zh}, {one.places} decimals)" if one.kind == "number" else ""
    used = "ranking" if one.ranking_only else "eligibility, ranking"
    missing = f"{one.missing.zh} / {one.missing.en}"
    return f"| {one.zh} | `{one.code}` | {one.kind}{unit} | {used} | {one.doc.zh} | {one.doc.en} | {missing} |"


def _other_words() -> Iterator[str]:
    yield "\n## Words of the year 年度的词\n"
    yield "Computed by later chapters; the loader checks their names and kinds.\n"
    yield "| 名称 | Code | Kind |\n|---|---|---|"
    yield from (f"| {one.zh} | `{one.code}` | {one.kind} |" for one in YEAR)


PAGES: dict[str, Callable[[], str]] = {"facts.md": facts_page, "measures.md": measures_page}


def main(folder: Path) -> None:
    for name, page in PAGES.items():
        (folder / name).write_text(page() + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
