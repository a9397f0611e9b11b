"""The pay section of a policy: amounts in fen that divide as stated, shares, additions, deductions, bounds."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yigang.policy.exact import check_size
from yigang.policy.expressions import Expression, parse
from yigang.policy.load_month import fraction, plain_text, vocabulary
from yigang.policy.model import Addition, Amount, Joined, Month, NoticePeriod, Pay, PayDeduction, Term
from yigang.policy.problems import Say, Wrong
from yigang.policy.source import Place, Source
from yigang.policy.terms import columns_of

Data = Mapping[str, Any]
Months = tuple[int, ...]
MOST_YUAN = 10_000_000
DEFAULT_NAME = "补贴"


class PayReader:
    """What all parts of the section need at hand."""

    def __init__(
        self,
        source: Source,
        place: Place,
        seasons: Mapping[str, Months],
        terms: Mapping[str, Term],
        spellings: Mapping[str, str],
        month: Month,
    ) -> None:
        self.source, self.place, self.seasons = source, place, seasons
        self.words, self.columns = vocabulary(terms, spellings), columns_of(terms)
        self.grades = {grade.grade for grade in month.grades}
        self.names: set[str] = set()

    def name(self, name: str, place: Place) -> str:
        if name in self.names:
            self.source.report(
                place, Say(f"「{name}」有两项", f"“{name}” stands here twice"), Say("换一个名称", "choose another name")
            )
        self.names.add(name)
        return name

    def fen(self, yuan: object, place: Place) -> int:
        """Yuan as integer fen; more than two decimals is reported."""
        value = fraction(yuan) * 100
        if value.denominator != 1 or value > MOST_YUAN * 100:
            self.source.report(
                place,
                Say(f"{yuan} 元不是整分或超过一千万", f"{yuan} yuan is not whole fen, or above ten million"),
                Say("金额写到分，如 833.33", "write amounts to the fen, such as 833.33"),
            )
        return int(value)

    def by_month(self, yuan: Any, place: Place) -> Months:
        """Fen for each calendar month, from one sum or one per season."""
        if not isinstance(yuan, Mapping):
            return (self.fen(yuan, place),) * 12
        if set(yuan) != set(self.seasons):
            self.source.report(
                place,
                Say(
                    f"金额的季节 {sorted(yuan)} 与 seasons {sorted(self.seasons)} 不一致",
                    f"the seasons of this sum, {sorted(yuan)}, are not those of `seasons`, {sorted(self.seasons)}",
                ),
                Say("每个季节写一个金额", "write one sum for each season"),
            )
            return (0,) * 12
        season_fen = {name: self.fen(each, (*place, name)) for name, each in yuan.items()}
        month_season = {month: name for name, months in self.seasons.items() for month in months}
        return tuple(season_fen[month_season[month]] if month in month_season else 0 for month in range(1, 13))

    def all_grades(self, given: Mapping[str, Any], place: Place) -> None:
        """A sum or share must be said for every grade, and for no other."""
        if set(given) != self.grades:
            self.source.report(
                place,
                Say(
                    f"等次 {sorted(given)} 与 grades 中的 {sorted(self.grades)} 不一致",
                    f"the grades here, {sorted(given)}, are not those of `grades`, {sorted(self.grades)}",
                ),
                Say("每个等次写一项", "write one entry for each grade"),
            )

    def expression(self, text: object, place: Place) -> Expression:
        try:
            made = parse(plain_text(text), self.words, "number")
            check_size(made, self.columns)
        except Wrong as wrong:
            self.source.report_wrong(place, wrong)
            return parse("0", {}, "number")
        return made


def read_pay(
    source: Source,
    place: Place,
    text: Data,
    seasons: Mapping[str, Months],
    terms: Mapping[str, Term],
    spellings: Mapping[str, str],
    month: Month,
) -> Pay:
    """The pay section; problems are reported to the source."""
    data: Data = text["pay"]
    reader = PayReader(source, (*place, "pay"), seasons, terms, spellings, month)
    share = _share(reader, data.get("share", {}))
    floor_fen = reader.fen(data.get("floor", 0), (*reader.place, "floor"))
    cap_fen = reader.fen(data["cap"], (*reader.place, "cap")) if "cap" in data else None
    if cap_fen is not None and cap_fen < floor_fen:
        source.report(
            (*reader.place, "cap"),
            Say("封顶低于保底", "the cap is below the floor"),
            Say("改正金额", "correct the sums"),
        )
    return Pay(
        amount=_amount(reader, data["amount"]),
        share=share or dict.fromkeys(sorted(reader.grades), Fraction(1)),
        joined_or_left=data["joined_or_left"],
        additions=_additions(reader, data),
        deductions=_deductions(reader, data),
        floor_fen=floor_fen,
        cap_fen=cap_fen,
        cites=data["cites"],
        notice=NoticePeriod(**data["notice"]) if "notice" in data else None,
    )


def _share(reader: PayReader, data: Data) -> dict[str, Fraction]:
    """What part of the sum each grade receives, to four decimals."""
    place = (*reader.place, "share")
    share = {grade: fraction(each) for grade, each in data.items()}
    if share:
        reader.all_grades(share, place)
    for grade, each in share.items():
        if (each * 10_000).denominator != 1:
            reader.source.report(
                (*place, grade),
                Say(f"{data[grade]} 小数太多", f"{data[grade]} has too many decimals"),
                Say("至多四位小数", "at most four"),
            )
    return share


def _amount(reader: PayReader, data: Data) -> Amount:
    place = (*reader.place, "amount")
    name = reader.name(data.get("name", DEFAULT_NAME), place)
    if data["per"] == "month":
        if "instalments" in data or "remainder_in" in data:
            reader.source.report(
                place,
                Say("按月的金额不分期", "a monthly sum has no instalments"),
                Say("删去 instalments 和 remainder_in", "remove them"),
            )
        return Amount(name, reader.by_month(data["yuan"], (*place, "yuan")))
    return _yearly(reader, data, name, place)


def _yearly(reader: PayReader, data: Data, name: str, place: Place) -> Amount:
    """Twelve instalments that sum to the yearly amount; the stated month takes what is left over."""
    if isinstance(data["yuan"], Mapping) or "instalments" not in data:
        reader.source.report(
            place,
            Say("按年的金额是一个数，分 12 期", "a yearly sum is one number in 12 instalments"),
            Say("写 instalments: 12；分季节的写 per: month", "write instalments: 12, or per: month"),
        )
        return Amount(name, (0,) * 12)
    year = reader.fen(data["yuan"], (*place, "yuan"))
    each, left = divmod(year, 12)
    last = data.get("remainder_in")
    if left and last is None:
        reader.source.report(
            place,
            Say(
                f"{data['yuan']} 元分 12 期除不尽，每期 {each / 100:.2f}，余 {left} 分",
                f"{data['yuan']} yuan do not divide by 12: {each / 100:.2f} each, {left} fen left over",
            ),
            Say("用 remainder_in 写明余数放在几月", "say with remainder_in which month takes the rest"),
        )
    return Amount(name, instalments(year, last), year, last)


def instalments(year_fen: int, remainder_in: int | None) -> Months:
    """Twelve equal sums by calendar month; the stated month takes what they leave over, so they are the year exactly."""
    each, left = divmod(year_fen, 12)
    return tuple(each + (left if month == remainder_in else 0) for month in range(1, 13))


def _additions(reader: PayReader, data: Data) -> tuple[Addition, ...]:
    made = []
    joined: Joined = data["joined_or_left"]
    for index, each in enumerate(data.get("additions", [])):
        place = (*reader.place, "additions", index)
        name = reader.name(each["name"], place)
        rule = each.get("joined_or_left", joined)
        if "by_grade" in each:
            reader.all_grades(each["by_grade"], (*place, "by_grade"))
            sums = {grade: reader.fen(yuan, (*place, "by_grade", grade)) for grade, yuan in each["by_grade"].items()}
            made.append(Addition(name, each["cites"], rule, by_grade=sums))
            continue
        count = reader.expression(each["count"], (*place, "count"))
        unit = reader.by_month(each["yuan"], (*place, "yuan"))
        made.append(Addition(name, each["cites"], rule, count=count, unit_fen=unit))
    return tuple(made)


def _deductions(reader: PayReader, data: Data) -> tuple[PayDeduction, ...]:
    made = []
    for index, each in enumerate(data.get("deductions", [])):
        place = (*reader.place, "deductions", index)
        name = reader.name(each["name"], place)
        count = reader.expression(each["count"], (*place, "count"))
        if "divisor" in each:
            by = fraction(each["divisor"])
            made.append(PayDeduction(name, each["cites"], count, divisor=by, each=each["round"] == "each"))
            continue
        made.append(PayDeduction(name, each["cites"], count, reader.by_month(each["yuan"], (*place, "yuan"))))
    return tuple(made)
