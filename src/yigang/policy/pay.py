"""What a month pays: integer fen in every step, halves rounded up to the next fen where a step divides.

amount × served days → × share of the grade → + additions → − deductions → floor and cap → total. The columns sum to the
total: Σ 金额· − Σ 扣款· + 调整·封顶保底 = pay_fen.
"""

from collections.abc import Mapping
from fractions import Fraction

import polars as pl

from yigang.policy.exact import Columns, Number, compile_number, half_up, over, times, whole
from yigang.policy.model import Addition, Joined, Pay, PayDeduction, PolicyVersion
from yigang.policy.period import Period

PAID, TAKEN, BOUNDED = "金额·", "扣款·", "调整·封顶保底"
"""Prefixes of the columns for components and deductions, and the column of the adjustment to floor, cap or zero."""


def pay_names(version: PolicyVersion) -> list[str]:
    """The names of the pay columns, in order; empty for an unpaid post."""
    if version.pay is None:
        return []
    pay = version.pay
    paid = [PAID + pay.amount.name, *(PAID + one.name for one in pay.additions)]
    return [*paid, *(TAKEN + one.name for one in pay.deductions), BOUNDED]


def pay_columns(work: pl.DataFrame, version: PolicyVersion, period: Period, columns: Columns) -> pl.DataFrame:
    """Add the pay columns, `share` (× 10,000), `pay_fen` and `pay_known`; null wherever something needed is missing."""
    pay = version.pay
    assert pay is not None
    full = pay.amount.of(period)
    work = work.with_columns(_by_grade({grade: int(each * 10_000) for grade, each in pay.share.items()}).alias("share"))
    base = _rounded_share(served(full, pay.joined_or_left, period), pl.col("share"))
    work = work.with_columns(base.alias(PAID + pay.amount.name))
    work = work.with_columns(_addition(one, period, columns).alias(PAID + one.name) for one in pay.additions)
    work = work.with_columns(_total(PAID, [pay.amount.name, *(one.name for one in pay.additions)]).alias("gross"))
    work = work.with_columns(_deduction(one, full, period, columns).alias(TAKEN + one.name) for one in pay.deductions)
    net = pl.col("gross") - _total(TAKEN, [one.name for one in pay.deductions])
    work = work.with_columns(net.alias("net")).with_columns(_bounded(pay).alias("pay_fen"))
    return work.with_columns(
        (pl.col("pay_fen") - pl.col("net")).alias(BOUNDED), pl.col("pay_fen").is_not_null().alias("pay_known")
    )


def served(fen: int, rule: Joined, period: Period) -> pl.Expr:
    """A month's fen for who joined or left in it, by the stated rule; `by_days` is rounded half up to the fen."""
    days = pl.col("service_days")
    if rule == "by_days":
        return (days * (2 * fen) + period.days) // (2 * period.days)
    whole_month = days > 0 if rule == "whole_month" else days == period.days
    return pl.when(whole_month).then(pl.lit(fen, dtype=pl.Int64)).otherwise(0)


def _by_grade(values: Mapping[str, int]) -> pl.Expr:
    made = pl.lit(None, dtype=pl.Int64)
    for grade, value in values.items():
        made = pl.when(pl.col("grade") == grade).then(pl.lit(value, dtype=pl.Int64)).otherwise(made)
    return pl.when(pl.col("grade").is_not_null()).then(made)


def _rounded_share(fen: pl.Expr, share: pl.Expr) -> pl.Expr:
    return (fen * share * 2 + 10_000) // 20_000


def _total(prefix: str, names: list[str]) -> pl.Expr:
    made = pl.lit(0, dtype=pl.Int64)
    for name in names:
        made = made + pl.col(prefix + name)
    return made


def _addition(one: Addition, period: Period, columns: Columns) -> pl.Expr:
    if one.count is None:
        made = pl.lit(None, dtype=pl.Int64)
        for grade, fen in one.by_grade.items():
            made = pl.when(pl.col("grade") == grade).then(served(fen, one.joined_or_left, period)).otherwise(made)
        return pl.when(pl.col("grade").is_not_null()).then(made)
    return _counted(
        compile_number(one.count, columns), one.unit_fen[period.month - 1], _there(one.count.names, columns)
    )


def _deduction(one: PayDeduction, full: int, period: Period, columns: Columns) -> pl.Expr:
    """Fen taken off; where nothing is due there is nothing to take, so a missing count does not hold the line."""
    count, there = compile_number(one.count, columns), _there(one.count.names, columns)
    if one.divisor is None:
        taken = _counted(count, one.unit_fen[period.month - 1], there)
    elif one.each:
        each = round_fen(Fraction(full) / one.divisor)
        taken = _counted(count, each, there)
    else:
        taken = _not_negative(half_up(over(times(whole(full), count), one.divisor), 0), there)
    return pl.when(pl.col("gross") == 0).then(pl.lit(0, dtype=pl.Int64)).otherwise(taken)


def round_fen(value: Fraction) -> int:
    """Half up to the fen."""
    return int((value * 2 + 1) // 2)


def _counted(count: Number, fen: int, there: pl.Expr) -> pl.Expr:
    return _not_negative(half_up(times(whole(fen), count), 0), there)


def _not_negative(fen: pl.Expr, there: pl.Expr) -> pl.Expr:
    return pl.when(there).then(fen.clip(0))


def _there(names: tuple[str, ...], columns: Columns) -> pl.Expr:
    found = [columns[name] for name in names]
    stands = [each if isinstance(each, str) else each.column for each in found]
    return pl.all_horizontal(pl.lit(value=True), *(pl.col(name).is_not_null() for name in stands))


def _bounded(pay: Pay) -> pl.Expr:
    """Floor and cap; the floor lifts only who has something due, so a failed month stays at nothing."""
    low = (
        pl.when(pl.col("gross") > 0)
        .then(pl.max_horizontal(pl.col("net"), pl.lit(pay.floor_fen)))
        .otherwise(pl.col("net"))
    )
    low = pl.when(pl.col("net").is_not_null()).then(low.clip(0))
    return low if pay.cap_fen is None else low.clip(upper_bound=pay.cap_fen)
