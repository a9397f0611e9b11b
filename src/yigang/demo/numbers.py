"""Numbers that pass every check and belong to nobody.

Identity numbers carry county 99 of their city, which no register has ever given out; cards an issuer's number that is
not assigned; phones the segment 154, which no operator serves.
"""

from datetime import date, timedelta

import polars as pl

from yigang.foundation.identity import CHECK_SIGNS, WEIGHTS

FIRST_BIRTH = date(1961, 1, 1)
BIRTHS = (date(2001, 12, 31) - FIRST_BIRTH).days + 1
"""Birth dates of people of 18 to 59 years in 2020."""
STRIDE = 7919
"""Prime to `BIRTHS`: neighbours by number are not neighbours by age."""
FIRST_ORDER = 900
"""Orders from 900 on: 50 pairs of them for each birth date, 748,000 people."""
ISSUER = "629999"
SEGMENT = "154"
ACCOUNT_STRIDE, PHONE_STRIDE = 98_765_431, 7_368_787
"""Prime to the ranges they step through, so that no number comes twice."""


def with_numbers(people: pl.DataFrame, city: str, issuer: str = ISSUER) -> pl.DataFrame:
    """Add birth, identity, card and phone; needs `person`, a number below 700,000, and `sex`."""
    position = pl.col("person").cast(pl.Int64)
    birth = pl.lit(FIRST_BIRTH) + pl.duration(days=position * STRIDE % BIRTHS)
    order = FIRST_ORDER + position // BIRTHS * 2 + (pl.col("sex") == "M").cast(pl.Int64)
    first17 = pl.concat_str(pl.lit(f"{city}99"), pl.col("birth").dt.strftime("%Y%m%d"), order.cast(pl.String))
    account = (position * ACCOUNT_STRIDE + 314_159_265) % 10**12
    first18 = pl.concat_str(pl.lit(issuer), account.cast(pl.String).str.zfill(12))
    return (
        people.with_columns(birth=birth.cast(pl.Date))
        .with_columns(first17=first17, first18=first18)
        .with_columns(
            identity=pl.col("first17") + _check_sign(pl.col("first17")),
            card=pl.col("first18") + _luhn_digit(pl.col("first18"), 18),
            phone=pl.concat_str(pl.lit(SEGMENT), (position * PHONE_STRIDE % 90_000_000 + 10_000_000).cast(pl.String)),
        )
        .drop("first17", "first18")
    )


def _digit(text: pl.Expr, place: int) -> pl.Expr:
    return text.str.slice(place, 1).cast(pl.Int64)


def _check_sign(first17: pl.Expr) -> pl.Expr:
    """ISO 7064 MOD 11-2."""
    total = pl.sum_horizontal(_digit(first17, place) * weight for place, weight in enumerate(WEIGHTS))
    return pl.lit(CHECK_SIGNS).str.slice(total % 11, 1)


def _luhn_digit(text: pl.Expr, length: int) -> pl.Expr:
    """ISO/IEC 7812: from the right every second digit is doubled, beginning beside the check digit."""
    parts = []
    for place in range(length):
        value = _digit(text, place) * (2 if (length - place) % 2 else 1)
        parts.append(value // 10 + value % 10)
    return (-pl.sum_horizontal(parts) % 10).cast(pl.String)


def checked(first17: str) -> str:
    """An identity number from its first 17 digits."""
    return str(pl.DataFrame({"first17": [first17]}).select(pl.col("first17") + _check_sign(pl.col("first17"))).item())


def old_identity(number18: str) -> str:
    """The 15-digit number that a holder of `number18` carried before October 1999."""
    return number18[:6] + number18[8:17]


def replacement_card(card: str) -> str:
    """The card that its holder gets when the bank has closed this one: another issuer's number, the same account."""
    first18 = pl.DataFrame({"card": [f"629998{card[6:18]}"]})
    return str(first18.select(pl.col("card") + _luhn_digit(pl.col("card"), 18)).item())


def days_of(month: date) -> list[date]:
    """Every day of the month whose first day is given."""
    return [month + timedelta(days=i) for i in range(31) if (month + timedelta(days=i)).month == month.month]
