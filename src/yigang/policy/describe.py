"""A dated text as an official would read it aloud, in Chinese, section by section."""

from collections.abc import Iterator
from typing import Any

from yigang.policy.anomalies import anomaly_lines
from yigang.policy.assets import asset_lines
from yigang.policy.capabilities import described as described_capabilities
from yigang.policy.comparison import described
from yigang.policy.describe_leave import incident_lines, leave_lines, visit_lines
from yigang.policy.describe_placing import matching_lines, pool_lines
from yigang.policy.describe_points import honour_lines, point_lines
from yigang.policy.describe_recruitment import recruitment_lines
from yigang.policy.describe_rhythms import period_case_lines, rhythm_lines
from yigang.policy.describe_scorecards import scorecard_lines
from yigang.policy.describe_tenure import tenure_lines
from yigang.policy.describe_training import training_lines
from yigang.policy.explain import DEEDS, deed_text
from yigang.policy.expressions import Expression
from yigang.policy.flags import flag_lines
from yigang.policy.inspection import inspection_lines
from yigang.policy.load_month import plain_text
from yigang.policy.measures import LEAVE_KINDS
from yigang.policy.meetings import meeting_lines
from yigang.policy.model import Addition, Grade, LeaveCase, Pay, PayDeduction, Policy, PolicyVersion, TrainingCase
from yigang.policy.points import HonourCase, PointCase
from yigang.policy.review import review_lines
from yigang.policy.wording import formula, number, yuan

JOINED = {
    "by_days": "月中到岗或离岗的，按服务天数 ÷ 当月天数折算，四舍五入到分",
    "whole_month": "当月在岗一天即按整月发放",
    "none": "不满整月的不发放",
}
NUMERALS = "一二三四五六七八九十"
Lines = Iterator[str]


def describe(policy: Policy, version: PolicyVersion) -> str:
    """The whole text with citations, ending in its digest."""
    sections = [
        ("功能与法律依据", iter(described_capabilities(version.text))),
        ("选聘条件", _eligibility(version)),
        ("选聘程序", recruitment_lines(version)),
        ("信息数据比对", _compared(version)),
        ("人岗相适", matching_lines(version)),
        ("储备库", pool_lines(version)),
        ("每月的要求", _required(version)),
        ("计分", _score(version)),
        ("等次（从上到下，第一条成立的就是等次）", _grades(version)),
        ("发放", _pay(version)),
        ("后果", _consequences(version)),
        ("考核周期（日、月、季、年）", rhythm_lines(version)),
        ("资产收益", asset_lines(version.text)),
        ("在岗（空岗、退出、续聘、轮换、协议）", tenure_lines(version)),
        ("请假", leave_lines(version)),
        ("结对走访", visit_lines(version)),
        ("事件", incident_lines(version)),
        ("疑点", flag_lines(version.text)),
        ("异常", anomaly_lines(version.text)),
        ("百分制考核", scorecard_lines(version)),
        ("积分", point_lines(version)),
        ("荣誉", honour_lines(version)),
        ("民主评议与申诉", review_lines(version.text)),
        ("督查", inspection_lines(version.text)),
        ("会议", meeting_lines(version.text)),
        ("学训", training_lines(version)),
        ("说明", iter(version.text.get("notes", ()))),
        ("例子", _cases(version)),
    ]
    filled = [(title, lines) for title, each in sections if (lines := list(each))]
    body = [
        "\n".join([f"{_numeral(index)}、{title}", *(f"  {line}" for line in lines)])
        for index, (title, lines) in enumerate(filled)
    ]
    until = f"至 {version.until}" if version.until else ""
    head = [
        f"{policy.title.zh}（{policy.code}）",
        f"发布：{policy.issuer['name']}",
        f"自 {version.effective} 起{until}施行。依据：{version.cites}",
    ]
    return "\n\n".join(["\n".join(head), *body, f"摘要 {version.digest}"])


