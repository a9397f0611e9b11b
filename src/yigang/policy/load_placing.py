"""The sections `matching` and `pool` of a policy: checked, and read into what proposals are made by."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from yigang.policy.load_month import fraction
from yigang.policy.load_recruitment import read_clauses, read_expression
from yigang.policy.placing import Matching, Pool, Weights
from yigang.policy.problems import Say
from yigang.policy.recruitment import Criterion
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]
HUNDREDTHS = 100


def read_matching(source: Source, place: Place, text: Data) -> Matching:
    """What the policy says about matching, and the presets where it is silent."""
    data = text.get("matching")
    if data is None:
        return Matching()
    where = (*place, "matching")
    preset, reach = Matching(), data.get("reach", {})
    urgency = None
    if "urgency" in data:
        urgency = read_expression(source, (*where, "urgency"), data["urgency"], "number", ranking=False)
    return Matching(
        reach_metres=reach.get("metres", preset.reach_metres),
        within=reach.get("within", preset.within),
        one_per_household=data.get("one_per_household", preset.one_per_household),
        unfit={state: None if kinds == "all" else tuple(kinds) for state, kinds in data.get("unfit", {}).items()},
        weights=_weights(source, (*where, "weights"), data.get("weights", {})),
        urgency=urgency,
        cites=data["cites"],
    )


def _weights(source: Source, place: Place, data: Data) -> Weights:
    """Points as hundredths. A neighbouring village worth more than one's own would turn the preference round."""
    given: dict[str, int] = {}
    for name, value in data.items():
        points = fraction(value) * HUNDREDTHS
        if points.denominator != 1:
            source.report(
                (*place, name),
                Say(f"分值 {value} 超过两位小数", f"{value} has more than two decimals"),
                Say("写成两位以内的小数", "write at most two decimals"),
            )
        given[name] = int(points)
    made = replace(Weights(), **given)
    if made.same_town > made.same_village:
        source.report(
            place,
            Say("同乡镇的分值高于同村，本村的人反而排在后面", "same_town is worth more than same_village"),
            Say("same_village 不低于 same_town", "let same_village be at least same_town"),
        )
    return made


def read_pool(source: Source, place: Place, text: Data) -> Pool | None:
    """The reserve pool's rule and order, or None when the policy keeps no pool."""
    data = text.get("pool")
    if data is None:
        return None
    where = (*place, "pool")
    order = []
    for index, each in enumerate(data.get("order", ())):
        score = read_expression(source, (*where, "order", index, "score"), each["score"], "number", ranking=False)
        if score:
            order.append(Criterion(each["name"], score, fraction(each.get("weight", 1)), each["cites"]))
    return Pool(read_clauses(source, (*where, "when"), data["when"]), tuple(order), data["cites"])
