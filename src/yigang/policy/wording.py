"""How conditions, formulas, sums and problems read in Chinese and English."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from yigang.policy.exact import Value
from yigang.policy.expressions import COMPARISONS, Const, Name, Node, Op
from yigang.policy.model import PolicyVersion
from yigang.policy.problems import Say

PROBLEMS = {
    "end_before_start": Say("任职的止期早于起期", "the appointment ends before it starts"),
    "no_start": Say("任职没有到岗日期", "the appointment has no start date"),
    "no_id": Say("任职没有编号或没有人员编号", "the appointment has no id, or no person"),
    "duplicate_appointment": Say("任职编号重复", "the appointment id is there twice"),
    "overlapping_appointments": Say("同一人的两段任职日期重叠", "two appointments of one person overlap"),
    "bad_plan": Say("每天计划时间不是 HH:MM", "the daily plan is not HH:MM"),
    "patrol_metres": Say("巡护里程不是不小于 0 的数", "the distance of a patrol is no number from 0 on"),
    "leave_end_before_start": Say("请假的止期早于起期", "a leave ends before it starts"),
    "appraisal_twice": Say("同一个月有两个不同的考核结果", "two different appraisals for one month"),
    "unreadable": Say("有读不懂的内容：{}", "something cannot be read: {}"),
    "empty": Say("缺少必填的值：{}", "a needed value is empty: {}"),
    "unknown_value": Say("有不认识的取值：{}", "an unknown value in {}"),
    "bad_period": Say("月份写法不对：{}", "a month is written wrongly: {}"),
    "mark_out_of_range": Say("「{}」超出范围或不是数", "the mark “{}” is out of range or not a number"),
    "mark_too_fine": Say("「{}」超过两位小数", "the mark “{}” has more than two decimals"),
    "mark_twice": Say("「{}」有两个不同的分数", "the mark “{}” was given twice, differently"),
    "impossible": Say("「{}」的数值不可能", "“{}” has an impossible value"),
    "undefined": Say(
        "「{}」算不出来（除数为零或数值过大）", "“{}” cannot be computed (division by zero, or too large)"
    ),
}
"""What a row's `problems` mean; a code may carry a detail after a colon."""

_HOLDS = {
    ">=": (Say("达到 {}", "reaches {}"), Say("没有达到 {}", "does not reach {}")),
    ">": (Say("超过 {}", "is more than {}"), Say("没有超过 {}", "is not more than {}")),
    "<": (Say("少于 {}", "is less than {}"), Say("不少于 {}", "is not less than {}")),
    "<=": (Say("不超过 {}", "is at most {}"), Say("超过 {}", "is more than {}")),
    "=": (Say("等于 {}", "equals {}"), Say("不等于 {}", "does not equal {}")),
}
_SIGNS = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ ", "=": " = ", "<": " < ", "<=": " ≤ ", ">": " > ", ">=": " ≥ "}
_FUNCTIONS = {
    "least": Say("较小者", "least"),
    "greatest": Say("较大者", "greatest"),
    "abs": Say("绝对值", "abs"),
    "floor": Say("舍去小数", "floor"),
    "ceil": Say("进位取整", "ceil"),
    "round": Say("四舍五入", "round"),
}
_WORDS = {"and": Say(" 且 ", " and "), "or": Say(" 或 ", " or ")}
_BINDS = {"or": 1, "and": 2, "+": 4, "-": 4, "*": 5, "/": 5, **dict.fromkeys(COMPARISONS, 3)}

Values = Mapping[str, Value | None]


def problem_text(code: str, lang: str = "zh") -> str:
    """A problem code of a line as a sentence, such as `mark_twice:乡镇评定`."""
    head, _, detail = code.partition(":")
    return PROBLEMS[head].to(lang).format(detail)


def yuan(fen: int) -> str:
    """`83333` → `833.33`."""
    return f"{Decimal(fen) / 100:.2f}"


def number(value: Fraction, places: int | None = None) -> str:
    """A number with its places, or as short as it is exact; what has no short form shows four decimals."""
    if places is None:
        exact = next((p for p in range(5) if (value * 10**p).denominator == 1), 4)
        places = exact
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.{places}f}"


def figure(name: str, version: PolicyVersion, values: Values) -> str | None:
    """A term's value as it is shown, or None when it is missing."""
    value = values.get(name)
    if value is None:
        return None
    return number(value, version.terms[name].places) if isinstance(value, Fraction) else str(value)


def formula(node: Node, version: PolicyVersion, lang: str, values: Values | None = None) -> str:
    """An expression for reading aloud; with values, each name is followed by its figure."""
    if isinstance(node, Const):
        return number(node.value) if isinstance(node.value, Fraction) else _constant(node.value, version, lang)
    if isinstance(node, Name):
        shown = None if values is None else figure(node.name, version, values)
        return version.say(node.name, lang) + (f" {shown}" if shown is not None else "")
    if node.op in _SIGNS or node.op in _WORDS:
        sign = _SIGNS.get(node.op) or _WORDS[node.op].to(lang)
        return sign.join(_operand(node, place, version, lang, values) for place in (0, 1))
    inner = [formula(each, version, lang, values) for each in node.args]
    if node.op == "not":
        return Say(f"并非（{inner[0]}）", f"not ({inner[0]})").to(lang)
    if node.op == "case":
        return Say(
            f"（若 {inner[0]} 则 {inner[1]}，否则 {inner[2]}）", f"({inner[1]} if {inner[0]}, else {inner[2]})"
        ).to(lang)
    return f"{_FUNCTIONS[node.op].to(lang)}({', '.join(inner)})"


def _constant(value: Value, version: PolicyVersion, lang: str) -> str:
    if isinstance(value, bool):
        return Say("是" if value else "否", "true" if value else "false").to(lang)
    word = version.say(str(value), lang)
    return Say(f"「{word}」", f"“{word}”").to(lang)


def _operand(parent: Op, place: int, version: PolicyVersion, lang: str, values: Values | None) -> str:
    node = parent.args[place]
    text = formula(node, version, lang, values)
    if not isinstance(node, Op) or node.op not in _BINDS:
        return text
    own, outer = _BINDS[node.op], _BINDS[parent.op]
    loose = own < outer or (own == outer and place == 1 and parent.op in {"-", "/"})
    return f"({text})" if loose else text


def comparison(atom: Op, version: PolicyVersion, lang: str, values: Values, *, holds: bool) -> str:
    """One comparison with its figures: 「得分 88.50，没有达到 95」."""
    if isinstance(atom.args[1], Const) and isinstance(atom.args[1].value, str):
        named, word = (formula(each, version, lang) for each in atom.args)
        return Say(named + ("为" if holds else "不是") + word, f"{named} is {'' if holds else 'not '}{word}").to(lang)
    left, right = (formula(each, version, lang, values) for each in atom.args)
    said = _HOLDS[atom.op][0 if holds else 1].to(lang).format(right)
    return f"{left} {said}" if lang == "en" else f"{left}，{said}"


def deciding(node: Node, *, turned: bool = False) -> Iterator[tuple[Op, bool]]:
    """The comparisons of a condition, each with whether it must hold for the condition to do so (false under `not`)."""
    if not isinstance(node, Op):
        return
    if node.op in COMPARISONS:
        yield node, not turned
        return
    for each in node.args:
        yield from deciding(each, turned=turned ^ (node.op == "not"))