def _numeral(index: int) -> str:
    """The number of a section, from 0: 一 … 十 十一 … 二十 二十一."""
    tens, ones = divmod(index + 1, 10)
    head = "" if not tens else f"{NUMERALS[tens - 1] if tens > 1 else ''}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def _cited(text: str, cites: str) -> str:
    return f"{text}〔{cites}〕" if cites else text


def _read(expression: Expression, version: PolicyVersion) -> str:
    return formula(expression.node, version, "zh")


def _eligibility(version: PolicyVersion) -> Lines:
    for each in version.eligibility:
        yield _cited(f"{each.name}：{_read(each.when, version)}；否则：{each.otherwise}。", each.cites)


def _compared(version: PolicyVersion) -> Lines:
    if version.recruitment and any(step.comparison for step in version.recruitment.steps):
        yield from described(version.text)


def _required(version: PolicyVersion) -> Lines:
    month = version.month
    required = month.required
    if required.basis == "days":
        scaled = "月中到岗或离岗的按服务天数折算，四舍五入到整天，至少 1 天" if required.scaled else "不折算"
        yield f"应出勤 {required.days} 天；{scaled}。"
    else:
        yield "应出勤当月全部工作日。" if required.basis == "working_days" else "服务期内每天都应出勤。"
    rules = (
        ("准许", month.leave.excuse, "不算旷工"),
        ("视同出勤", month.leave.present, "也算在村"),
        ("视同住村", month.leave.nights, "计夜数"),
    )
    for what, kinds, effect in rules:
        if kinds:
            yield _cited(
                f"{what}的请假（{effect}）：{'、'.join(LEAVE_KINDS[kind].zh for kind in kinds)}。", month.leave.cites
            )
    for default in month.defaults.values():
        yield _cited(f"没有「{default.name}」的记录时，计 {number(default.value)}。", default.cites)
    yield "其他事实缺少的，当月待定，不发放也不遗漏。"


def _score(version: PolicyVersion) -> Lines:
    month = version.month
    for mark in month.marks:
        if mark.name not in {part.name for part in month.parts}:
            yield _cited(f"{mark.name}：由人评定，0 至 {number(mark.most)} 分。", mark.cites)
    for quantity in month.quantities:
        places = f"四舍五入到 {quantity.places} 位小数" if quantity.places else "四舍五入到整数"
        yield _cited(f"{quantity.name} = {_read(quantity.value, version)}，{places}。", quantity.cites)
    for part in month.parts:
        how = "由人评定" if part.mark else f"{_read(part.value, version)}，四舍五入到两位小数"
        yield _cited(f"{part.name}（满分 {number(part.points)}）：{how}。", part.cites)
    for one in month.deductions:
        most = f"，至多扣 {number(one.most)} 分" if one.most else ""
        yield _cited(f"扣分·{one.name}：{_read(one.value, version)}{most}。", one.cites)
    if month.parts:
        most = f"，不高于 {number(month.score_most)}" if month.score_most is not None else ""
        yield f"得分 = 各项之和减去扣分，不低于 {number(month.score_least)}{most}。"


def _grades(version: PolicyVersion) -> Lines:
    yield from (_grade(index, grade, version) for index, grade in enumerate(version.month.grades, 1))


def _grade(index: int, grade: Grade, version: PolicyVersion) -> str:
    when = _read(grade.when, version) if grade.when else "其余情形"
    return _cited(f"{index}. {grade.grade}：{when}。", grade.cites)


def _pay(version: PolicyVersion) -> Lines:
    pay = version.pay
    if pay is None:
        yield "不发放补贴，只定等次。"
        return
    yield _cited(f"{pay.amount.name}：{amount_text(pay, version)}。{JOINED[pay.joined_or_left]}。", pay.cites)
    shares = "；".join(f"{grade} {number(share * 100)}%" for grade, share in pay.share.items())
    if set(pay.share.values()) != {1}:
        yield f"按等次：{shares}。"
    yield from (_addition(one, version) for one in pay.additions)
    yield from (_deduction(one, version) for one in pay.deductions)
    if pay.floor_fen:
        yield f"应发的不低于 {yuan(pay.floor_fen)} 元。"
    if pay.cap_fen is not None:
        yield f"不高于 {yuan(pay.cap_fen)} 元。"
    yield "整月没有任何履职证据而等次为足额的，待定，不发放。"
    if pay.notice:
        yield _cited(f"发放名单在村内公示满 {pay.notice.working_days} 个工作日后报县。", pay.notice.cites)


