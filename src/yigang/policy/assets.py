"""How the income of a village's assets is divided by the policy: shares of one hundred, each for a purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

Purpose = Literal["posts", "aid", "case"]
PURPOSE_WORDS: Mapping[Purpose, str] = {"posts": "岗位和劳务", "aid": "特困救助", "case": "一事一议"}
WHOLE = Decimal(100)


@dataclass(frozen=True)
class AssetRule:
    """Per cent by purpose, in the policy's order; they make one hundred."""

    shares: Mapping[Purpose, Decimal]
    cites: str


def asset_rule(text: Mapping[str, Any]) -> AssetRule | None:
    """The section `asset_income` of a checked version; None when the policy does not speak of it."""
    data = text.get("asset_income")
    if not data:
        return None
    return AssetRule({each["purpose"]: Decimal(each["percent"]) for each in data["shares"]}, data["cites"])


def check_assets(source: Source, place: Place, text: Mapping[str, Any]) -> None:
    """Report a purpose named twice, and shares that leave money over or spend more than there is."""
    data = text.get("asset_income")
    if not data:
        return
    where = (*place, "asset_income", "shares")
    purposes = [each["purpose"] for each in data["shares"]]
    for index, purpose in enumerate(purposes):
        if purpose in purposes[:index]:
            name = PURPOSE_WORDS[purpose]
            source.report(
                (*where, index), Say(f"{name}写了两次", f"{purpose} stands twice"), Say("合成一条", "make it one")
            )
    total = sum((Decimal(each["percent"]) for each in data["shares"]), Decimal(0))
    if total != WHOLE:
        source.report(
            where, Say(f"各项比例合计是 {total}%，不是 100%", f"the shares make {total} %, not 100 %"),
            Say("改成合计正好 100", "make them sum to 100"),
        )  # fmt: skip


def asset_lines(text: Mapping[str, Any]) -> Iterator[str]:
    """The section as an official would read it aloud."""
    rule = asset_rule(text)
    if rule:
        shares = "，".join(f"{PURPOSE_WORDS[purpose]} {percent}%" for purpose, percent in rule.shares.items())
        yield f"村集体资产收益按比例分配：{shares}；分到分，余数归最大的零头。〔{rule.cites}〕"
