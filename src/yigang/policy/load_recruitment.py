"""The sections `eligibility` and `recruitment` of a policy: checked, and read into what rounds are run by.

A step may be a bare name out of `USUAL`, which stands for the usual step of that name; everything can be said in full.
"""

import string
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from yigang.policy import applicants
from yigang.policy.exact import check_size
from yigang.policy.expressions import Expression, Kind, parse
from yigang.policy.load_month import fraction, plain_text
from yigang.policy.problems import Say, Wrong
from yigang.policy.recruitment import (
    FIELDS,
    KINDS,
    NOTICED,
    TAKES_IN,
    Clause,
    Criterion,
    MarkItem,
    MarksRule,
    Office,
    Outcome,
    PeerReviewRule,
    Ranking,
    Recruitment,
    Step,
    Tie,
)
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]
USUAL: Mapping[str, Data] = {
    "公告": {"kind": "announce", "by": {"role": "county_manager", "level": "county"}},
    "申报": {"kind": "apply", "by": {"role": "village_clerk", "level": "village"}},
    "申请": {"kind": "apply", "by": {"role": "village_clerk", "level": "village"}},
    "单位推荐": {"kind": "recommend", "by": {"role": "town_officer", "level": "town"}},
    "审核": {"kind": "check", "by": {"role": "town_officer", "level": "town"}, "eligibility": True, "comparison": True},
    "初审": {"kind": "check", "by": {"role": "town_officer", "level": "town"}, "eligibility": True},
    "镇审": {"kind": "check", "by": {"role": "town_officer", "level": "town"}, "eligibility": True, "comparison": True},
    "考察": {"kind": "visit", "by": {"role": "station_officer", "level": "town"}},
    "面试": {"kind": "visit", "by": {"role": "town_officer", "level": "town"}},
    "评定": {"kind": "assess", "by": {"role": "town_officer", "level": "town"}},
    "民主评议": {"kind": "peer_review", "by": {"role": "village_clerk", "level": "village"}},
    "联合会审": {"kind": "joint_review", "by": {"role": "county_manager", "level": "county"}},
    "县批": {"kind": "approve", "by": {"role": "county_manager", "level": "county"}},
    "公示": {"kind": "publish", "by": {"role": "town_officer", "level": "town"}},
    "村公示": {"kind": "publish", "by": {"role": "village_clerk", "level": "village"}},
    "聘用": {"kind": "hire", "by": {"role": "town_officer", "level": "town"}},
    "协议": {"kind": "sign", "by": {"role": "town_officer", "level": "town"}},
    "岗前培训": {"kind": "train", "by": {"role": "town_officer", "level": "town"}},
}
"""The step that a bare name stands for."""

USUAL_PEERS: Data = {
    "called": "村民代表",
    "quorum": "2/3",
    "more_than": "1/2",
    "of": "present",
    "cites": "民主评议（预设）",
}
GOES_ON = (Outcome("通过", True), Outcome("不通过", False))
OUTCOMES: Mapping[str, tuple[Outcome, ...]] = {
    "announce": (), "apply": (), "recommend": (), "publish": (Outcome("无异议", True), Outcome("异议成立", False)),
    "hire": (Outcome("未聘用", False),), "sign": (Outcome("已签订", True), Outcome("未签订", False)),
    "train": (Outcome("培训合格", True), Outcome("培训不合格", False)),
}  # fmt: skip
"""What a step of a kind ends in unless the policy says otherwise; all others: passed or not."""


def read_clauses(source: Source, place: Place, written: Sequence[Data]) -> tuple[Clause, ...]:
    """The clauses that applicants must meet; conditions that do not parse and names given twice are reported."""
    made: list[Clause] = []
    for index, each in enumerate(written):
        where = (*place, index)
        if each["name"] in {clause.name for clause in made}:
            source.report(
                where,
                Say(f"条件「{each['name']}」写了两次", f"the clause “{each['name']}” stands here twice"),
                Say("换一个名称，或合并", "rename or join them"),
            )
        when = read_expression(source, (*where, "when"), each["when"], "truth", ranking=False)
        if when:
            made.append(Clause(each["name"], when, each["else"], each["cites"], source.line(where)))
    return tuple(made)


