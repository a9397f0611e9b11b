"""Numbers are fractions of integers: what Polars computes for a million rows is what `Fraction` computes for one."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigang.policy.exact import (
    Scaled,
    Value,
    check_size,
    compile_number,
    compile_truth,
    evaluate,
    half_up,
    round_half_up,
)
from yigang.policy.expressions import Const, Expression, Name, Node, Op, Word, parse, walk
from yigang.policy.problems import Wrong

NAMES = {"a": 0, "b": 0, "c": 2}
COLUMNS = {name: Scaled(name, places, 31 * 10**places) for name, places in NAMES.items()}
WORDS = {name: Word(name, "number") for name in NAMES}


def computed(text: str, places: int = 2, **values: int) -> int | None:
    expression = parse(text, WORDS, "number")
    frame = pl.DataFrame({name: [values.get(name, 0)] for name in NAMES})
    result: int | None = frame.select(half_up(compile_number(expression, COLUMNS), places)).item()
    return result


def numbers() -> st.SearchStrategy[Node]:
    leaves = st.one_of(
        st.sampled_from([Name(name) for name in NAMES]),
        st.decimals(-50, 50, places=2).map(lambda value: Const(Fraction(value))),
    )

    def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        pairs = st.tuples(inner, inner)
        return st.one_of(
            st.builds(Op, st.sampled_from(["+", "-", "*", "/", "least", "greatest"]), pairs),
            st.builds(Op, st.sampled_from(["abs", "floor", "ceil"]), st.tuples(inner)),
            st.builds(Op, st.just("round"), st.tuples(inner), st.integers(0, 2)),
            st.builds(
                lambda sign, test, one, other: Op("case", (Op(sign, test), one, other)),
                st.sampled_from(["<", "<=", ">", ">=", "="]),
                pairs,
                inner,
                inner,
            ),
        )

    return st.recursive(leaves, grown, max_leaves=6)


def scalar(node: Node, values: dict[str, Value]) -> Fraction | None:
    try:
        return Fraction(evaluate(node, values))
    except ZeroDivisionError:
        return None


@given(
    numbers(), st.lists(st.tuples(st.integers(0, 31), st.integers(0, 31), st.integers(0, 3100)), min_size=1, max_size=8)
)
def test_a_million_rows_compute_what_one_does(node: Node, rows: list[tuple[int, int, int]]) -> None:
    expression = Expression("", node, "number", tuple({each.name for each in walk(node) if isinstance(each, Name)}))
    try:
        column = half_up(compile_number(expression, COLUMNS), 2)
    except Wrong:
        return  # said at load that it would grow too large
    frame = pl.DataFrame(rows, schema=list(NAMES), orient="row")

    found = frame.with_columns(column.alias("x"))["x"].to_list()

    for row, value in zip(rows, found, strict=True):
        exact = scalar(node, {"a": Fraction(row[0]), "b": Fraction(row[1]), "c": Fraction(row[2], 100)})
        rounded = None if exact is None else round_half_up(exact, 2) * 100
        assert value == rounded or (rounded is not None and abs(rounded) > 2**62 and value is None)


@given(st.integers(0, 31), st.integers(1, 31))
def test_half_up_is_never_flipped_by_a_float(present: int, required: int) -> None:
    exact = Decimal(60) * min(Decimal(required), Decimal(present)) / Decimal(required)
    tie_safe = round_half_up(Fraction(60 * min(present, required), required), 2)

    assert computed("60 * least(1, a / b)", a=present, b=required) == tie_safe * 100
    assert abs(Fraction(exact) - tie_safe) <= Fraction(1, 200) + Fraction(1, 10**20)


@pytest.mark.parametrize(
    ("value", "places", "wanted"),
    [
        ("8.125", 2, "8.13"),
        ("-8.125", 2, "-8.13"),
        ("0.005", 2, "0.01"),
        ("1.005", 2, "1.01"),
        ("2.675", 2, "2.68"),
        ("0.5", 0, "1"),
    ],
)
def test_ties_go_away_from_zero(value: str, places: int, wanted: str) -> None:
    """`round(1.005, 2)` in floats gives 1.0, and 2.675 gives 2.67."""
    assert computed(f"{value} + a", places) == Fraction(wanted) * 10**places
    assert Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) == Decimal(wanted)


def test_a_sum_of_tenths_reaches_its_threshold() -> None:
    """0.1 + 0.2 >= 0.3 is false in floats."""
    truth = compile_truth(parse("0.1 * a + 0.2 * a >= 0.3 * a", WORDS, "truth"), COLUMNS)

    assert pl.DataFrame({"a": [1, 7], "b": [0, 0], "c": [0, 0]}).select(truth.holds).to_series().to_list() == [
        True,
        True,
    ]


def test_a_division_by_zero_has_no_value() -> None:
    assert computed("60 * a / b", a=5, b=0) is None


def test_a_case_needs_only_the_branch_it_takes() -> None:
    assert computed("case when b > 0 then 60 * a / b else 0 end", a=5, b=0) == 0


def test_least_does_not_swallow_what_is_undefined() -> None:
    assert computed("60 * least(1, a / b)", a=5, b=0) is None


def test_what_could_overflow_is_refused_when_it_is_read() -> None:
    with pytest.raises(Wrong, match="太多"):
        check_size(parse(" * ".join(["c"] * 30), WORDS, "number"), COLUMNS)


def test_large_but_bounded_products_stay_exact() -> None:
    assert computed("c * c * c * c * c * c * c / 31", 0, c=3100) == 31**6
