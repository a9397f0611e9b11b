"""What a programme may ask of a post holder's phone: off unless the policy turns it on and names the legal basis.

Five of them touch what the law calls sensitive (where somebody was, pictures, voice, the face): those need the person's
separate consent as well, which can be withdrawn at any time (个人信息保护法 第二十九条、第十五条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

PHONE = "phone"


@dataclass(frozen=True)
class Kind:
    """One thing that a programme may use. `keeps` says to the post holder what is kept of it; `needs` is what it rests on."""

    code: str
    name: Say
    keeps: Say
    sensitive: bool = False
    needs: tuple[str, ...] = ()


KINDS = {
    kind.code: kind
    for kind in (
        Kind("check_in", Say("打卡", "Check-in"), Say("上下班、夜间打卡的时间", "the times of checking in and out")),
        Kind(
            "place",
            Say("位置", "Place"),
            Say("打卡、上报那一刻所在的位置", "where you were at the moment of a check-in or report"),
            sensitive=True,
        ),
        Kind(
            "track",
            Say("轨迹", "Track"),
            Say(
                "巡护开始到结束之间走过的路线，其余时间不记", "the way walked from start to end of a patrol, never else"
            ),
            sensitive=True,
            needs=("place",),
        ),
        Kind(
            "photo",
            Say("照片", "Photos"),
            Say("您拍下并提交的照片", "photos that you take and send"),
            sensitive=True,
        ),
        Kind(
            "voice", Say("语音", "Voice notes"), Say("您录下并提交的语音", "voice notes that you send"), sensitive=True
        ),
        Kind(
            "face_match",
            Say("人脸比对", "Comparing faces"),
            Say(
                "打卡照片与档案照片比对的结果，不是唯一的打卡方式",
                "how like your photo is to the one on file; never the only way in",
            ),
            sensitive=True,
            needs=("photo",),
        ),
        Kind("log", Say("工作日志", "Work log"), Say("您写下的每日工作", "what you wrote about the day's work")),
        Kind(
            "leave",
            Say("请假报备", "Leave and trips"),
            Say("请假、外出的日期和事由", "days of leave and trips, and why"),
        ),
        Kind("report", Say("上报", "Reports"), Say("您上报的事件和工作成效", "incidents and results that you report")),
        Kind(
            "visit",
            Say("走访", "Visits"),
            Say("您走访了哪一户、什么时候、说了什么", "whom you visited, when, and what was said"),
        ),
        Kind(
            "points",
            Say("积分", "Points"),
            Say(
                "由考核得出的分数，加分、扣分和理由",
                "points that follow from the appraisal, what was given or taken and why",
            ),
        ),
    )
}
"""Every capability there is, by its code, in the order in which a person is told."""


@dataclass(frozen=True)
class Capability:
    """A capability that a policy has turned on."""

    kind: Kind
    basis: str
    modes: tuple[str, ...] = ()
    """Ways in which it is done; empty: every way."""
    within: str = ""

    @property
    def on_the_phone(self) -> bool:
        return not self.modes or PHONE in self.modes

    @property
    def text_version(self) -> str:
        """Names what a person is asked to agree to: other words or another basis ask anew."""
        words = "\n".join((self.kind.code, self.kind.keeps.zh, self.basis, self.within))
        return sha256(words.encode()).hexdigest()[:12]


def capabilities_of(text: Mapping[str, Any]) -> dict[str, Capability]:
    """What a version of a policy turns on, by code, in the order of `KINDS`."""
    said: Mapping[str, Any] = text.get("capabilities") or {}
    return {
        code: Capability(kind, body["basis"], tuple(body.get("modes", ())), body.get("within", ""))
        for code, kind in KINDS.items()
        if (body := said.get(code))
    }


def check_capabilities(source: Source, place: Place, text: Mapping[str, Any]) -> None:
    """Report what rests on something that is off, and what is done in no way at all."""
    said: Mapping[str, Any] = text.get("capabilities") or {}
    for code, body in said.items():
        if not body:
            continue
        kind, where = KINDS[code], (*place, "capabilities", code)
        for other in (KINDS[need] for need in kind.needs if not said.get(need)):
            source.report(
                where,
                Say(
                    f"开了「{kind.name.zh}」，却没有开「{other.name.zh}」（{other.code}）",
                    f"{code} is on, but {other.code}, on which it rests, is off",
                ),
                Say(f"写明 {other.code} 的依据，或者关掉 {code}", f"give {other.code} its basis, or turn {code} off"),
            )
        if body.get("modes") == []:
            source.report(
                where, Say(f"「{kind.name.zh}」没有一种方式", f"{code} has no way of being done"),
                Say("至少写一种 modes，或者不写 modes", "name one of the modes, or leave modes out"),
            )  # fmt: skip


def described(text: Mapping[str, Any]) -> list[str]:
    """The section as an official would read it aloud."""
    said: Mapping[str, Any] = text.get("capabilities") or {}
    on = capabilities_of(text)
    lines = []
    for code, body in said.items():
        name = KINDS[code].name.zh
        if not body:
            lines.append(f"{name}：不使用")
            continue
        within = f"，限{on[code].within}" if on[code].within else ""
        consent = "；须本人单独同意，可以撤回" if KINDS[code].sensitive else ""
        swath = f"；沿路线 {body['swath']} 米宽算作看到" if body.get("swath") else ""
        lines.append(f"{name}：依据「{on[code].basis}」{within}{swath}{consent}")
    return lines
