"""The papers of the demo: the rosters, a folder for each month, and a folder of files that must be refused."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from yigang.demo import months, paper
from yigang.demo.cases import STRANGER
from yigang.demo.months import Month
from yigang.demo.numbers import days_of
from yigang.demo.paper import Sheet
from yigang.demo.planted import Garden
from yigang.demo.population import DUTIES

DAY, MINUTE, SECOND = "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"


NO_POST = {"post": pl.Int64, "post_number": pl.String, "starts": pl.Date, "ends": pl.Date, "agreement": pl.String}
"""Columns of those who hold none."""


@dataclass(frozen=True)
class MonthFiles:
    """The files of one month; `towns` holds the attendance again, town by town, for the open month."""

    attendance: Path
    leaves: Path
    work_logs: Path
    marks: Path
    findings: Path
    towns: tuple[Path, ...] = ()


def roster(garden: Garden, folder: Path, first: date, *, everybody: bool) -> Path:
    """The roster of the term that begins on `first`: its holders, and with `everybody` all the others who are known."""
    title = f"{garden.plan.programme_name}花名册（{first.year}年度）"
    rows = roster_rows(garden, first, everybody=everybody)
    return paper.write(
        folder / f"花名册-{first.year}年度.xlsx", [Sheet("花名册", rows, above=([title], ["单位：人、元"]))]
    )


def everybody(garden: Garden, folder: Path) -> Path:
    """The same people as in the roster, with their homes and accounts and without any post: collected before the round."""
    people = garden.population.people.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in NO_POST.items()
    )
    rows = roster_columns(garden.plan.post_kind, people.sort("region_code", "person"))
    title = f"{garden.plan.programme_name}人员信息采集表（{garden.plan.term[0].year}年6月）"
    return paper.write(folder / "人员信息采集表.xlsx", [Sheet("人员信息", rows, above=([title], ["单位：人、元"]))])


def roster_rows(garden: Garden, first: date, *, everybody: bool) -> pl.DataFrame:
    """The roster's rows under the template's headings, village by village."""
    held = garden.population.held.filter(pl.col("term") == first.year)
    rows = garden.population.people.join(held, on="person", how="left" if everybody else "inner")
    return roster_columns(garden.plan.post_kind, rows.sort("region_code", "post", "starts", "person", nulls_last=True))


def roster_columns(post_kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """People with what they hold, under the template's headings; the duties are those of rangers."""
    holds = pl.col("post").is_not_null()
    for name in ("kinship", "remarks"):
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    if "holder" not in rows.columns:
        rows = rows.with_columns(holder="name")
    duty = pl.col("post").fill_null(0) % len(DUTIES)
    male = pl.when(pl.col("sex") == "M").then(pl.lit("男")).otherwise(pl.lit("女"))
    return rows.select(
        乡镇="town", 村="village", 行政区划代码="region_code", 户编号="household", 与户主关系="relation", 姓名="name",
        身份证号="identity", 性别=male, 出生日期=pl.col("birth").dt.strftime(DAY), 户籍性质="residence", 手机号="phone",
        住址="address", 贫困户属性="poor_kind", 主要致贫原因="main_cause", 次要致贫原因="other_causes",
        **{"家庭年收入（元）": "income"}, 人员类别="hardship", 类别佐证=pl.lit("村级公示无异议"),
        类别认定日期=pl.lit("2019-06-10"), 亲属任职="kinship",
        岗位编号="post_number", 岗位类别=pl.when(holds).then(pl.lit(post_kind)),
        岗位职责=pl.when(holds).then(duty.replace_strict(range(len(DUTIES)), list(DUTIES), return_dtype=pl.String)),
        岗位人数=pl.when(holds).then(pl.lit(1)), 聘用起始日期=pl.col("starts").dt.strftime(DAY),
        聘用终止日期=pl.col("ends").dt.strftime(DAY), 协议编号="agreement", 上班时间=pl.when(holds).then(pl.lit("08:00")),
        下班时间=pl.when(holds).then(pl.lit("17:00")), 开户银行="bank", 开户名="holder", 银行账号="card", 备注="remarks",
    )  # fmt: skip


