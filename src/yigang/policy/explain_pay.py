"""Why this sum: the sentences of the pay, step by step, each summing to the next."""

from collections.abc import Iterator
from fractions import Fraction

from yigang.policy.pay import BOUNDED, PAID, TAKEN
from yigang.policy.reading import Reading, Sentence
from yigang.policy.wording import formula, number, yuan


def pay_sentences(reading: Reading) -> Iterator[Sentence]:
    pay, row = reading.version.pay, reading.row
    if pay is None or not reading.settled:
        return
    yield _amount(reading)
    for addition in pay.additions:
        fen = int(row[PAID + addition.name])
        how = (
            f"{reading.formula(addition.count)} × {yuan(addition.unit_fen[reading.period.month - 1])} = "
            if addition.count
            else ""
        )
        yield Sentence(
            reading.to(
                f"{addition.name}：{how}{yuan(fen)} 元。", f"{reading.name(addition.name)}: {how}{yuan(fen)} yuan."
            ),
            figure=yuan(fen),
            clause=addition.name,
            cites=addition.cites,
        )
    yield from taken(reading)
    total = yuan(int(row["pay_fen"]))
    yield Sentence(
        reading.to(f"本月应发 {total} 元。", f"To pay this month: {total} yuan."), figure=total, cites=pay.cites
    )


def _amount(reading: Reading) -> Sentence:
    """The base sum: instalment or monthly rate, served days, share of the grade."""
    pay, row = reading.version.pay, reading.row
    assert pay is not None
    period = reading.period
    full, fen = pay.amount.of(period), int(row[PAID + pay.amount.name])
    steps = [_rate(reading, full)]
    served, days = int(row["服务天数"]), int(row["当月天数"])
    if served < days:
        rule = {
            "by_days": f" × {served}/{days}",
            "whole_month": reading.to("，当月在岗即全额", ", paid for any served day"),
            "none": reading.to("，不满一月不发", ", nothing for part of a month"),
        }
        steps.append(rule[pay.joined_or_left])
    share = Fraction(str(row["share"]))
    if share != 1:
        steps.append(f" × {number(share * 100)}%")
    name = reading.name(pay.amount.name)
    how = "".join(steps) + (f" = {yuan(fen)}" if len(steps) > 1 else "")
    return Sentence(
        reading.to(f"{name}：{how} 元。", f"{name}: {how} yuan."),
        measure="服务天数" if served < days else None,
        figure=yuan(fen),
        threshold=yuan(full),
        clause=pay.amount.name,
        cites=pay.cites,
    )


def _rate(reading: Reading, full: int) -> str:
    pay = reading.version.pay
    assert pay is not None
    if pay.amount.per_year_fen is not None:
        year = yuan(pay.amount.per_year_fen)
        return reading.to(
            f"全年 {year} 元分 12 期，本期 {yuan(full)}", f"{year} a year in 12 instalments, this one {yuan(full)}"
        )
    season = reading.version.season(reading.period)
    return reading.to(
        f"{season}每月 {yuan(full)}" if season else f"每月 {yuan(full)}",
        f"{yuan(full)} a month" + (f" ({reading.name(season)})" if season else ""),
    )


def taken(reading: Reading) -> Iterator[Sentence]:
    pay, row = reading.version.pay, reading.row
    if pay is None or not reading.settled:
        return
    full = pay.amount.of(reading.period)
    for one in pay.deductions:
        fen = int(row[TAKEN + one.name])
        if not fen:
            continue
        unit = f"{yuan(full)} ÷ {number(one.divisor)}" if one.divisor else yuan(one.unit_fen[reading.period.month - 1])
        how = f"{unit} × {formula(one.count.node, reading.version, reading.lang, reading.values)}"
        yield Sentence(
            reading.to(
                f"{one.name}：扣 {how} = {yuan(fen)} 元。", f"{reading.name(one.name)}: minus {how} = {yuan(fen)} yuan."
            ),
            measure=one.count.names[0] if one.count.names else None,
            figure=yuan(fen),
            clause=one.name,
            cites=one.cites,
            evidence=reading.evidence(one.count),
        )
    moved = int(row[BOUNDED])
    if moved:
        yield Sentence(
            reading.to(
                f"按保底、封顶或不低于零调整 {yuan(moved)} 元。",
                f"Adjusted by {yuan(moved)} yuan to the floor, the cap or zero.",
            ),
            figure=yuan(moved),
            cites=pay.cites,
        )
