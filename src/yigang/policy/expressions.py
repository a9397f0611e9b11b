"""Conditions and scores: Polars' SQL is the grammar, this module the allow-list.

`pl.sql_expr` parses the text; its tree is then translated node by node into the small tree below. What has no
translation (a subquery, an aggregate, a function, a cast, a date, null) is refused, so nothing new in Polars can slip
in. Numbers stay exact: a literal becomes a `Fraction`, and Polars' own arithmetic (integer division, floats, a `least`
that swallows nulls) is never used; `exact.py` gives the operators their meaning.
"""

import difflib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from yigang.policy.problems import Say, Wrong

Kind = Literal["number", "truth", "text"]

LONGEST = 1_000
"""Characters in one expression; what is longer nobody reads aloud."""

FUNCTIONS: dict[str, Say] = {
    "least": Say("其中最小的一个", "the smallest of several"),
    "greatest": Say("其中最大的一个", "the greatest of several"),
    "abs": Say("绝对值", "absolute value"),
    "floor": Say("舍去小数", "round down to a whole number"),
    "ceil": Say("进位取整", "round up to a whole number"),
    "round": Say("四舍五入，round(数, 位数)", "round half up, round(number, places)"),
    "case when … then … else … end": Say("分情况，必须写 else", "choose by condition; else is required"),
}
"""The functions a policy may use, as `yigang policy measures` prints them."""

COMPARISONS = ("=", "<", "<=", ">", ">=")
_BINARY = {
    "Plus": "+", "Minus": "-", "Multiply": "*", "Mul": "*", "Divide": "/", "TrueDivide": "/", "Div": "/",
    "Eq": "=", "Lt": "<", "LtEq": "<=", "Gt": ">", "GtEq": ">=", "And": "and", "Or": "or",
}  # fmt: skip
_CALLS = {"MinHorizontal": "least", "MaxHorizontal": "greatest", "Abs": "abs", "Floor": "floor", "Ceil": "ceil"}


@dataclass(frozen=True)
class Const:
    value: Fraction | bool | str


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Op:
    """`op`: a comparison or arithmetic sign, and/or/not, least, greatest, abs, floor, ceil, round, case."""

    op: str
    args: tuple["Node", ...]
    places: int = 0


Node = Const | Name | Op


@dataclass(frozen=True)
class Word:
    """A name that an expression may use: what it is called in this policy and what kind of value it holds."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Expression:
    """A checked expression: `text` as it was written, `names` in order of first use, each the policy's own word."""

    text: str
    node: Node
    kind: Kind
    names: tuple[str, ...]


