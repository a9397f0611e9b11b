"""A flag in a sentence, in the reader's language: what was measured, and by what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yigang.duty.models import Flag
from yigang.policy.flags import RULES

Figures = Mapping[str, Any]


def name_of(kind: str) -> str:
    """What the rule is called."""
    return RULES[kind].name.to("en" if (get_language() or "").startswith("en") else "zh")


def sentence(flag: Flag) -> str:
    """What was found. It says what the evidence shows, never what somebody did."""
    return SENTENCES[flag.kind](flag.figures, flag.thresholds)


def measured_by(flag: Flag) -> list[tuple[str, str]]:
    """The thresholds that held when it was found, in words."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    known = RULES[flag.kind].thresholds
    return [(known[name].words.to(language), f"{value:g}") for name, value in flag.thresholds.items() if name in known]


def _length(metres: float) -> str:
    return _("%(km).1f km") % {"km": metres / 1000} if metres >= 1000 else _("%(m)d m") % {"m": metres}


def _time(seconds: float) -> str:
    seconds = abs(seconds)
    if seconds < 120:
        return _("%(s)d s") % {"s": seconds}
    if seconds < 7200:
        return _("%(min)d min") % {"min": seconds // 60}
    return _("%(h)d h") % {"h": seconds // 3600} if seconds < 172_800 else _("%(d)d days") % {"d": seconds // 86_400}


def _times(figures: Figures) -> str:
    return ngettext("once", "%(count)d times", figures["times"]) % {"count": figures["times"]}


def _outside(figures: Figures, _by: Figures) -> str:
    far = figures.get("off_m")
    words = (
        _("Checked in %(far)s outside the area (%(times)s).") % {"far": _length(far), "times": _times(figures)}
        if far is not None
        else _("The source says: outside the place (%(times)s).") % {"times": _times(figures)}
    )
    if figures.get("reasoned"):
        return words + " " + _("With a photo and the reason: %(why)s") % {"why": figures["why"]}
    return words


def _reused(figures: Figures, _by: Figures) -> str:
    told = {"time": _time(figures["hours"] * 3600)}
    who = (
        _("Another person used this photo %(time)s apart.")
        if figures["others"]
        else _("The same person used this photo %(time)s apart.")
    )
    how = {
        "mirrored": _("It is mirrored."), "middle": _("It is cut out of the other."),
        "cut": _("One is cut out of the other."), "turned": _("It is turned a little."),
    }.get(figures["how"], "")  # fmt: skip
    return f"{who % told} {how}".strip()


def _near(figures: Figures, by: Figures) -> str:
    return f"{_reused(figures, by)} " + _("They differ in %(bits)d of 256 marks.") % {"bits": figures["bits"]}


def _copied(figures: Figures, _by: Figures) -> str:
    if figures["others"]:
        return _("The logs of %(days)d days are like those of %(count)d others: “%(text)s…”") % {
            "days": figures["days"], "count": len(figures["others"]), "text": figures["text"][:30],
        }  # fmt: skip
    return _("The logs of %(days)d days are alike: “%(text)s…”") % {
        "days": figures["days"],
        "text": figures["text"][:30],
    }


def _regular(figures: Figures, _by: Figures) -> str:
    what = {"on": _("On duty"), "off": _("Off duty")}[figures["kind"]]
    return _("%(what)s on %(days)d days at nearly the same minute, mostly %(clock)s.") % {
        "what": what, "days": figures["days"], "clock": figures["clock"],
    }  # fmt: skip


SENTENCES: dict[str, Callable[[Figures, Figures], str]] = {
    "outside_area": _outside,
    "outside_hours": lambda f, _by: _("Checked in at %(clock)s, outside the hours of duty.") % f,
    "poor_accuracy": lambda f, _by: _("%(times)s in the month the place was vague, at worst by %(far)s.")
    % {"times": _times(f), "far": _length(f["worst_m"])},
    "mock_reported": lambda f, _by: _("The phone reported that a program made its place (%(times)s).") % {"times": _times(f)},
    "identical_coordinates": lambda f, _by: _("The very same coordinates on %(days)d days (%(spot)s).") % f,
    "identical_address": lambda f, _by: _("One and the same address on all %(days)d days: %(address)s") % f,
    "impossible_speed": lambda f, _by: _("%(far)s within %(time)s.")
    % {"far": _length(f["metres"]), "time": _time(f["seconds"])},
    "many_on_one_device": lambda f, _by: _("The same phone as %(count)d others, on %(days)d days.")
    % {"count": len(f["others"]), "days": f["days"]},
    "one_device_moving": lambda f, _by: _("One phone spoke for two people %(far)s and %(time)s apart.")
    % {"far": _length(f["metres"]), "time": _time(f["seconds"])},
    "same_photo": _reused,
    "near_same_photo": _near,
    "photo_of_screen": lambda _f, _by: _("The photo has the regular pattern of a screen or print. This is a weak hint."),
    "other_face": lambda f, _by: _("No face in the photo is like the one on file (likeness %(likeness).2f).") % f,
    "old_photo": lambda f, _by: _("By its own words the photo was taken %(time)s before it was used.")
    % {"time": _time(f["hours"] * 3600)},
    "clock_moved": lambda f, _by: _("The phone's clock was %(time)s off.") % {"time": _time(f["moved_s"])},
    "perfect_regularity": _regular,
    "circles": lambda f, _by: _("%(far)s walked, the same ground %(rounds)s times on average.")
    % {"far": _length(f["metres"]), "rounds": f["rounds"]},
    "copied_log": _copied,
}  # fmt: skip
"""One for every rule."""
