"""The columns of a labour-force register (农村劳动力实名制登记数据库): one row a person.

A cell that is empty says nothing; it is not taken for “no”. Several values in one cell are parted by 、.
"""

from __future__ import annotations

from collections.abc import Mapping

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.roster.columns import POOR_KINDS, RELATIONS, RESIDENCES, SEXES
from yigang.people.enums import Education, Employment, Health, Workplace

YES, NO = "yes", "no"
ABLE: Mapping[str, str] = {
    "有": YES, "无": NO, "是": YES, "否": NO, "普通劳动力": YES, "技能劳动力": YES, "弱劳动力": YES,
    "弱劳动力或半劳动力": YES, "半劳动力": YES, "丧失劳动力": NO, "无劳动力": NO, "有劳动能力": YES, "无劳动能力": NO,
}  # fmt: skip
TRUTH: Mapping[str, str] = {
    "是": YES, "否": NO, "有": YES, "无": NO, "有意愿": YES, "无意愿": NO, "没有": NO, "愿意": YES, "不愿意": NO,
    "√": YES, "×": NO,
}  # fmt: skip
EMPLOYMENTS: Mapping[str, str] = {
    "已就业": Employment.EMPLOYED, "灵活就业": Employment.FLEXIBLE, "自主创业": Employment.SELF_EMPLOYED,
    "在家务农": Employment.FARMING, "未就业": Employment.JOBLESS, "在校": Employment.STUDENT, "务工": Employment.EMPLOYED,
    "单位就业": Employment.EMPLOYED, "就业": Employment.EMPLOYED, "零工": Employment.FLEXIBLE,
    "创业": Employment.SELF_EMPLOYED, "务农": Employment.FARMING, "失业": Employment.JOBLESS, "无业": Employment.JOBLESS,
    "待业": Employment.JOBLESS, "学生": Employment.STUDENT, "在读": Employment.STUDENT,
}  # fmt: skip
WORKPLACES: Mapping[str, str] = {
    "村内": Workplace.VILLAGE, "乡镇内": Workplace.TOWN, "县内": Workplace.COUNTY, "县外省内": Workplace.PROVINCE,
    "省外": Workplace.ELSEWHERE, "本村": Workplace.VILLAGE, "本乡镇": Workplace.TOWN, "乡（镇）内": Workplace.TOWN,
    "县内乡外": Workplace.COUNTY, "本县": Workplace.COUNTY, "区内": Workplace.COUNTY, "省内县外": Workplace.PROVINCE,
    "省内": Workplace.PROVINCE, "外省": Workplace.ELSEWHERE, "境外": Workplace.ELSEWHERE,
}  # fmt: skip
HEALTHS: Mapping[str, str] = {
    "健康": Health.HEALTHY, "患慢性病": Health.CHRONIC, "患大病": Health.SEVERE, "残疾": Health.DISABLED,
    "良好": Health.HEALTHY, "长期慢性病": Health.CHRONIC, "慢性病": Health.CHRONIC, "大病": Health.SEVERE,
}  # fmt: skip
EDUCATIONS: Mapping[str, str] = {
    "未上学": Education.NONE, "小学": Education.PRIMARY, "初中": Education.MIDDLE, "高中": Education.HIGH,
    "大专及以上": Education.COLLEGE, "文盲": Education.NONE, "文盲或半文盲": Education.NONE, "中专": Education.HIGH,
    "高中/中专": Education.HIGH, "大专": Education.COLLEGE, "本科": Education.COLLEGE, "本科及以上": Education.COLLEGE,
}  # fmt: skip

REGISTER: tuple[ColumnSpec, ...] = (
    ColumnSpec("quarter", "季度", ("登记季度", "统计季度", "数据季度")),
    ColumnSpec("town", "乡镇", ("乡（镇）", "镇", "乡", "镇街", "街道", "所属乡镇", "所在乡镇", "乡镇名称")),
    ColumnSpec("village", "村", ("行政村", "村居", "村（社区）", "社区", "村名", "村委会", "所在村", "所属村")),
    ColumnSpec("region_code", "行政区划代码", ("区划代码", "村代码", "村编码", "统计用区划代码")),
    ColumnSpec("household", "户编号", ("户编码", "户号", "家庭编号")),
    ColumnSpec("relation", "与户主关系", ("和户主关系", "与户主的关系"), kind="choice", choices=RELATIONS),
    ColumnSpec("name", "姓名", ("人员姓名", "劳动力姓名"), required=True, kind="name"),
    ColumnSpec(
        "identity",
        "身份证号",
        ("身份证号码", "公民身份号码", "公民身份证号码", "证件号码", "身份证"),
        required=True,
        kind="identity",
    ),
    ColumnSpec("sex", "性别", kind="choice", choices=SEXES),
    ColumnSpec("birth", "出生日期", ("出生年月日", "生日"), kind="date"),
    ColumnSpec("residence", "户籍性质", ("户口性质", "户籍类型"), kind="choice", choices=RESIDENCES),
    ColumnSpec("phone", "手机号", ("手机号码", "联系电话", "电话", "联系方式"), kind="phone"),
    ColumnSpec(
        "poor_kind", "贫困户属性", ("贫困属性", "农户属性", "户属性", "户类型"), kind="choice", choices=POOR_KINDS
    ),
    ColumnSpec("education", "文化程度", ("学历", "受教育程度"), kind="choice", choices=EDUCATIONS),
    ColumnSpec("able", "劳动能力", ("有无劳动能力", "劳动技能", "是否有劳动能力"), kind="choice", choices=ABLE),
    ColumnSpec("willing", "就业意愿", ("有无就业意愿", "是否有就业意愿"), kind="choice", choices=TRUTH),
    ColumnSpec("employment", "就业状态", ("就业状况", "就业情况", "务工状态"), kind="choice", choices=EMPLOYMENTS),
    ColumnSpec("workplace", "务工地点", ("务工区域", "就业地点", "务工地"), kind="choice", choices=WORKPLACES),
    ColumnSpec("employer", "务工单位", ("务工企业", "就业单位", "工作单位")),
    ColumnSpec("in_training", "正在培训", ("是否正在培训", "培训状态"), kind="choice", choices=TRUTH),
    ColumnSpec("wants_training", "培训意愿", ("有无培训意愿", "是否有培训意愿"), kind="choice", choices=TRUTH),
    ColumnSpec("skills", "技能特长", ("技能", "特长")),
    ColumnSpec("wanted_kinds", "意向岗位", ("岗位意愿", "意向工种")),
    ColumnSpec("health", "健康状况", ("身体状况",), kind="choice", choices=HEALTHS),
    ColumnSpec("free_months", "可上岗月份", ("可务工月份", "空闲月份", "可工作月份", "农闲月份")),
    ColumnSpec("away_months", "外出务工月份", ("在外务工月份", "外出月份", "季节性外出月份")),
    ColumnSpec("longitude", "住址经度", ("经度", "住户经度", "longitude")),
    ColumnSpec("latitude", "住址纬度", ("纬度", "住户纬度", "latitude")),
    ColumnSpec("remarks", "备注", ("说明",)),
)
"""Every column, in the template's order. `remarks` is the office's own and is not imported."""
TRUTHS = ("able", "willing", "in_training", "wants_training")
LONGEST = {"name": 60, "household": 40, "employer": 120}
LONGEST_PART = 40