def read_recruitment(source: Source, place: Place, text: Data) -> Recruitment | None:
    """The steps and the ranking, or None when the policy has none (or problems, which are reported)."""
    data = text.get("recruitment")
    if data is None:
        return None
    where = (*place, "recruitment")
    _known_days(source, where, data)
    days = data.get("working_days", {})
    steps = [_step(source, (*where, "steps", index), each, days) for index, each in enumerate(data["steps"])]
    made = [step for step in steps if step]
    if len(made) < len(steps):
        return None
    _check_order(source, where, made)
    ranking = _ranking(source, (*where, "ranking"), data["ranking"], made) if "ranking" in data else None
    return Recruitment(tuple(made), ranking, data.get("cites", ""))


def read_expression(source: Source, place: Place, text: object, kind: Kind, *, ranking: bool) -> Expression | None:
    """A condition or score over what is known of an applicant; what is wrong with it is reported."""
    try:
        made = parse(plain_text(text), applicants.words(ranking=ranking), kind)
        check_size(made, applicants.columns())
    except Wrong as wrong:
        source.report_wrong(place, wrong)
        return None
    return made


def _known_days(source: Source, where: Place, data: Data) -> None:
    names = [each if isinstance(each, str) else each["name"] for each in data["steps"]]
    for step in data.get("working_days", {}):
        if step not in names:
            source.report(
                (*where, "working_days", step),
                Say(f"「{step}」不是 steps 中的环节", f"“{step}” is not one of the steps"),
                Say(f"环节有：{'、'.join(names)}", f"steps: {', '.join(names)}"),
            )
    for name in {name for name in names if names.count(name) > 1}:
        source.report(
            (*where, "steps", len(names) - 1 - names[::-1].index(name)),
            Say(f"环节「{name}」写了两次", f"the step “{name}” stands here twice"),
            Say("给其中一个换名称", "rename one of them"),
        )


def _step(source: Source, place: Place, written: str | Data, days: Mapping[str, int]) -> Step | None:
    if isinstance(written, str) and written not in USUAL:
        source.report(
            place,
            Say(f"没有名为「{written}」的通常环节", f"there is no usual step “{written}”"),
            Say(
                f"写全 {{name: …, kind: …, by: …}}，或用：{'、'.join(USUAL)}",
                f"write it in full, or use: {', '.join(USUAL)}",
            ),
        )
        return None
    each: Data = {"name": written, **USUAL[written]} if isinstance(written, str) else written
    _check_text(source, place, each.get("text", ""))
    kind = each["kind"]
    peers = each.get("peer_review", USUAL_PEERS if kind == "peer_review" else None)
    if kind == "joint_review" and not each.get("offices"):
        source.report(
            place,
            Say(f"联合会审「{each['name']}」没有写明单位", f"the joint review “{each['name']}” names no office"),
            Say("写 offices: [{name: …, part: …, role: …, level: …}]", "add `offices`"),
        )
    return Step(
        name=each["name"],
        kind=kind,
        role=each["by"]["role"],
        level=each["by"]["level"],
        working_days=each.get("working_days", days.get(each["name"], 0)),
        documents=tuple(each.get("documents", ())),
        photos=tuple(each.get("photos", ())),
        outcomes=_outcomes(each),
        text=each.get("text", ""),
        eligibility=each.get("eligibility", False),
        comparison=each.get("comparison", False),
        peer_review=_peers(source, (*place, "peer_review"), peers) if peers else None,
        offices=tuple(Office(**one) for one in each.get("offices", ())),
        marks=_marks(each["marks"]) if "marks" in each else None,
        ranks=each.get("ranks", False),
        cites=each.get("cites", ""),
    )


def _outcomes(each: Data) -> tuple[Outcome, ...]:
    if "outcomes" in each:
        return tuple(Outcome(one["name"], one["then"] == "next") for one in each["outcomes"])
    return OUTCOMES.get(each["kind"], GOES_ON)


