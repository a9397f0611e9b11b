"""The section `scorecards` as an official would read it aloud."""

from collections.abc import Iterator, Sequence

from yigang.policy.describe_recruitment import cited
from yigang.policy.model import PolicyVersion
from yigang.policy.scorecards import ITEM_WORDS, UNIT_WORDS, Card, Ranking, cards
from yigang.policy.wording import yuan

EVERY = {1: "每月", 2: "每两个月", 3: "每季度", 6: "每半年", 12: "每年"}


def scorecard_lines(version: PolicyVersion) -> Iterator[str]:
    """Each card with its items, its rankings and who is bound."""
    for card in cards(version.text):
        yield cited(f"{card.name}：考核{UNIT_WORDS[card.units].zh}，基本分 {card.points} 分。", card.cites)
        for item in card.items:
            yield cited(f"{ITEM_WORDS[item.kind]}·{item.name}：至多 {item.most} 分。", item.cites)
        if card.ties:
            yield f"同分的先比：{'、'.join(card.ties)}；仍相同的并列，所占名次的奖罚平均分担。"
        for ranking in card.rankings:
            yield from _ranking(ranking)
        yield from _bound(card)


def _ranking(ranking: Ranking) -> Iterator[str]:
    others = "，".join(f"{name}平均分占 {weight}%" for name, weight in ranking.others.items())
    parts = [f"本期得分占 {ranking.own}%，{others}" if others else "按本期得分"]
    if ranking.first:
        parts.append(f"前 {len(ranking.first)} 名奖 {_sums(ranking.first)} 元{_flag(ranking.red)}")
    if ranking.last:
        parts.append(f"倒数第一名起罚 {_sums(ranking.last)} 元{_flag(ranking.yellow)}")
    yield cited(f"{ranking.name}，{EVERY[ranking.months]}一次：{'；'.join(parts)}。", ranking.cites)
    for one in ranking.departments:
        yield f"{ranking.name}·{one.name}：总任务达到序时进度的比照第 {one.place} 名奖，没有达到的比照倒数第 {one.place} 名罚。"


def _sums(amounts: Sequence[int]) -> str:
    return "、".join(yuan(fen) for fen in amounts)


def _flag(name: str) -> str:
    return f"（{name}）" if name else ""


def _bound(card: Card) -> Iterator[str]:
    if card.bound:
        yield f"捆绑考核、同奖同罚：{'、'.join(role.name for role in card.bound)}。"
    free = [role.name for role in card.bound if role.penalty == "unless_own_task"]
    if free:
        yield f"{'、'.join(free)}完成自身任务的免罚，奖励同等享受。"
