"""The kinds of registers there are: the usual ones, and those that the policies of visible programmes add or change."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal
from yigang.policy import load_policies
from yigang.policy.comparison import RegisterKind, presets, registers_of
from yigang.policy.problems import PolicyError, Say


def of_files() -> Mapping[str, RegisterKind]:
    """What offices can hand in, by code. Where policies differ about a usual register, the usual form is asked for."""
    found = {code: kind for code, kind in presets().items() if kind.source == "file"}
    try:
        policies = load_policies().values()
    except PolicyError:
        return found  # a faulty policy is told where it is used; files can be handed in meanwhile
    today = timezone.localdate()
    for policy in policies:
        for version in policy.versions:
            if version.effective <= today:
                for code, kind in registers_of(version.text).items():
                    if kind.source == "file":
                        found.setdefault(code, kind)
    return found


def of_file(code: str) -> RegisterKind:
    """One of them; refused when there is none of this code."""
    known = of_files()
    if code not in known:
        raise Refusal(
            _("There is no register “%(code)s”."), {"code": code}, code="no_such_register", field="register",
            remedy=_("Hand the file in under Recruitment, Registers, where its kind is chosen."),
        )  # fmt: skip
    return known[code]


def name_of(kind: RegisterKind) -> str:
    """Its name in the reader's language."""
    return said(kind.name)


def said(words: Say) -> str:
    """Words of a policy in the reader's language."""
    return words.to("en" if (get_language() or "").startswith("en") else "zh")
