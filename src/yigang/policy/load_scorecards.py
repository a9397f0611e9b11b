"""The section `scorecards`: the schema has its shape; sums, names and weights are checked here, and its cases are read."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from yigang.policy.problems import Say
from yigang.policy.scorecards import Card, Ranking, RankingCase, cards
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]
Fault = tuple[Place, Say, Say]


def check_scorecards(source: Source, place: Place, text: Data) -> None:
    """Report cards whose basic items miss their sum, names that are not there or stand twice, weights that are no whole."""
    names = [ranking.name for card in cards(text) for ranking in card.rankings]
    for index, card in enumerate(cards(text)):
        where = (*place, "scorecards", index)
        for fault in (*_items(where, card), *_rankings(where, card, names)):
            source.report(*fault)


def _items(where: Place, card: Card) -> Iterator[Fault]:
    basic = sum((item.most for item in card.items if item.kind == "basic"), Decimal(0))
    if basic != card.points:
        yield (
            (*where, "items"),
            Say(f"基本分合计 {basic}，应为 {card.points}", f"basic items sum to {basic}, not to {card.points}"),
            Say("改正各项的 most，或者写明 points", "correct the items, or state points"),
        )
    names = [item.name for item in card.items]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (
                (*where, "items", index),
                Say(f"「{name}」写了两次", f"“{name}” stands twice"),
                Say("合成一项", "make it one"),
            )
    for index, name in enumerate(card.ties):
        if name not in names:
            yield (
                (*where, "ties", index), Say(f"没有「{name}」这一项", f"there is no item “{name}”"),
                Say(f"可以写：{'、'.join(names)}", f"known: {', '.join(names)}"),
            )  # fmt: skip


def _rankings(where: Place, card: Card, names: list[str]) -> Iterator[Fault]:
    for index, ranking in enumerate(card.rankings):
        here = (*where, "rankings", index)
        if names.count(ranking.name) > 1:
            yield (
                here,
                Say(f"「{ranking.name}」写了两次", f"“{ranking.name}” stands twice"),
                Say("改一个名称", "rename one"),
            )
        yield from _weights(here, card, ranking)
        for number, department in enumerate(ranking.departments):
            if department.place > min(len(ranking.first), len(ranking.last)):
                yield (
                    (*here, "departments", number),
                    Say(f"第 {department.place} 名没有奖和罚", f"place {department.place} has no award and penalty"),
                    Say("first 和 last 都要写到这一名", "let first and last reach this place"),
                )


def _weights(here: Place, card: Card, ranking: Ranking) -> Iterator[Fault]:
    total = ranking.own + sum(ranking.others.values())
    if total != 100:
        yield (
            here, Say(f"own 和 others 的比重合计 {total}，应为 100", f"the weights sum to {total}, not to 100"),
            Say("改正比重", "correct the weights"),
        )  # fmt: skip
    for name in ranking.others:
        other = card.ranking(name)
        if other is None or other.months >= ranking.months or ranking.months % other.months:
            yield (
                (*here, "others"),
                Say(
                    f"「{name}」不是本表里周期更短、能整除的排名",
                    f"“{name}” is no shorter ranking of this card that divides the period",
                ),
                Say("写本表里另一个排名", "name another ranking of this card"),
            )


def read_ranking_cases(source: Source, place: Place, text: Data) -> tuple[RankingCase, ...]:
    """The cases about rankings; a ranking or unit that is not there is reported."""
    of = {ranking.name: card.name for card in cards(text) for ranking in card.rankings}
    made = []
    for index, each in enumerate(text.get("ranking_cases", ())):
        where, name = (*place, "ranking_cases", index), each["ranking"]
        strange = [unit for unit in each["then"] if unit not in each["given"]]
        if name not in of:
            source.report(
                where, Say(f"没有「{name}」这个排名", f"there is no ranking “{name}”"),
                Say(f"可以写：{'、'.join(of) or '—'}", f"known: {', '.join(of) or '—'}"),
            )  # fmt: skip
        elif strange:
            source.report(
                where, Say(f"没有给出「{strange[0]}」的得分", f"no score is given for “{strange[0]}”"),
                Say("在 given 里写上", "add it to given"),
            )  # fmt: skip
        else:
            given = {unit: Decimal(value) for unit, value in each["given"].items()}
            then = {unit: Decimal(value) for unit, value in each["then"].items()}
            made.append(RankingCase(each["case"], of[name], name, given, then, source.line(where)))
    return tuple(made)
