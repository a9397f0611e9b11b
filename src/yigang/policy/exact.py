"""Exact arithmetic: every number is a fraction of two integers, so no float can move a boundary.

A number is `num / den` with `den > 0`. How large both can become is known before any fact is seen (every measure has a
declared greatest value), so an overflow is a load error, never a wrong result. A division by zero makes the value
undefined: `sure` is false in that row. The same tree is evaluated for one row with `Fraction` (`evaluate`), which the
loader's reasoning and the explanations use.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

import polars as pl

from yigang.policy.expressions import COMPARISONS, Const, Expression, Name, Node, Op
from yigang.policy.problems import Say, Wrong

WIDE = pl.Int128
NARROW_TOP, LARGEST = 2**62, 2**120
"""What stays below the first is computed in 64 bits, below the second in 128; nothing may reach the second."""

TRUE = pl.lit(value=True)
Value = Fraction | bool | str


@dataclass(frozen=True)
class Scaled:
    """A column that holds `value × 10**places` as Int64, absent as null; `top` is the greatest stored size."""

    column: str
    places: int
    top: int


@dataclass(frozen=True)
class Flag:
    """A column of truths."""

    column: str


@dataclass(frozen=True)
class Number:
    """A fraction per row: `num / den`, with the greatest magnitudes both can reach, and where it is defined."""

    num: pl.Expr
    den: pl.Expr
    num_top: int
    den_top: int
    sure: pl.Expr = TRUE
    wide: bool = False


@dataclass(frozen=True)
class Truth:
    holds: pl.Expr
    sure: pl.Expr = TRUE


@dataclass(frozen=True)
class Text:
    text: pl.Expr
    sure: pl.Expr = TRUE


Compiled = Number | Truth | Text
Columns = Mapping[str, Scaled | Flag | str]
"""Name → where it stands: a scaled number, a column of truths, or the column of a text."""


def compile_number(expression: Expression, columns: Columns) -> Number:
    """The expression as a fraction per row. Raises `Wrong` when it could become too large."""
    made = _compile(expression.node, columns)
    assert isinstance(made, Number)
    return made


def compile_truth(expression: Expression, columns: Columns) -> Truth:
    """The condition per row; where `sure` is false its truth means nothing."""
    made = _compile(expression.node, columns)
    assert isinstance(made, Truth)
    return made


def check_size(expression: Expression, columns: Columns) -> None:
    """Refuse (`Wrong`) what could outgrow 128 bits once it is multiplied by money and rounded."""
    made = _compile(expression.node, columns)
    if isinstance(made, Number):
        half_up(times(whole(10**9), made), 4)


def whole(value: int) -> Number:
    """A whole number that is the same in every row."""
    return _constant(Fraction(value))


def times(one: Number, other: Number) -> Number:
    return _arithmetic("*", one, other)


def over(one: Number, divisor: Fraction) -> Number:
    """Divide by a constant."""
    return _arithmetic("/", one, _constant(divisor))


def half_up(number: Number, places: int) -> pl.Expr:
    """`number × 10**places` as Int64, halves away from zero (四舍五入); null where it is undefined.

    Example: 8.125 at two places gives 813, -8.125 gives -813.
    """
    factor = 2 * 10**places
    (it,) = _meet(max(number.num_top * factor + number.den_top, 2 * number.den_top), number)
    size = (it.num.abs() * factor + it.den) // (it.den * 2)
    return pl.when(it.sure).then((size * it.num.sign()).cast(pl.Int64, strict=False))


def column(where: Scaled) -> Number:
    """A stored column as an exact number."""
    return Number(pl.col(where.column), _int(10**where.places), where.top, 10**where.places)


def as_decimal(name: str, places: int) -> pl.Expr:
    """A scaled integer column shown as the decimal it stands for."""
    stored = pl.col(name).cast(pl.Int64)
    if not places:
        return stored
    shown: pl.Expr = stored.cast(pl.Decimal(24, places)) / 10**places
    return shown.cast(pl.Decimal(18, places))


def evaluate(node: Node, values: Mapping[str, Value]) -> Value:
    """The value for one row. Raises `KeyError` for a name without value, `ZeroDivisionError`."""
    if isinstance(node, Const):
        return node.value
    if isinstance(node, Name):
        return values[node.name]
    if node.op == "case":
        return evaluate(node.args[1 if evaluate(node.args[0], values) else 2], values)
    args = [evaluate(each, values) for each in node.args]
    if node.op == "=":
        return args[0] == args[1]
    if node.op in {"and", "or", "not"}:
        return not args[0] if node.op == "not" else all(args) if node.op == "and" else any(args)
    return _SCALAR[node.op]([Fraction(each) for each in args], node.places)


def round_half_up(value: Fraction, places: int) -> Fraction:
    """Halves away from zero, for one number."""
    size = (abs(value) * 10**places * 2 + 1) // 2
    return Fraction(size if value >= 0 else -size, 10**places)


_SCALAR: dict[str, Callable[[list[Fraction], int], Value]] = {
    "+": lambda n, _: n[0] + n[1],
    "-": lambda n, _: n[0] - n[1],
    "*": lambda n, _: n[0] * n[1],
    "/": lambda n, _: n[0] / n[1],
    "<": lambda n, _: n[0] < n[1],
    "<=": lambda n, _: n[0] <= n[1],
    ">": lambda n, _: n[0] > n[1],
    ">=": lambda n, _: n[0] >= n[1],
    "least": lambda n, _: min(n),
    "greatest": lambda n, _: max(n),
    "abs": lambda n, _: abs(n[0]),
    "floor": lambda n, _: Fraction(n[0].__floor__()),
    "ceil": lambda n, _: Fraction(n[0].__ceil__()),
    "round": lambda n, places: round_half_up(n[0], places),
}


def _compile(node: Node, columns: Columns) -> Compiled:
    if isinstance(node, Const):
        return _const(node.value)
    if isinstance(node, Name):
        where = columns[node.name]
        if isinstance(where, Flag):
            return Truth(pl.col(where.column))
        return Text(pl.col(where)) if isinstance(where, str) else column(where)
    args = [_compile(each, columns) for each in node.args]
    if node.op == "case":
        return _case(*args)
    if node.op in {"and", "or", "not"}:
        return _logic(node.op, [each for each in args if isinstance(each, Truth)])
    if node.op == "=" and not isinstance(args[0], Number):
        return _same(args[0], args[1])
    return _numeric(node, [each for each in args if isinstance(each, Number)])


def _numeric(node: Op, args: list[Number]) -> Compiled:
    if node.op in COMPARISONS:
        return _compare(node.op, *args)
    if node.op in {"least", "greatest"}:
        sign = "<=" if node.op == "least" else ">="
        return reduce(lambda one, other: _choose(_compare(sign, one, other), one, other), args)
    if node.op == "abs":
        return replace(args[0], num=args[0].num.abs())
    if node.op in {"floor", "ceil"}:
        return _to_whole(node.op, args[0])
    if node.op == "round":
        scale = 10**node.places
        rounded = half_up(args[0], node.places)
        return Number(
            rounded,
            _int(scale),
            min(args[0].num_top * scale + 1, NARROW_TOP),
            scale,
            args[0].sure & rounded.is_not_null(),
        )
    return _arithmetic(node.op, *args)


def _const(value: Value) -> Compiled:
    if isinstance(value, bool):
        return Truth(pl.lit(value))
    return Text(pl.lit(value)) if isinstance(value, str) else _constant(value)


def _constant(value: Fraction) -> Number:
    top = max(abs(value.numerator), value.denominator)
    dtype = pl.Int64 if top < NARROW_TOP else WIDE
    _refuse(top)
    return Number(
        pl.lit(value.numerator, dtype=dtype),
        pl.lit(value.denominator, dtype=dtype),
        max(1, abs(value.numerator)),
        value.denominator,
        wide=dtype == WIDE,
    )


def _int(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.Int64)


def _arithmetic(op: str, one: Number, other: Number) -> Number:
    if op == "/":
        upside_down = replace(
            other,
            num=other.den * other.num.sign(),
            den=other.num.abs(),
            num_top=other.den_top,
            den_top=other.num_top,
            sure=other.sure & (other.num != 0),
        )
        return _arithmetic("*", one, upside_down)
    num_top = one.num_top * other.num_top
    if op != "*":
        num_top = one.num_top * other.den_top + other.num_top * one.den_top
    den_top = one.den_top * other.den_top
    one, other = _meet(max(num_top, den_top), one, other)
    left, right = one.num * other.den, other.num * one.den
    num = {"*": one.num * other.num, "+": left + right, "-": left - right}[op]
    return Number(num, one.den * other.den, num_top, den_top, one.sure & other.sure, one.wide)


def _compare(op: str, one: Number, other: Number) -> Truth:
    one, other = _meet(max(one.num_top * other.den_top, other.num_top * one.den_top), one, other)
    left, right = one.num * other.den, other.num * one.den
    made = {"=": left == right, "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return Truth(made[op], one.sure & other.sure)


def _choose(test: Truth, one: Number, other: Number, *, lazily: bool = False) -> Number:
    """One of two; a `case` needs only the branch it takes to be defined, `least` needs both."""
    one, other = _meet(1, one, other)
    branch = pl.when(test.holds).then(one.sure).otherwise(other.sure) if lazily else TRUE
    return Number(
        pl.when(test.holds).then(one.num).otherwise(other.num),
        pl.when(test.holds).then(one.den).otherwise(other.den),
        max(one.num_top, other.num_top),
        max(one.den_top, other.den_top),
        test.sure & branch,
        one.wide,
    )


def _case(test: Compiled, one: Compiled, other: Compiled) -> Compiled:
    assert isinstance(test, Truth)
    if isinstance(one, Number) and isinstance(other, Number):
        return _choose(test, one, other, lazily=True)
    sure = test.sure & pl.when(test.holds).then(one.sure).otherwise(other.sure)
    if isinstance(one, Truth) and isinstance(other, Truth):
        return Truth(pl.when(test.holds).then(one.holds).otherwise(other.holds), sure)
    assert isinstance(one, Text)
    assert isinstance(other, Text)
    return Text(pl.when(test.holds).then(one.text).otherwise(other.text), sure)


def _logic(op: str, args: list[Truth]) -> Truth:
    if op == "not":
        return Truth(~args[0].holds, args[0].sure)
    one, other = args
    holds = one.holds & other.holds if op == "and" else one.holds | other.holds
    return Truth(holds, one.sure & other.sure)


def _same(one: Compiled, other: Compiled) -> Truth:
    def plain(each: Compiled) -> pl.Expr:
        return each.text if isinstance(each, Text) else each.holds if isinstance(each, Truth) else each.num

    return Truth(plain(one) == plain(other), one.sure & other.sure)


def _to_whole(op: str, given: Number) -> Number:
    down = given.num // given.den if op == "floor" else -((-given.num) // given.den)
    return Number(down, _int(1), given.num_top + 1, 1, given.sure, given.wide)


def _meet(top: int, *numbers: Number) -> tuple[Number, ...]:
    """The operands in one width that holds every intermediate result up to `top`."""
    _refuse(top)
    if top < NARROW_TOP and not any(each.wide for each in numbers):
        return numbers
    return tuple(replace(each, num=each.num.cast(WIDE), den=each.den.cast(WIDE), wide=True) for each in numbers)


def _refuse(top: int) -> None:
    if top >= LARGEST:
        raise Wrong(
            Say("算式乘除太多，无法保证精确", "the expression multiplies and divides too much to stay exact"),
            Say("拆成 quantities 中的几个量，每个量四舍五入到规定的位数", "split it into quantities, each rounded"),
        )