def month_files(garden: Garden, month: Month, folder: Path) -> MonthFiles:
    """Write one month's folder; the open month also gets the attendance cut by town."""
    people = called(garden)
    serving = garden.population.serving(month.month)
    name = f"{month.month:%Y-%m}"
    place = folder / name
    towns: list[Path] = []
    if garden.plan.planted and month.month == garden.plan.open_month:
        for (town,), part in serving.group_by("town", maintain_order=True):
            towns.append(
                attendance(month, part, people, place / f"钉钉考勤-{name}-{town}.xlsx", strangers=town == "白云镇")
            )
    return MonthFiles(
        attendance=attendance(month, serving, people, place / f"钉钉考勤-{name}.xlsx"),
        leaves=_leaves(month, people, place / f"请假-{name}.xlsx"),
        work_logs=_work_logs(month, people, place / f"工作日志-{name}.xlsx"),
        marks=_marks(month, people, serving, place / f"乡镇评定-{name}.xlsx"),
        findings=_findings(month, people, place / f"督查不在岗-{name}.xlsx"),
        towns=tuple(towns),
    )


def called(garden: Garden) -> pl.DataFrame:
    """How the office and the machine call each person."""
    number = (pl.col("person") + 1).cast(pl.String).str.zfill(5)
    return garden.population.people.select(
        "person", "name", "identity", "town", "village", "region_code",
        job_number=pl.concat_str(pl.lit("HL" if garden.plan.kind == "ranger" else "GY"), number),
        user_id=pl.concat_str(pl.lit("17"), (pl.col("person") * 7919 + 10_000_019).cast(pl.String)),
        department=pl.concat_str("town", pl.lit("-"), "village"), group=pl.lit(garden.plan.programme_name),
    )  # fmt: skip


def attendance(
    month: Month, serving: pl.DataFrame, people: pl.DataFrame, file: Path, *, strangers: bool = True
) -> Path:
    """DingTalk's monthly workbook with its four sheets."""
    roll = people.join(serving.select("person").unique(), on="person").filter(
        ~pl.col("person").is_in(month.not_on_roll)
    )
    rows = month.check_ins.join(roll, on="person").sort("person", "day", "due", maintain_order=True)
    if strangers and month.strangers.height:
        rows = pl.concat([rows, _strangers(month, people)], how="diagonal")
    last = days_of(month.month)[-1]
    span = f"统计日期：{month.month:%Y-%m-%d} 至 {last:%Y-%m-%d}"
    made = f"报表生成时间：{last:%Y-%m-%d} 23:50"
    return paper.write(file, [
        Sheet("月度汇总", _summary(rows, roll), above=(["月度汇总 " + span], [made])),
        Sheet("每日统计", _daily(rows), above=(["每日统计表 " + span], [made])),
        Sheet("打卡时间", _matrix(rows, roll, month), above=(["打卡时间表 " + span], [made])),
        Sheet("原始记录", _records(rows), above=(["原始记录表 " + span], [made])),
    ])  # fmt: skip


def _strangers(month: Month, people: pl.DataFrame) -> pl.DataFrame:
    group = people["group"][0]
    return month.strangers.with_columns(
        name=pl.lit(STRANGER), job_number=pl.lit("HL99999"), user_id=pl.lit("17990000000"),
        department=pl.lit("白云镇-平元村"), group=pl.lit(group),
    )  # fmt: skip


PERSON = {"乡镇": "town", "村": "village", "姓名": "name", "身份证号": "identity"}
WHO = {"姓名": "name", "考勤组": "group", "部门": "department", "工号": "job_number"}


def _records(rows: pl.DataFrame) -> pl.DataFrame:
    empty = pl.lit(None, dtype=pl.String)
    return rows.select(
        **WHO, 职位=pl.lit("护林员"), UserId="user_id", 考勤日期=pl.col("day").dt.strftime(DAY),
        考勤时间=pl.col("due").dt.strftime(MINUTE), 打卡时间=pl.col("at").dt.strftime(SECOND), 打卡结果="result",
        打卡地址="address", 打卡备注="remark", 异常打卡原因=empty, 打卡图片1=empty, 打卡图片2=empty, 打卡设备="device",
        管理员修改备注=empty,
    )  # fmt: skip