def amount_text(pay: Pay, version: PolicyVersion) -> str:
    """The sum and how often, by season where it differs."""
    amount = pay.amount
    if amount.per_year_fen is None:
        return f"每月 {_by_season(amount.fen, version)} 元"
    least = min(amount.fen)
    rest = f"，{amount.remainder_in} 月 {yuan(max(amount.fen))} 元" if max(amount.fen) != least else ""
    return f"每年 {yuan(amount.per_year_fen)} 元，分 12 期，每期 {yuan(least)} 元{rest}"


def _by_season(fen: tuple[int, ...], version: PolicyVersion) -> str:
    if len(set(fen)) == 1:
        return yuan(fen[0])
    return "、".join(
        f"{name}（{_months(months)}）{yuan(fen[months[0] - 1])}" for name, months in version.seasons.items()
    )


def _months(months: tuple[int, ...]) -> str:
    return "、".join(map(str, months)) + " 月"


def _addition(one: Addition, version: PolicyVersion) -> str:
    if one.count is None:
        sums = "；".join(f"{grade} {yuan(fen)} 元" for grade, fen in one.by_grade.items())
        return _cited(f"另加{one.name}，按等次：{sums}。", one.cites)
    return _cited(f"另加{one.name}：{_by_season(one.unit_fen, version)} 元 × {_read(one.count, version)}。", one.cites)


def _deduction(one: PayDeduction, version: PolicyVersion) -> str:
    count = _read(one.count, version)
    if one.divisor is None:
        return _cited(f"扣{one.name}：{_by_season(one.unit_fen, version)} 元 × {count}。", one.cites)
    when = "每天的扣款先四舍五入到分，再乘天数" if one.each else "乘天数后四舍五入到分"
    return _cited(f"扣{one.name}：当月金额 ÷ {number(one.divisor)} × {count}，{when}。", one.cites)


def _consequences(version: PolicyVersion) -> Lines:
    for one in version.month.then:
        what = "、".join(deed_text(code, version) for code in one.do)
        yield _cited(f"{_read(one.when, version)}：{what}。", one.cites)


def _cases(version: PolicyVersion) -> Lines:
    for case in version.cases:
        then = "，".join(f"{name} {_result(value, version)}" for name, value in case.then.items())
        yield f"{case.name}（{case.period}）：{then}。"
    for one in version.applicant_cases:
        yield f"{one.name}：" + "，".join(f"{name} {'、'.join(said)}" for name, said in one.then.items()) + "。"
    others: tuple[LeaveCase | TrainingCase, ...] = (*version.leave_cases, *version.training_cases)
    for each in others:
        yield (
            f"{each.name}：" + "，".join(f"{name} {'、'.join(said) or '无'}" for name, said in each.then.items()) + "。"
        )
    yield from period_case_lines(version)
    points: tuple[PointCase | HonourCase, ...] = (*version.point_cases, *version.honour_cases)
    for told in points:
        yield f"{told.name}：" + "，".join(f"{name} {_plain(value)}" for name, value in told.then.items()) + "。"
    for ranked in version.ranking_cases:
        yield (
            f"{ranked.name}：" + "，".join(f"{unit} {plain_text(sum_)} 元" for unit, sum_ in ranked.then.items()) + "。"
        )


def _plain(value: Any) -> str:
    return ("、".join(map(str, value)) or "无") if isinstance(value, list | tuple) else plain_text(value)


def _result(value: Any, version: PolicyVersion) -> str:
    if isinstance(value, list):
        deeds = (deed_text(code, version) if code.partition(":")[0] in DEEDS else code for code in value)
        return "、".join(deeds) or "无"
    return "无" if value is None else plain_text(value)
