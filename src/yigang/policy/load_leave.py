"""The sections `leave` and `visits`: the schema has their shape; what contradicts itself is found here."""

from collections.abc import Mapping
from typing import Any

from yigang.policy.leave import FAULT_WORDS, KIND_OF, LEVEL_WORDS, LEVELS, LONGEST, LevelRule
from yigang.policy.measures import LEAVE_KINDS
from yigang.policy.model import LeaveCase
from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]
EXCUSING = ("excuse", "present")


def check_leave(source: Source, place: Place, text: Data) -> None:
    """Report kinds named twice or counted as absence, levels out of order, and numbers of days that nobody decides."""
    data = text.get("leave")
    if not data:
        return
    where = (*place, "leave")
    kinds = [each["kind"] for each in data["kinds"]]
    counted = text.get("month", {}).get("leave", {})
    excused = {kind for key in EXCUSING for kind in counted.get(key, ())}
    for index, kind in enumerate(kinds):
        name = LEAVE_KINDS[kind]
        if kind in kinds[:index]:
            source.report(
                (*where, "kinds", index), Say(f"{name.zh}写了两次", f"{name.en} stands twice"),
                Say("合成一条", "make it one"),
            )  # fmt: skip
        if kind not in excused:
            source.report(
                (*where, "kinds", index),
                Say(f"{name.zh}批准后仍算旷工", f"{name.en} would count as absence although it was approved"),
                Say("写进 month.leave 的 excuse 或 present", "name it in month.leave, under excuse or present"),
            )
    for kind in data.get("together", {}).get("kinds", ()):
        if kind not in kinds:
            source.report(
                (*where, "together"), Say(f"{LEAVE_KINDS[kind].zh}不在可请的假别里", f"{kind} is no kind that may be asked"),
                Say("从 together 里去掉，或者写进 kinds", "take it out, or add it to kinds"),
            )  # fmt: skip
    _levels(source, where, data["levels"])


def _levels(source: Source, where: Place, levels: list[Data]) -> None:
    ranks = [LEVELS.index(each["level"]) for each in levels]
    if ranks != sorted(set(ranks)):
        source.report(
            (*where, "levels"), Say("审批级别要从下到上，每级一条", "levels go from below to above, each once"),
            Say("按 village、town、county 的次序写", "write village, town, county in this order"),
        )  # fmt: skip
    rules = [LevelRule(each["level"], each.get("over", 0), each.get("upto")) for each in levels]
    gap = next((days for days in range(1, LONGEST + 1) if not any(rule.decides(days) for rule in rules)), None)
    if gap is not None:
        source.report(
            (*where, "levels"), Say(f"请 {gap} 天假没有人批", f"nobody decides leave of {gap} days"),
            Say("改正 over、upto", "correct over and upto"),
        )  # fmt: skip


def read_leave_cases(source: Source, place: Place, text: Data) -> tuple[LeaveCase, ...]:
    """The cases about leave; names of kinds, levels and faults that are not known are reported."""
    made = []
    for index, each in enumerate(text.get("leave_cases", ())):
        where, given = (*place, "leave_cases", index), each["given"]
        then = {key: tuple(value) if isinstance(value, list) else (value,) for key, value in each["then"].items()}
        known = {"批准": set(LEVEL_WORDS.values()), "不准": set(FAULT_WORDS.values())}
        wrong = [word for key, words in then.items() for word in words if word not in known[key]]
        if given["假别"] not in KIND_OF:
            wrong.append(given["假别"])
        for word in wrong:
            choices = [*KIND_OF, *LEVEL_WORDS.values(), *FAULT_WORDS.values()]
            source.report(
                where, Say(f"不认识「{word}」", f"“{word}” is not known"),
                Say(f"可以写：{'、'.join(choices)}", f"known words: {', '.join(choices)}"),
            )  # fmt: skip
        if "leave" not in text:
            source.report(
                where, Say("没有 leave 一节，例子无从判断", "there is no section leave to judge by"),
                Say("补上 leave，或删去例子", "add the section or remove the case"),
            )  # fmt: skip
        elif not wrong:
            made.append(LeaveCase(each["case"], given, then, source.line(where)))
    return tuple(made)
