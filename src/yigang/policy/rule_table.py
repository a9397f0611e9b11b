"""Rules that ask about evidence: each with its thresholds as presets, which a policy changes or turns off.

Questions about records (疑点, `flags`) and anomalies over a year (异常, `anomalies`) are two tables of such rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

Strength = Literal["weak", "middle", "strong"]
PRESET = "预设"


@dataclass(frozen=True)
class Threshold:
    """A figure of a rule: its preset, the range it makes sense in, what it says."""

    usual: float
    least: float
    most: float
    words: Say


@dataclass(frozen=True)
class Rule:
    """One thing that is asked of the evidence. `version` grows whenever its computation changes."""

    code: str
    name: Say
    strength: Strength
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    version: int = 1


def rule(code: str, zh: str, en: str, strength: Strength, **thresholds: Threshold) -> Rule:
    """A rule in one line."""
    return Rule(code, Say(zh, en), strength, thresholds)


def at(usual: float, least: float, most: float, zh: str, en: str) -> Threshold:
    """A threshold in one line."""
    return Threshold(usual, least, most, Say(zh, en))


@dataclass(frozen=True)
class Asked:
    """A rule that is on, with its figures as this policy sets them."""

    rule: Rule
    figures: Mapping[str, float]
    cites: str

    def __getitem__(self, name: str) -> float:
        return self.figures[name]


def rules_on(rules: Mapping[str, Rule], said: Mapping[str, Any]) -> dict[str, Asked]:
    """Of these rules those that a section leaves on: null turns one off, figures replace its presets."""
    return {code: _asked(rule, said.get(code) or {}) for code, rule in rules.items() if said.get(code, {}) is not None}


def _asked(rule: Rule, said: Mapping[str, Any]) -> Asked:
    figures = {name: float(said.get(name, one.usual)) for name, one in rule.thresholds.items()}
    return Asked(rule, figures, said.get("cites", PRESET))


def check_rules(source: Source, place: Place, rules: Mapping[str, Rule], said: Mapping[str, Any]) -> None:
    """Report what a section says of rules or figures that are not known, and figures beyond their range."""
    for code, body in said.items():
        where = (*place, code)
        if code not in rules:
            _unknown(source, where, code, list(rules))
            continue
        known = rules[code].thresholds
        for name, value in (body or {}).items():
            if name == "cites":
                continue
            if name not in known:
                _unknown(source, (*where, name), name, list(known))
            elif not known[name].least <= value <= known[name].most:
                low, high = f"{known[name].least:g}", f"{known[name].most:g}"
                source.report(
                    (*where, name),
                    Say(f"{known[name].words.zh}：{value} 不在 {low} 到 {high} 之间", f"{value} is not between {low} and {high}"),
                    Say("改正数值，或者写 null 不用这一条", "correct the figure, or write null to turn the rule off"),
                )  # fmt: skip


def _unknown(source: Source, where: Place, word: str, known: list[str]) -> None:
    choices = ", ".join(known) or "—"
    source.report(
        where, Say(f"不认识「{word}」", f"“{word}” is not known"), Say(f"可以写：{choices}", f"known: {choices}")
    )


def rule_lines(rules: Mapping[str, Rule], said: Mapping[str, Any]) -> Iterator[str]:
    """A section as an official would read it aloud; nothing where the policy leaves all presets."""
    on = rules_on(rules, said)
    for code in said:
        if code not in on:
            yield f"{rules[code].name.zh}：不查"
            continue
        asked = on[code]
        figures = "；".join(
            f"{asked.rule.thresholds[name].words.zh}：{value:g}" for name, value in asked.figures.items()
        )
        yield f"{asked.rule.name.zh}：{figures or '有即提示'}（{asked.cites}）"
