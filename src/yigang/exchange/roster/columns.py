"""The columns of a roster: what an office writes in one row for one person, and what each column may hold.

Dates are days as 2020-01-01, times 07:30, money yuan; several values in one cell are parted by 、. The Chinese names are
the template's headings and stand in files of years, so a heading is never renamed: a new one becomes the label and the
old one an alias.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from yigang.exchange.columns import ColumnSpec, simplify
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause, Relation, Residence, Sex

RELATIONS: Mapping[str, str] = {
    "户主": Relation.HEAD, "本人": Relation.HEAD, "配偶": Relation.SPOUSE, "妻子": Relation.SPOUSE,
    "丈夫": Relation.SPOUSE, "妻": Relation.SPOUSE, "夫": Relation.SPOUSE, "子女": Relation.CHILD, "子": Relation.CHILD,
    "女": Relation.CHILD, "儿子": Relation.CHILD, "女儿": Relation.CHILD, "之子": Relation.CHILD,
    "之女": Relation.CHILD, "父母": Relation.PARENT, "父亲": Relation.PARENT, "母亲": Relation.PARENT,
    "之父": Relation.PARENT, "之母": Relation.PARENT, "孙子女": Relation.GRANDCHILD, "孙子": Relation.GRANDCHILD,
    "孙女": Relation.GRANDCHILD, "之孙子": Relation.GRANDCHILD, "之孙女": Relation.GRANDCHILD,
    "兄弟姐妹": Relation.SIBLING, "兄弟": Relation.SIBLING, "姐妹": Relation.SIBLING, "之兄弟姐妹": Relation.SIBLING,
    "其他": Relation.OTHER, "其他亲属": Relation.OTHER, "儿媳": Relation.OTHER, "之儿媳": Relation.OTHER,
    "女婿": Relation.OTHER, "之女婿": Relation.OTHER,
}  # fmt: skip
SEXES: Mapping[str, str] = {"男": Sex.MALE, "女": Sex.FEMALE}
RESIDENCES: Mapping[str, str] = {
    "农村": Residence.RURAL, "城镇": Residence.URBAN, "农业": Residence.RURAL, "非农业": Residence.URBAN,
    "农业户口": Residence.RURAL, "非农业户口": Residence.URBAN, "乡村": Residence.RURAL, "城市": Residence.URBAN,
}  # fmt: skip
POOR_KINDS: Mapping[str, str] = {
    "建档立卡贫困户": PoorKind.REGISTERED, "脱贫户": PoorKind.LIFTED, "监测户": PoorKind.MONITORED,
    "低保户": PoorKind.LOW_INCOME, "一般户": PoorKind.NONE, "贫困户": PoorKind.REGISTERED,
    "建档立卡户": PoorKind.REGISTERED, "一般贫困户": PoorKind.REGISTERED, "建档立卡": PoorKind.REGISTERED,
    "已脱贫": PoorKind.LIFTED, "已脱贫户": PoorKind.LIFTED, "脱贫享受政策户": PoorKind.LIFTED,
    "边缘易致贫户": PoorKind.MONITORED, "脱贫不稳定户": PoorKind.MONITORED, "突发严重困难户": PoorKind.MONITORED,
    "低保贫困户": PoorKind.LOW_INCOME, "非贫困户": PoorKind.NONE, "否": PoorKind.NONE, "无": PoorKind.NONE,
}  # fmt: skip
HARDSHIPS: Mapping[str, str] = {
    "贫": HardshipKind.POOR, "弱": HardshipKind.WEAK, "残": HardshipKind.DISABLED, "老": HardshipKind.OLD,
    "城镇零就业家庭": HardshipKind.ZERO_EMPLOYMENT, "城镇大龄失业": HardshipKind.OLDER_JOBLESS,
    "脱贫享受政策人口": HardshipKind.POOR, "农村低收入人口": HardshipKind.WEAK, "农村残疾人": HardshipKind.DISABLED,
    "农村大龄人员": HardshipKind.OLD, "零就业": HardshipKind.ZERO_EMPLOYMENT,
    "零就业家庭": HardshipKind.ZERO_EMPLOYMENT, "零就业家庭成员": HardshipKind.ZERO_EMPLOYMENT,
    "大龄失业": HardshipKind.OLDER_JOBLESS, "大龄失业人员": HardshipKind.OLDER_JOBLESS,
}  # fmt: skip
CAUSES: Mapping[str, PovertyCause] = {
    "因病": PovertyCause.ILLNESS, "因残": PovertyCause.DISABILITY, "因学": PovertyCause.SCHOOLING,
    "因灾": PovertyCause.DISASTER, "缺土地": PovertyCause.LAND, "缺水": PovertyCause.WATER,
    "缺技术": PovertyCause.SKILL, "缺劳动力": PovertyCause.LABOUR, "缺劳力": PovertyCause.LABOUR,
    "缺资金": PovertyCause.MONEY, "交通条件落后": PovertyCause.TRAFFIC, "交通落后": PovertyCause.TRAFFIC,
    "自身发展动力不足": PovertyCause.DRIVE, "自身发展力不足": PovertyCause.DRIVE, "发展动力不足": PovertyCause.DRIVE,
}  # fmt: skip
"""Causes as the registers write them; the text is kept beside the code, because systems number them differently."""

ROSTER: tuple[ColumnSpec, ...] = (
    ColumnSpec("town", "乡镇", ("乡（镇）", "镇", "乡", "镇街", "乡镇街道", "街道", "所属乡镇", "所在乡镇", "乡镇名称")),
    ColumnSpec(
        "village", "村", ("行政村", "村居", "村（社区）", "社区", "村名", "村委会", "所在村", "所属村", "所在行政村"),
    ),
    ColumnSpec("region_code", "行政区划代码", ("区划代码", "村代码", "村编码", "统计用区划代码", "行政区划编码")),
    ColumnSpec("household", "户编号", ("户编码", "户号", "家庭编号", "家庭编码", "户籍编号")),
    ColumnSpec("relation", "与户主关系", ("和户主关系", "与户主的关系", "家庭关系"), kind="choice", choices=RELATIONS),
    ColumnSpec(
        "name", "姓名", ("人员姓名", "护林员姓名", "聘用人员", "聘用人员姓名", "安置人员姓名", "队员姓名"),
        required=True, kind="name",
    ),
    ColumnSpec(
        "identity", "身份证号", ("身份证号码", "公民身份号码", "公民身份证号", "公民身份证号码", "证件号码", "身份证"),
        required=True, kind="identity",
    ),
    ColumnSpec("sex", "性别", kind="choice", choices=SEXES),
    ColumnSpec("birth", "出生日期", ("出生年月日", "生日"), kind="date"),
    ColumnSpec("residence", "户籍性质", ("户口性质", "户籍类型", "城乡类别"), kind="choice", choices=RESIDENCES),
    ColumnSpec("phone", "手机号", ("手机号码", "联系电话", "电话", "联系方式", "电话号码", "手机"), kind="phone"),
    ColumnSpec("address", "住址", ("家庭住址", "详细地址", "地址", "户籍地址", "居住地址", "家庭地址")),
    ColumnSpec(
        "poor_kind", "贫困户属性", ("贫困属性", "农户属性", "户属性", "脱贫户属性", "户类型"),
        kind="choice", choices=POOR_KINDS,
    ),
    ColumnSpec("main_cause", "主要致贫原因", ("致贫原因", "主要致贫因素")),
    ColumnSpec("other_causes", "次要致贫原因", ("其他致贫原因", "次要致贫因素")),
    ColumnSpec("income", "家庭年收入（元）", ("家庭年收入", "家庭收入", "年收入", "上年家庭收入"), kind="money"),
    ColumnSpec("hardship", "人员类别", ("困难类别", "安置对象类别", "人员类型"), kind="choice", choices=HARDSHIPS),
    ColumnSpec("hardship_evidence", "类别佐证", ("佐证材料", "认定依据", "类别佐证材料")),
    ColumnSpec("hardship_since", "类别认定日期", ("认定日期", "认定时间"), kind="date"),
    ColumnSpec("kinship", "亲属任职", ("亲属任职情况", "近亲属任职情况", "亲属任职（姓名/职务/关系）")),
    ColumnSpec("post_number", "岗位编号", ("岗位编码", "岗位号")),
    ColumnSpec("post_kind", "岗位类别", ("岗位名称", "岗位类型", "岗位", "工种")),
    ColumnSpec("duties", "岗位职责", ("职责", "工作内容", "工作职责")),
    ColumnSpec("head_count", "岗位人数", ("岗位名额", "名额", "设岗人数"), kind="integer"),
    ColumnSpec(
        "starts", "聘用起始日期", ("聘用开始日期", "上岗日期", "上岗时间", "聘用日期", "协议开始日期", "到岗日期"),
        kind="date",
    ),
    ColumnSpec("ends", "聘用终止日期", ("聘用结束日期", "聘用截止日期", "协议终止日期", "离岗日期"), kind="date"),
    ColumnSpec("agreement", "协议编号", ("协议号", "合同编号", "劳务协议编号")),
    ColumnSpec("plan_start", "上班时间", ("每日上班时间", "上班"), kind="time"),
    ColumnSpec("plan_end", "下班时间", ("每日下班时间", "下班"), kind="time"),
    ColumnSpec("bank", "开户银行", ("开户行", "银行", "银行名称", "发卡银行")),
    ColumnSpec("holder", "开户名", ("户名", "账户名", "开户人", "持卡人"), kind="name"),
    ColumnSpec(
        "card", "银行账号", ("银行卡号", "账号", "一卡通账号", "社保卡账号", "社保卡银行账号", "卡号", "一折通账号"),
        kind="passbook",
    ),
    ColumnSpec("remarks", "备注", ("说明",)),
)  # fmt: skip
"""Every column, in the template's order."""

PRIVATE = frozenset({"identity", "card"})
"""Columns whose values are kept encrypted and shown masked."""

_PARTS = re.compile(r"[、,，;；\n]+")


def parts(text: str | None) -> list[str]:
    """The values of a cell that holds several: `巡护、防火` → two."""
    return [part.strip() for part in _PARTS.split(text or "") if part.strip()]


def cause_of(text: str) -> PovertyCause | None:
    """The code of a cause as registers write it, None for a text nobody knows."""
    return CAUSES.get(simplify(text))


def kinships(text: str | None) -> list[tuple[str, str, str]] | None:
    """`李某/村支书/叔叔、…` as (official, office, relation); None when a part is not written so."""
    found = [tuple(piece.strip() for piece in re.split(r"[/／]", part)) for part in parts(text)]
    if any(len(pieces) != 3 or not all(pieces) for pieces in found):
        return None
    return [(official, office, relation) for official, office, relation in found]
