"""A list's rule: read and checked, put to the database as a condition, and judged for one person with its reasons.

A rule is an expression of the policies' language over the words of `policy.measures.REGISTER`: comparisons, `in`, and,
or, not, whole numbers with + and -. What the register does not say is null, and null is carried through as PostgreSQL
does it: `no and unknown` is no, `yes or unknown` is yes, everything else with an unknown in it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    TextChoices,
    Value,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils.translation import get_language
from django.utils.translation import gettext as _now

from yigang.foundation.errors import Refusal
from yigang.people.ages import age_on
from yigang.people.enums import Education, Employment, Health, PoorKind, Residence, Sex, Workplace
from yigang.people.models import Hardship, LabourRecord
from yigang.policy.expressions import COMPARISONS, Const, Expression, Name, Node, Op, parse, walk
from yigang.policy.load_other import words_of
from yigang.policy.measures import REGISTER
from yigang.policy.problems import Say, Wrong

VALUES: Mapping[str, Mapping[str, str]] = {
    "性别": {"男": Sex.MALE, "女": Sex.FEMALE},
    "就业状态": {
        "已就业": Employment.EMPLOYED, "灵活就业": Employment.FLEXIBLE, "自主创业": Employment.SELF_EMPLOYED,
        "在家务农": Employment.FARMING, "未就业": Employment.JOBLESS, "在校": Employment.STUDENT,
    },
    "务工地点": {
        "村内": Workplace.VILLAGE, "乡镇内": Workplace.TOWN, "县内": Workplace.COUNTY, "县外省内": Workplace.PROVINCE,
        "省外": Workplace.ELSEWHERE,
    },
    "健康状况": {
        "健康": Health.HEALTHY, "患慢性病": Health.CHRONIC, "患大病": Health.SEVERE, "残疾": Health.DISABLED,
    },
    "文化程度": {
        "未上学": Education.NONE, "小学": Education.PRIMARY, "初中": Education.MIDDLE, "高中": Education.HIGH,
        "大专及以上": Education.COLLEGE,
    },
    "户籍性质": {"农村": Residence.RURAL, "城镇": Residence.URBAN},
    "贫困户属性": {
        "建档立卡贫困户": PoorKind.REGISTERED, "脱贫户": PoorKind.LIFTED, "监测户": PoorKind.MONITORED,
        "低保户": PoorKind.LOW_INCOME, "一般户": PoorKind.NONE,
    },
}  # fmt: skip
"""Text of a rule → what is kept, by word."""
COLUMNS: Mapping[str, str] = {
    "性别": "sex", "劳动能力": "able", "就业意愿": "willing", "就业状态": "employment", "务工地点": "workplace",
    "正在培训": "in_training", "培训意愿": "wants_training", "健康状况": "health", "文化程度": "education",
    "户籍性质": "residence", "贫困户属性": "poor_kind",
}  # fmt: skip
"""Word → field of `LabourRecord`. 年龄 is counted from the date of birth, 就业困难 asks for a hardship category in force."""
CHOICES: Mapping[str, type[TextChoices]] = {
    "性别": Sex, "就业状态": Employment, "务工地点": Workplace, "健康状况": Health, "文化程度": Education,
    "户籍性质": Residence, "贫困户属性": PoorKind,
}  # fmt: skip
CONDITIONS = frozenset({*COMPARISONS, "and", "or", "not"})
ALLOWED = CONDITIONS | {"+", "-"}
Known = Fraction | bool | str | None


@dataclass(frozen=True)
class Verdict:
    """`holds` is None when it cannot be said; `because` are the comparisons that decide, `missing` the facts that would."""

    holds: bool | None
    because: tuple[Node, ...] = ()
    missing: tuple[str, ...] = ()


def read_rule(text: str) -> Expression:
    """The rule as a checked expression. Refused with what is wrong and what to do."""
    try:
        rule = parse(" ".join(text.split()), words_of(REGISTER), "truth")
        for node in walk(rule.node):
            _check(node)
    except Wrong as wrong:
        language = "en" if (get_language() or "").startswith("en") else "zh"
        raise Refusal(
            wrong.what.to(language).replace("%", "%%"), code="rule", field="rule", remedy=wrong.remedy.to(language)
        ) from wrong
    return rule


def _check(node: Node) -> None:
    """Only what null can be carried through, and only texts that the register knows."""
    if isinstance(node, Const) and isinstance(node.value, Fraction) and node.value.denominator != 1:
        raise Wrong(
            Say("名单规则只用整数", "a list's rule has whole numbers only"), Say("改为整数", "write whole numbers")
        )
    if not isinstance(node, Op):
        return
    inner = [each.op for each in node.args if isinstance(each, Op) and each.op in CONDITIONS]
    if node.op not in ("and", "or", "not") and inner:
        raise Wrong(
            Say("条件不能再与别的值比较", "a condition is not compared with a value"),
            Say("用 and、or、not 连接条件", "join conditions by and, or, not"),
        )
    if node.op not in ALLOWED:
        raise Wrong(
            Say(f"名单规则不能用「{node.op}」", f"a list's rule cannot use “{node.op}”"),
            Say("只用比较、in、and、or、not 和加减", "use comparisons, in, and, or, not, + and -"),
        )
    names = [each.name for each in node.args if isinstance(each, Name) and each.name in VALUES]
    texts = [str(each.value) for each in node.args if isinstance(each, Const) and isinstance(each.value, str)]
    if node.op == "=" and (names or texts):
        _check_text(names, texts)


def _check_text(names: Sequence[str], texts: Sequence[str]) -> None:
    if len(names) != 1 or len(texts) != 1:
        raise Wrong(
            Say("文字指标只能与一个取值比较", "a word of text is compared with one value"),
            Say("例如：就业状态 = '未就业'", "for instance: 就业状态 = '未就业'"),
        )
    known = VALUES[names[0]]
    if texts[0] not in known:
        raise Wrong(
            Say(f"「{names[0]}」没有取值「{texts[0]}」", f"“{names[0]}” is never “{texts[0]}”"),
            Say(f"取值有：{'、'.join(known)}", f"its values are {', '.join(known)}"),
        )


# In the database


class _All(Func):
    template, arg_joiner, output_field = "(%(expressions)s)", " AND ", BooleanField()


class _Any(Func):
    template, arg_joiner, output_field = "(%(expressions)s)", " OR ", BooleanField()


class _Not(Func):
    template, output_field = "(NOT %(expressions)s)", BooleanField()


class _Age(Func):
    template, output_field = "(date_part('year', age(%(expressions)s))::int)", IntegerField()


_COMPARED = {"<": LessThan, "<=": LessThanOrEqual, ">": GreaterThan, ">=": GreaterThanOrEqual}


def condition(rule: Expression, on: date) -> Any:
    """The rule as a condition on `LabourRecord`, true, false or null, with ages and hardship as they are on a day."""
    return ExpressionWrapper(_sql(rule.node, on), output_field=BooleanField())


def _sql(node: Node, on: date) -> Any:
    if isinstance(node, Const):
        whole = isinstance(node.value, Fraction)
        return Value(int(node.value), IntegerField()) if whole else Value(node.value, BooleanField())
    if isinstance(node, Name):
        return _column(node.name, on)
    if node.op == "=":
        return _equal(node, on)
    args = [_sql(each, on) for each in node.args]
    if node.op in _COMPARED:
        return _COMPARED[node.op](*args)
    if node.op in ("+", "-"):
        return CombinedExpression(args[0], node.op, args[1], output_field=IntegerField())
    return {"and": _All, "or": _Any, "not": _Not}[node.op](*args)


def _equal(node: Op, on: date) -> Any:
    names = [each.name for each in node.args if isinstance(each, Name) and each.name in VALUES]
    if names:
        (text,) = (str(each.value) for each in node.args if isinstance(each, Const))
        return Exact(F(COLUMNS[names[0]]), Value(str(VALUES[names[0]][text])))
    one, other = (_sql(each, on) for each in node.args)
    if any(_is_truth(each) for each in node.args):
        return _Any(_All(one, other), _All(_Not(one), _Not(other)))
    return Exact(one, other)


def _is_truth(node: Node) -> bool:
    if isinstance(node, Const):
        return isinstance(node.value, bool)
    return isinstance(node, Name) and node.name not in VALUES and node.name != "年龄"


def _column(name: str, on: date) -> Any:
    if name == "年龄":
        return _Age(Value(on, DateField()), F("birth"))
    if name == "就业困难":
        return Exists(hardships_on(on).filter(person=OuterRef("person")))
    return F(COLUMNS[name])


def hardships_on(on: date) -> Any:
    """Hardship categories in force on a day."""
    return Hardship.objects.filter(Q(until=None) | Q(until__gte=on), since__lte=on)


# For one person


def facts_of(record: LabourRecord, on: date, *, in_hardship: bool) -> dict[str, Known]:
    """Word → what the register says; None where it says nothing."""
    facts: dict[str, Known] = {
        name: getattr(record, field) or None for name, field in COLUMNS.items() if name in VALUES
    }
    facts |= {name: getattr(record, field) for name, field in COLUMNS.items() if name not in VALUES}
    return facts | {"年龄": Fraction(age_on(record.birth, on)), "就业困难": in_hardship}


def judge(node: Node, facts: Mapping[str, Known]) -> Verdict:
    """The rule for one person, with the comparisons that decide it or the facts that would."""
    if isinstance(node, Op) and node.op in ("and", "or"):
        return _junction(node, [judge(each, facts) for each in node.args])
    if isinstance(node, Op) and node.op == "not":
        inner = judge(node.args[0], facts)
        holds = None if inner.holds is None else not inner.holds
        return Verdict(holds, inner.because, inner.missing)
    names = [each.name for each in walk(node) if isinstance(each, Name)]
    missing = tuple(dict.fromkeys(name for name in names if facts[name] is None))
    if missing:
        return Verdict(None, (), missing)
    return Verdict(bool(_value(node, facts)), (node,))


def _junction(node: Op, parts: Sequence[Verdict]) -> Verdict:
    """`and` is decided by one no, `or` by one yes; otherwise all must be known."""
    decisive = node.op == "or"
    deciding = [part for part in parts if part.holds is decisive]
    if deciding:
        return Verdict(decisive, deciding[0].because)
    if any(part.holds is None for part in parts):
        return Verdict(None, (), tuple(dict.fromkeys(name for part in parts for name in part.missing)))
    return Verdict(not decisive, tuple(reason for part in parts for reason in part.because))


def _value(node: Node, facts: Mapping[str, Known]) -> Known:
    if isinstance(node, Const):
        return node.value
    if isinstance(node, Name):
        return facts[node.name]
    one, other = (_plain(each, node, facts) for each in node.args)
    if node.op == "=":
        return one == other
    assert isinstance(one, Fraction)
    assert isinstance(other, Fraction)
    match node.op:
        case "+":
            return one + other
        case "-":
            return one - other
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case _:
            return one >= other


def _plain(node: Node, within: Op, facts: Mapping[str, Known]) -> Known:
    """A value; a text of the rule as the code that is kept."""
    if isinstance(node, Const) and isinstance(node.value, str):
        (name,) = (each.name for each in within.args if isinstance(each, Name))
        return VALUES[name][node.value]
    return _value(node, facts)


def reason(nodes: Sequence[Node], facts: Mapping[str, Known]) -> str:
    """What decided, as people read it: `劳动能力 是、就业状态 未就业、年龄 45`."""
    names = dict.fromkeys(each.name for node in nodes for each in walk(node) if isinstance(each, Name))
    return "、".join(f"{name} {shown(name, facts[name])}" for name in names)


def shown(name: str, value: Known) -> str:
    """One fact in words."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _now("Yes") if value else _now("No")
    return str(CHOICES[name](str(value)).label) if name in CHOICES else str(value)