def _daily(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a person and day, the punches beside each other."""
    keys = ["person", "name", "group", "department", "job_number", "user_id", "day"]
    punch = pl.concat_str(pl.col("at").dt.strftime("%H:%M"))
    cells = [
        value.filter(pl.col("kind") == kind).first().alias(f"{word}1打卡{what}")
        for kind, word in (("on", "上班"), ("off", "下班"))
        for what, value in (("时间", punch), ("结果", pl.col("result")))
    ]
    days = rows.group_by(keys, maintain_order=True).agg(cells)
    return days.select(
        **WHO, 职位=pl.lit("护林员"), UserId="user_id", 日期=pl.col("day").dt.strftime("%y-%m-%d"),
        班次=pl.lit("巡护 08:00-17:00"), **{cell.meta.output_name(): cell.meta.output_name() for cell in cells},
    )  # fmt: skip


def _summary(rows: pl.DataFrame, roll: pl.DataFrame) -> pl.DataFrame:
    real = pl.col("at").is_not_null()
    counts = rows.group_by("person").agg(
        出勤天数=pl.col("day").filter(real).n_unique(),
        迟到次数=(pl.col("result") == months.LATE).sum(), 严重迟到次数=(pl.col("result") == months.VERY_LATE).sum(),
        早退次数=(pl.col("result") == months.EARLY).sum(), 缺卡次数=(~real).sum(),
    )  # fmt: skip
    return roll.join(counts, on="person", how="left").sort("person").select(
        **WHO, 职位=pl.lit("护林员"), UserId="user_id",
        **{name: name for name in ("出勤天数", "迟到次数", "严重迟到次数", "早退次数", "缺卡次数")},
    )  # fmt: skip


def _matrix(rows: pl.DataFrame, roll: pl.DataFrame, month: Month) -> pl.DataFrame:
    """The sheet 打卡时间: one row a person, one column a day, all punches of the day in one cell."""
    real = rows.filter(pl.col("at").is_not_null() & (pl.col("person") < pl.col("person").max() + 1))
    cells = real.group_by("person", "day").agg(times=pl.col("at").dt.strftime("%H:%M").str.join("\n"))
    wide = cells.pivot("day", index="person", values="times") if cells.height else cells.select("person")
    wide = roll.join(wide, on="person", how="left").sort("person")
    empty = pl.lit(None, dtype=pl.String)
    days = {str(day.day): (pl.col(str(day)) if str(day) in wide.columns else empty) for day in days_of(month.month)}
    return wide.select(**WHO, 职位=pl.lit("护林员"), UserId="user_id", **days)


def _leaves(month: Month, people: pl.DataFrame, file: Path) -> Path:
    rows = month.leaves.join(people, on="person").sort("person", "first")
    table = rows.select(
        **PERSON, 请假类型="kind", 开始日期=pl.col("first").dt.strftime(DAY),
        结束日期=pl.col("last").dt.strftime(DAY), 天数=(pl.col("last") - pl.col("first")).dt.total_days() + 1,
        是否批准=pl.when("approved").then(pl.lit("是")).otherwise(pl.lit("否")), 批准人="approved_by", 事由="reason",
    )  # fmt: skip
    return paper.write(file, [Sheet("请假登记", table, above=([f"请假登记表（{month.month:%Y年%m月}）"],))])


def _work_logs(month: Month, people: pl.DataFrame, file: Path) -> Path:
    rows = month.work_logs.join(people, on="person").sort("person", "day")
    table = rows.select(**PERSON, 日期=pl.col("day").dt.strftime(DAY), 工作内容="text")
    return paper.write(file, [Sheet("工作日志", table, above=([f"巡护日志（{month.month:%Y年%m月}）"],))])


def _marks(month: Month, people: pl.DataFrame, serving: pl.DataFrame, file: Path) -> Path:
    rows = month.marks.join(people, on="person").join(serving.select("person", "post_number", "starts"), on="person")
    table = rows.sort("person", "starts").select(
        **PERSON, 岗位编号="post_number", 评定名称=pl.lit("乡镇评定"),
        分数=pl.col("value").cast(pl.Float64), 理由="reason",
    )  # fmt: skip
    return paper.write(file, [Sheet("乡镇评定", table, above=([f"乡镇月度评定表（{month.month:%Y年%m月}）"],))])


def _findings(month: Month, people: pl.DataFrame, file: Path) -> Path:
    rows = month.findings.join(people, on="person").sort("person", "day")
    table = rows.select(
        **PERSON, 日期=pl.col("day").dt.strftime(DAY), 问题=pl.lit("无故不在岗"), 说明="note",
    )  # fmt: skip
    return paper.write(file, [Sheet("督查不在岗", table, above=([f"督查不在岗登记（{month.month:%Y年%m月}）"],))])
