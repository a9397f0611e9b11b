"""What applicants are compared with: registers by their kind, what a hit means, when two people count as alike.

`registers.yaml` holds what offices usually ask for; a policy's section `recruitment.comparison` changes it or adds
registers of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

Effect = Literal["block", "ask", "inform"]
WrongNumber = Literal["error", "fuzzy"]
Data = Mapping[str, Any]

EFFECTS: Mapping[str, Say] = {
    "block": Say("核实前不得聘用", "nobody is hired while it stands"),
    "ask": Say("须有人核实决定", "somebody must look and decide"),
    "inform": Say("仅供参考", "shown only"),
}


@dataclass(frozen=True)
class RegisterKind:
    """One kind of register; the fields are explained at the head of `registers.yaml`."""

    code: str
    name: Say
    means: Say
    source: Literal["file", "own"] = "file"
    effect: Effect = "ask"
    needs: tuple[str, ...] = ()
    wrong_number: WrongNumber = "fuzzy"
    fuzzy_from: float | None = None
    household: bool = False
    stale_days: int = 92
    people_from: int = 2
    cites: str = ""

    @property
    def by_number_only(self) -> bool:
        """Whether a row without a usable identity number is of no use."""
        return self.fuzzy_from is None


@cache
def presets() -> Mapping[str, RegisterKind]:
    """The usual registers by their code, in the order in which they are shown."""
    declared = yaml.safe_load(files("yigang.policy").joinpath("registers.yaml").read_text("utf-8"))
    return {code: _preset(code, given) for code, given in declared.items()}


def _preset(code: str, given: Data) -> RegisterKind:
    name, means = Say(given["zh"], given["en"]), Say(given["means"]["zh"], given["means"]["en"])
    plain: dict[str, Any] = {key: value for key, value in given.items() if key not in {"zh", "en", "means", "needs"}}
    return RegisterKind(code, name, means, needs=tuple(given.get("needs", ())), **plain)


def registers_of(text: Data) -> Mapping[str, RegisterKind]:
    """The registers of a policy version's text: the usual ones, changed and added to by its section."""
    section = text.get("recruitment", {}).get("comparison", {})
    found = dict(presets())
    if "only" in section:
        found = {code: kind for code, kind in found.items() if code in section["only"]}
    for given in section.get("registers", ()):
        found[given["kind"]] = _changed(found.get(given["kind"]) or presets().get(given["kind"]), given)
    return {code: replace(kind, cites=kind.cites or section.get("cites", "")) for code, kind in found.items()}


def _changed(known: RegisterKind | None, given: Data) -> RegisterKind:
    fields: dict[str, Any] = {
        key: given[key]
        for key in ("effect", "wrong_number", "household", "stale_days", "people_from", "cites")
        if key in given
    }
    if "name" in given:
        fields["name"] = Say(given["name"], given["name"])
    if "means" in given:
        fields["means"] = Say(given["means"], given["means"])
    if "needs" in given:
        fields["needs"] = tuple(given["needs"])
    if "fuzzy_from" in given:
        fields["fuzzy_from"] = None if given["fuzzy_from"] is None else float(given["fuzzy_from"])
    if known is not None:
        return replace(known, **fields)
    name = Say(given["name"], given["name"])
    return RegisterKind(given["kind"], **({"name": name, "means": name} | fields))


def check_comparison(source: Source, place: Place, text: Data) -> None:
    """What the schema cannot say: a register of the policy's own is whole, none is there twice, `only` names known ones."""
    section = text.get("recruitment", {}).get("comparison", {})
    here = (*place, "recruitment", "comparison")
    for index, code in enumerate(section.get("only", ())):
        if code not in presets():
            source.report(
                (*here, "only", index), Say(f"没有「{code}」这种名册", f"there is no register “{code}”"),
                Say(f"可以写：{'、'.join(presets())}", f"known: {', '.join(presets())}"),
            )  # fmt: skip
    seen: set[str] = set()
    for index, given in enumerate(section.get("registers", ())):
        _check_register(source, (*here, "registers", index), given, seen)
        seen.add(given["kind"])


def _check_register(source: Source, place: Place, given: Data, seen: set[str]) -> None:
    code = given["kind"]
    known = presets().get(code)
    if code in seen:
        source.report(
            place,
            Say(f"名册「{code}」写了两次", f"the register “{code}” stands here twice"),
            Say("保留一个", "keep one"),
        )
    if known is None and not {"name", "needs", "effect"} <= given.keys():
        source.report(
            place,
            Say(
                f"新的名册「{code}」要写明 name、needs、effect", f"a new register “{code}” needs name, needs and effect"
            ),
            Say(f"补上，或改用：{'、'.join(presets())}", f"add them, or use: {', '.join(presets())}"),
        )
    if known is not None and known.source == "own" and {"needs", "wrong_number", "fuzzy_from"} & given.keys():
        source.report(
            place,
            Say(f"「{code}」由系统自行计算，没有文件", f"“{code}” is worked out by the program; there is no file"),
            Say("只写 effect、people_from、cites", "write only effect, people_from, cites"),
        )


def described(text: Data) -> list[str]:
    """What applicants are compared with, as sentences for those who answer for it (Chinese, as the policy's other pages)."""
    said = []
    for kind in registers_of(text).values():
        sentence = f"{kind.name.zh}：{kind.means.zh}；{EFFECTS[kind.effect].zh}；{how(kind).zh}。"
        said.append(f"{sentence}〔{kind.cites}〕" if kind.cites else sentence)
    return said


def how(kind: RegisterKind) -> Say:
    """By what somebody is found, and from when on the register is too old."""
    if kind.source == "own":
        parts = [Say("由系统按在库资料核对", "worked out from what the program knows")]
    else:
        parts = [Say("按证件号比中", "by number"), *_alike(kind)]
    if kind.household:
        parts.append(Say("同户家人也查", "members of the household too"))
    if kind.code.startswith("shared_") or "card" in kind.needs:
        parts.append(Say(f"{kind.people_from} 人起", f"from {kind.people_from} people on"))
    if kind.source == "file":
        parts.append(Say(f"超过 {kind.stale_days} 天算过期", f"out of date after {kind.stale_days} days"))
    return Say("，".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def _alike(kind: RegisterKind) -> list[Say]:
    if kind.fuzzy_from is None:
        return []
    return [
        Say(
            f"相似度 {kind.fuzzy_from:g} 起另列出由人核对",
            f"alike from {kind.fuzzy_from:g} on, for a person to look at",
        )
    ]
