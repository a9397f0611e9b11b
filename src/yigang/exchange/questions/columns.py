"""The columns of a table of questions, and its empty form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.training.enums import QuestionKind, Subject

SUBJECTS: Mapping[str, str] = {
    "森林资源管护": Subject.FOREST, "森林管护": Subject.FOREST, "森林防火": Subject.FIRE, "防火": Subject.FIRE,
    "林业有害生物防治": Subject.PEST, "有害生物": Subject.PEST, "作业安全": Subject.SAFETY, "安全": Subject.SAFETY,
    "岗位与补贴政策": Subject.SUBSIDY, "补贴政策": Subject.SUBSIDY, "其他": Subject.OTHER,
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "单选": QuestionKind.SINGLE, "单选题": QuestionKind.SINGLE, "多选": QuestionKind.MULTIPLE, "多选题": QuestionKind.MULTIPLE,
    "判断": QuestionKind.TRUTH, "判断题": QuestionKind.TRUTH,
}  # fmt: skip
OPTIONS = "ABCDEF"
QUESTIONS = (
    ColumnSpec("subject", "内容", ("类别", "知识点", "科目"), required=True, kind="choice", choices=SUBJECTS),
    ColumnSpec("kind", "题型", ("类型", "题目类型"), required=True, kind="choice", choices=KINDS),
    ColumnSpec("text", "题干", ("题目", "试题", "问题"), required=True),
    *(ColumnSpec(f"option{letter}", f"选项{letter}", (letter, f"答案{letter}")) for letter in OPTIONS),
    ColumnSpec("right", "正确答案", ("答案", "标准答案", "参考答案"), required=True),
    ColumnSpec("source", "出处", ("依据", "来源", "法规依据"), required=True),
)
HINTS = {
    "right": "单选填一个字母；多选填几个字母，如 ABD；判断填 对 或 错。",
    "optionA": "判断题不填选项。",
    "source": "法律条款或标准，如：《森林草原防灭火条例》第六条；已被代替的写明“原”，如：原《森林防火条例》第五条。",
}
EXAMPLE_SIGN = "示例"
EXAMPLE = (
    "森林防火", "单选", "示例（导入时跳过）：森林草原防灭火工作的方针是什么？",
    "预防为主、积极消灭、生命至上、安全第一", "先救后防", "", "", "", "", "A",
    "《森林草原防灭火条例》第三条",
)  # fmt: skip
NOTES = (
    ("一行一题", "每题一行。第一行是示例，导入时自动跳过。"),
    ("正确答案", "没有正确答案的题不能导入；多选题至少两个正确答案。"),
    ("图片", "图片题先导入文字，再在题库中给题目配图。"),
    ("错误", "任何一行有错误，整个文件都不导入。"),
)
WRITTEN_SUBJECTS = ("森林资源管护", "森林防火", "林业有害生物防治", "作业安全", "岗位与补贴政策", "其他")


def template(created: datetime) -> bytes:
    """The empty table: headings, choices, an example, and a sheet of notes."""
    choices = {"subject": WRITTEN_SUBJECTS, "kind": ("单选", "多选", "判断")}
    columns = [
        Column(spec.label, "text", choices=choices.get(spec.key, ()), hint=HINTS.get(spec.key, ""), required=spec.required)
        for spec in QUESTIONS
    ]  # fmt: skip
    sheet = Sheet("题库", columns, [EXAMPLE], ["学训题库"], template=True)
    return workbook_bytes([sheet], created=created, notes=NOTES)