def parse(text: str, words: Mapping[str, Word], kind: Kind) -> Expression:
    """Parse and check one expression that must give `kind`; `words` maps every usable spelling to its word.

    Raises `Wrong` with what is wrong and what to do.
    """
    node = _translate(_tree(text), words)
    found = _kind(node, words)
    if found != kind:
        raise _wrong_kind(text, found, kind)
    return Expression(
        text, node, kind, tuple(dict.fromkeys(each.name for each in walk(node) if isinstance(each, Name)))
    )


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents first, left to right."""
    yield node
    if isinstance(node, Op):
        for each in node.args:
            yield from walk(each)


def atoms(node: Node) -> Iterator[Op]:
    """The comparisons a condition is made of."""
    for each in walk(node):
        if isinstance(each, Op) and each.op in COMPARISONS:
            yield each


def _tree(text: str) -> Any:
    if len(text) > LONGEST:
        raise Wrong(
            Say(f"算式有 {len(text)} 个字符", f"the expression has {len(text)} characters"),
            Say(f"不超过 {LONGEST} 个；拆成 quantities 中的几个量", f"stay under {LONGEST}; split it into quantities"),
        )
    if "--" in text or "/*" in text:
        raise Wrong(
            Say("算式中夹有注释，其后的条件会被悄悄忽略", "a comment inside the expression hides what follows it"),
            Say("注释写在 # 之后", "write comments after #"),
        )
    try:
        return json.loads(pl.sql_expr(text).meta.serialize(format="json"))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, RecursionError) as error:
        raise Wrong(
            Say(f"算式「{text}」读不懂", f"the expression “{text}” cannot be read: {error}"),
            Say(
                "检查括号、引号和运算符；可用的函数见 yigang policy measures",
                "see the functions in `yigang policy measures`",
            ),
        ) from error


def _translate(tree: Any, words: Mapping[str, Word]) -> Node:
    if not isinstance(tree, dict) or len(tree) != 1:
        raise _refused(str(tree))
    ((head, body),) = tree.items()
    match head:
        case "Column":
            return _name(body, words)
        case "Literal":
            return _literal(body)
        case "BinaryExpr" if body["op"] in _BINARY:
            return Op(_BINARY[body["op"]], (_translate(body["left"], words), _translate(body["right"], words)))
        case "Ternary":
            return Op("case", tuple(_translate(body[part], words) for part in ("predicate", "truthy", "falsy")))
        case "Function":
            return _call(body["function"], body["input"], words)
        case "Cast" if body["dtype"] == {"Literal": "Boolean"} and body["options"] == "Strict":
            return _translate(body["expr"], words)  # Polars wraps the operand of NOT; the kind check asks for a truth
        case _:
            raise _refused(head)


def _call(function: Any, given: list[Any], words: Mapping[str, Word]) -> Node:
    match function:
        case str() if function in _CALLS:
            return Op(_CALLS[function], tuple(_translate(each, words) for each in given))
        case {"Boolean": "Not"}:
            return Op("not", (_translate(given[0], words),))
        case {"Sql": {"Binary": sign}} if sign in _BINARY:
            return Op(_BINARY[sign], (_translate(given[0], words), _translate(given[1], words)))
        case {"Sql": {"Round": {"decimals": int(places)}}} if 0 <= places <= 4:
            return Op("round", (_translate(given[0], words),), places)
        case {"Sql": "IsIn"} | {"Boolean": {"IsIn": _}} | {"Sql": {"IsIn": _}}:
            return _among(given, words)
        case _:
            raise _refused(json.dumps(function) if not isinstance(function, str) else function)


def _among(given: list[Any], words: Mapping[str, Word]) -> Node:
    """`x in (1, 2)` is `x = 1 or x = 2`."""
    what = _translate(given[0], words)
    if set(given[1]) != {"Literal"}:
        raise _refused("in")
    text = json.dumps(given[1])
    values = pl.select(pl.Expr.deserialize(io.StringIO(text), format="json")).to_series().explode().to_list()
    node: Node | None = None
    for value in values:
        one = Op("=", (what, Const(value if isinstance(value, str) else Fraction(str(value)))))
        node = one if node is None else Op("or", (node, one))
    if node is None:
        raise _refused("in ()")
    return node


def _name(name: str, words: Mapping[str, Word]) -> Name:
    if name in words:
        return Name(words[name].name)
    near = difflib.get_close_matches(name, words, n=3, cutoff=0.4)
    hint_zh = f"是不是「{'」「'.join(near)}」？" if near else ""
    hint_en = f"did you mean {', '.join(near)}? " if near else ""
    raise Wrong(
        Say(f"没有「{name}」这个指标量", f"there is no measure “{name}”"),
        Say(f"{hint_zh}全部指标量见 yigang policy measures", f"{hint_en}all measures: yigang policy measures"),
    )


def _literal(body: Any) -> Const:
    match body:
        case {"Dyn": {"Int": int(value)}}:
            return Const(Fraction(value))
        case {"Scalar": {"Decimal": [int(value), _, int(scale)]}}:
            return Const(Fraction(value, 10**scale))
        case {"Scalar": {"String": str(value)}}:
            return Const(value)
        case {"Scalar": {"Boolean": bool(value)}}:
            return Const(value)
        case {"Scalar": {"Null": _}}:
            raise Wrong(
                Say("算式里有空值（null），或 case 缺少 else", "the expression holds null, or a case without else"),
                Say(
                    "写明 else；缺少的事实用 missing 一节规定",
                    "write else; say under `missing` what an absent fact counts as",
                ),
            )
        case _:
            raise _refused(f"literal {next(iter(body)) if isinstance(body, dict) else body}")


def _refused(what: str) -> Wrong:
    shown = re.sub(r"\s+", " ", what)[:60]
    return Wrong(
        Say(f"不允许使用「{shown}」", f"“{shown}” is not allowed in a policy"),
        Say(
            "只能用比较、and/or/not、加减乘除和函数 " + "、".join(FUNCTIONS),
            "use comparisons, and/or/not, + - * / and the functions " + ", ".join(FUNCTIONS),
        ),
    )


def _wrong_kind(text: str, found: str, wanted: str) -> Wrong:
    zh = {"number": "数", "truth": "条件（是或否）", "text": "文字"}
    en = {"number": "a number", "truth": "a condition (true or false)", "text": "a text"}
    return Wrong(
        Say(
            f"「{text}」得出的是{zh[found]}，这里要{zh[wanted]}",
            f"“{text}” gives {en[found]}, here {en[wanted]} is needed",
        ),
        Say("改写算式", "rewrite the expression"),
    )


def _kind(node: Node, words: Mapping[str, Word]) -> Kind:
    if isinstance(node, Const):
        return "truth" if isinstance(node.value, bool) else "text" if isinstance(node.value, str) else "number"
    if isinstance(node, Name):
        return words[node.name].kind
    kinds = [_kind(each, words) for each in node.args]
    if node.op == "case":
        _demand(kinds[0] == "truth" and kinds[1] == kinds[2], node.op)
        return kinds[1]
    if node.op in {"and", "or", "not"}:
        _demand(set(kinds) == {"truth"}, node.op)
        return "truth"
    if node.op == "=":
        _demand(kinds[0] == kinds[1], node.op)
        return "truth"
    _demand(set(kinds) == {"number"}, node.op)
    return "truth" if node.op in COMPARISONS else "number"


def _demand(holds: bool, op: str) -> None:
    if not holds:
        raise Wrong(
            Say(f"「{op}」两边的类别不合", f"the operands of “{op}” do not fit"),
            Say("数与数相比，文字与文字相比，and/or 之间放条件", "compare like with like; and/or join conditions"),
        )
