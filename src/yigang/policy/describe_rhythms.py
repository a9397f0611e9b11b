"""The rhythms as an official would read them aloud: what each rests on, who marks, by when it is closed, what follows."""

from collections.abc import Iterator

from yigang.policy.describe_recruitment import cited
from yigang.policy.explain import deed_text
from yigang.policy.model import PolicyVersion
from yigang.policy.rhythms import NAMES, Input, Rhythm, Weighted, party_word, rhythms
from yigang.policy.wording import formula, number

BY = {"mean": "平均", "sum": "合计", "least": "最低", "greatest": "最高", "count": "个数"}
TAKES = {"score": "得分", "passed": "合格", "failed": "不合格"}


def rhythm_lines(version: PolicyVersion) -> Iterator[str]:
    """Each rhythm from the day to the year; nothing of a month that only has the section every policy has."""
    for rhythm in rhythms(version.text):
        if rhythm.code == "day":
            for mark in rhythm.marks:
                yield cited(
                    f"{rhythm.name}·{mark.name}：{party_word(mark.mark)}评，0 至 {number(mark.most)} 分。", mark.cites
                )
        if rhythm.closes:
            yield f"{rhythm.name}：次月 {rhythm.closes} 日前结账。"
        if rhythm.code in {"quarter", "year"}:
            yield from _closed(rhythm, version)


def _closed(rhythm: Rhythm, version: PolicyVersion) -> Iterator[str]:
    for one in rhythm.inputs:
        yield cited(f"{rhythm.name}·{one.name}：{_input(one)}。", one.cites)
    for part in rhythm.parts:
        yield cited(f"{rhythm.name}·{part.name}：{_part(part)}。", part.cites)
    yield f"{rhythm.name}得分：" + (
        "各项四舍五入到两位小数后相加。" if rhythm.parts else "各月得分的平均，四舍五入到两位小数。"
    )
    for name, value in rhythm.defaults.items():
        yield f"{rhythm.name}：没有「{name}」的按 {number(value)} 计。"
    for index, grade in enumerate(rhythm.grades, 1):
        when = "其余情形" if grade.when is None else formula(grade.when.node, version, "zh")
        yield cited(f"{rhythm.name} {index}. {grade.grade}：{when}。", grade.cites)
    for clause in dict.fromkeys((*rhythm.limits, *rhythm.then)):
        what = "、".join(deed_text(code, version) for code in clause.do)
        yield cited(f"{rhythm.name}，{formula(clause.when.node, version, 'zh')}：{what}。", clause.cites)


def _input(one: Input) -> str:
    return f"{NAMES[one.of]}的{TAKES.get(one.take, one.take)}，取{BY[one.by]}"


def _part(part: Weighted) -> str:
    who = (
        f"{party_word(part.party)}评，0 至 {number(part.most)} 分"
        if part.party
        else f"取「{part.source}」，满分 {number(part.most)}"
    )
    return f"{who}，占 {number(part.weight)}%"


def period_case_lines(version: PolicyVersion) -> Iterator[str]:
    for case in version.period_cases:
        yield (
            f"{case.name}："
            + "，".join(f"{name} {_said(name, said, version)}" for name, said in case.then.items())
            + "。"
        )


def _said(name: str, said: tuple[str, ...], version: PolicyVersion) -> str:
    return "、".join(deed_text(one, version) if name == "后果" else one for one in said) or "无"