def _check_text(source: Source, place: Place, text: str) -> None:
    try:
        used = [name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        source.report((*place, "text"), Say(f"文字里的括号不成对：{error}", str(error)), Say("检查 { }", "check { }"))
        return
    for name in used:
        if name not in FIELDS:
            source.report(
                (*place, "text"),
                Say(f"文字里没有「{{{name}}}」这个空", f"“{{{name}}}” is no field of the text"),
                Say(f"可以用：{'、'.join(FIELDS)}", f"fields: {', '.join(FIELDS)}"),
            )


def _share(text: object) -> Fraction:
    return Fraction(str(text))


def _peers(source: Source, place: Place, data: Data) -> PeerReviewRule:
    agree = data.get("more_than", data.get("at_least", "1/2"))
    for key in ("quorum", "more_than", "at_least"):
        if key in data and not 0 < _share(data[key]) <= 1:
            source.report(
                (*place, key),
                Say(f"比例 {data[key]} 不在 0 到 1 之间", f"the share {data[key]} is not between 0 and 1"),
                Say("写成 2/3 这样的分数", "write a fraction such as 2/3"),
            )
    return PeerReviewRule(
        called=data["called"],
        quorum=_share(data["quorum"]),
        agree=_share(agree),
        of=data.get("of", "present"),
        strictly="at_least" not in data,
        cites=data.get("cites", ""),
    )


def _marks(data: Data) -> MarksRule:
    items = tuple(MarkItem(one["name"], fraction(one["most"])) for one in data["items"])
    passing = fraction(data["pass"]) if "pass" in data else None
    return MarksRule(data["reviewers"], items, passing, data.get("cites", ""))


def _check_order(source: Source, where: Place, steps: list[Step]) -> None:
    """A round takes people in, and only afterwards judges, publishes and appoints them."""
    first = next((index for index, step in enumerate(steps) if step.kind in TAKES_IN), None)
    if first is None:
        source.report(
            (*where, "steps"),
            Say("没有申报的环节，谁也进不来", "no step takes applications"),
            Say("加一个「申报」「申请」或「单位推荐」", "add a step of kind apply or recommend"),
        )
        return
    for index, step in enumerate(steps):
        if index < first and step.kind not in NOTICED:
            source.report(
                (*where, "steps", index),
                Say(f"「{step.name}」排在申报之前，还没有人", f"“{step.name}” comes before anybody has applied"),
                Say("移到申报之后", "move it behind the application"),
            )
        if step.kind == "hire" and index + 1 < len(steps):
            source.report(
                (*where, "steps", index),
                Say(f"「{step.name}」之后还有环节", f"steps follow after “{step.name}”"),
                Say("聘用放在最后；上岗前的培训放在它前面，或不写聘用", "hiring comes last"),
            )
    if len(steps) == 1:
        source.report((*where, "steps"), Say("只有一个环节", "only one step"), Say("写出各环节", "write the steps"))


def _ranking(source: Source, place: Place, data: Data, steps: list[Step]) -> Ranking | None:
    criteria, ties = [], []
    for index, each in enumerate(data["criteria"]):
        score = read_expression(source, (*place, "criteria", index, "score"), each["score"], "number", ranking=True)
        if score:
            _backed(source, (*place, "criteria", index, "score"), score, steps)
            criteria.append(Criterion(each["name"], score, fraction(each.get("weight", 1)), each["cites"]))
    for index, each in enumerate(data.get("ties", ())):
        by = read_expression(source, (*place, "ties", index, "by"), each["by"], "number", ranking=True)
        if by:
            ties.append(Tie(each.get("name", plain_text(each["by"])), by, each["first"] == "highest"))
    if not any(step.ranks for step in steps):
        source.report(
            place,
            Say("写了排序，却没有环节用它", "a ranking is written, and no step uses it"),
            Say("在排序的环节写 ranks: true", "write ranks: true at the step that ranks"),
        )
    return Ranking(tuple(criteria), tuple(ties), data["cites"])


def _backed(source: Source, place: Place, score: Expression, steps: list[Step]) -> None:
    """A criterion that nothing in the round can ever give is a mistake."""
    given = {"考察得分": any(step.marks for step in steps), "评议同意率": any(step.peer_review for step in steps)}
    for name in score.names:
        if not given.get(name, True):
            source.report(
                place,
                Say(f"没有环节会产生「{name}」", f"no step gives “{name}”"),
                Say("给环节加 marks 或 peer_review", "give a step `marks` or `peer_review`"),
            )


__all__ = ["KINDS", "USUAL", "read_clauses", "read_expression", "read_recruitment"]
