"""Rosters as workbooks that we give away: the empty template, and what the register holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Prefetch

from yigang.exchange.roster.columns import (
    HARDSHIPS,
    POOR_KINDS,
    PRIVATE,
    RELATIONS,
    RESIDENCES,
    ROSTER,
    SEXES,
)  # fmt: skip
from yigang.exchange.spreadsheet import Column, Format, Sheet, workbook_bytes
from yigang.foundation import audit, regioncode, regions
from yigang.foundation.access import REVEAL, require
from yigang.foundation.models import User
from yigang.people.models import BankAccount, Hardship, HouseholdCause, Person
from yigang.people.queries import card_number, identity_number
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

SHEET = "花名册"
FORMATS: Mapping[str, Format] = {"date": "date", "time": "time", "money": "money", "integer": "integer"}
HINTS: Mapping[str, str] = {
    "village": "按行政区划名称填写；同名村请同时填写乡镇，或填写 12 位区划代码。",
    "region_code": "12 位统计用区划代码，与乡镇、村二选一。",
    "household": "同一户各人填写同一编号，户信息只需在一行填写。",
    "identity": "18 位，单元格为文本格式；15 位旧号码自动转换。",
    "other_causes": "多项用顿号分隔，如：缺技术、缺资金。",
    "hardship": "六类人员：农村贫、弱、残、老，城镇零就业家庭、大龄失业。",
    "kinship": "姓名/职务/关系，如：李某/村支书/叔叔；多人用顿号分隔；没有则不填。",
    "post_number": "不填表示只登记人员，不聘用。",
    "duties": "多项用顿号分隔。",
    "head_count": "该岗位最多同时聘用的人数，不填为 1。",
    "ends": "不填表示长期。",
    "holder": "必须与姓名一致；不填视为本人。",
    "card": "社保卡或一本通账号，单元格为文本格式。",
    "remarks": "对人员的说明，显示在人员页面；不超过 200 字。",
}
NOTES: tuple[tuple[str, str], ...] = (
    ("一行一人", "每人一行，身份证号不得重复。带 * 的列必须填写。第一行是示例，导入时自动跳过。"),
    ("空白单元格", "空白表示“不说明”，不会清除系统里已有的内容。"),
    ("日期", "写成 2020-07-01；2019-02-29、6月31日 这样不存在的日期会被退回。"),
    ("致贫原因", "因病、因残、因学、因灾、缺土地、缺水、缺技术、缺劳动力、缺资金、交通条件落后、自身发展动力不足。"),
    ("不在表内的人", "系统里在岗而表里没有的人会在预览中列出，导入不会把任何人清退。"),
    ("错误", "任何一行有错误，整个文件都不导入；可下载错误清单，改好后重新上传。"),
)
EXAMPLE: Mapping[str, object] = {
    "town": "齐伯镇", "village": "大坪村", "household": "001", "relation": "head", "name": "示例（请删除）",
    "identity": "11010519491231002X", "residence": "rural", "phone": "13800000000", "address": "大坪村一组",
    "poor_kind": "registered", "main_cause": "因病", "other_causes": "缺技术、缺资金", "income": 1_200_000,
    "hardship": "poor", "hardship_evidence": "建档立卡手册", "hardship_since": date(2018, 1, 1), "post_number": "H001",
    "post_kind": "护林员", "duties": "巡护、防火", "head_count": 1, "starts": date(2020, 7, 1),
    "ends": date(2021, 6, 30), "agreement": "PB-2020-001", "plan_start": time(8), "plan_end": time(17),
    "bank": "农村信用社", "holder": "示例（请删除）", "card": "6217000000000000000",
}  # fmt: skip


def template(created: datetime) -> bytes:
    """The empty roster: headings, drop-down lists, an example, and a sheet of notes."""
    titles = ["人员岗位花名册"]
    sheet = Sheet(SHEET, _columns(), [_cells(EXAMPLE)], titles, template=True)
    return workbook_bytes([sheet], created=created, notes=NOTES)


def workbook(rows: Iterable[Mapping[str, object]], created: datetime) -> bytes:
    """A filled roster. Rows are by our keys; choices by value, income in fen, dates and times as such."""
    return workbook_bytes([Sheet(SHEET, _columns(), (_cells(row) for row in rows))], created=created)


@transaction.atomic
def export(programme: Programme, region_code: str, *, created: datetime, actor: User) -> bytes:
    """Everybody who holds a post of the programme in a region, with all a roster tells, numbers unmasked.

    Whoever exports reads personal data: it needs the right to see it and is an entry of the audit trail.
    """
    require(actor, REVEAL, region_code)
    rows = list(register(programme, region_code))
    after = {"programme": programme.code, "people": len(rows), "fields": sorted(PRIVATE)}
    audit.record("exchange.export_roster", programme, actor=actor, region_code=region_code, after=after)
    return workbook(rows, created)


def register(programme: Programme, region_code: str) -> Iterator[dict[str, object]]:
    """The rows of `export`: the latest appointment of each person in the programme."""
    held = programme.appointments.filter(region_code__startswith=regioncode.prefix_of(region_code))
    latest = held.order_by("person_id", "-starts").distinct("person_id").select_related("person__household", "post")
    related = (
        Prefetch("person__accounts", BankAccount.objects.filter(active=True)),
        Prefetch("person__hardships", Hardship.objects.order_by("-since")),
        Prefetch("person__household__causes", HouseholdCause.objects.order_by("-main", "pk")),
        "person__kinships",
    )
    for appointment in latest.prefetch_related(*related):
        yield _person(appointment.person) | _appointment(appointment)


def _person(person: Person) -> dict[str, object]:
    household = person.household
    account = next(iter(person.accounts.all()), None)
    hardship = next(iter(person.hardships.all()), None)
    causes = [cause.text for cause in household.causes.all()] if household else []
    row: dict[str, object] = {
        "region_code": person.region_code, "village": regions.name_of(person.region_code), "name": person.name,
        "identity": identity_number(person), "sex": person.sex, "birth": person.birth, "residence": person.residence,
        "phone": person.phone, "relation": person.relation, "remarks": person.remarks,
        "kinship": "、".join(f"{tie.official}/{tie.office}/{tie.relation}" for tie in person.kinships.all()),
    }  # fmt: skip
    if household:
        row |= {
            "household": household.number, "address": household.address, "poor_kind": household.poor_kind,
            "income": household.income_fen, "main_cause": "、".join(causes[:1]), "other_causes": "、".join(causes[1:]),
        }  # fmt: skip
    if hardship:
        row |= {
            "hardship": hardship.kind, "hardship_evidence": hardship.evidence, "hardship_since": hardship.since,
        }  # fmt: skip
    if account:
        row |= {"bank": account.bank, "holder": account.holder, "card": card_number(account)}
    return row


def _appointment(appointment: Appointment) -> dict[str, object]:
    post = appointment.post
    return {
        "post_number": post.number, "post_kind": post.kind, "duties": "、".join(post.duties),
        "head_count": post.head_count, "starts": appointment.starts, "ends": appointment.ends,
        "agreement": appointment.agreement_number, "plan_start": appointment.plan_start,
        "plan_end": appointment.plan_end,
    }  # fmt: skip


WRITTEN: Mapping[str, Mapping[str, str]] = {
    key: {value: text for text, value in reversed(list(choices.items()))}
    for key, choices in {
        "relation": RELATIONS, "sex": SEXES, "residence": RESIDENCES, "poor_kind": POOR_KINDS, "hardship": HARDSHIPS,
    }.items()
}  # fmt: skip
"""How each choice is written: the first way that `columns` names."""


def _columns() -> list[Column]:
    return [
        Column(
            spec.label, FORMATS.get(spec.kind, "text"), choices=tuple(WRITTEN.get(spec.key, {}).values()),
            hint=HINTS.get(spec.key, ""), required=spec.required,
        )
        for spec in ROSTER
    ]  # fmt: skip


def _cells(row: Mapping[str, object]) -> list[object]:
    unknown = row.keys() - {spec.key for spec in ROSTER}
    assert not unknown, unknown
    return [_cell(spec.key, row.get(spec.key)) for spec in ROSTER]


def _cell(key: str, value: object) -> object:
    return WRITTEN[key][str(value)] if key in WRITTEN and value else value
