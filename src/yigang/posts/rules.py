"""The policy that a programme follows: its file, read and kept until it changes, and the text of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yigang.foundation.errors import Refusal
from yigang.policy import load_policy, policies_folder
from yigang.policy.model import Policy, PolicyVersion
from yigang.policy.problems import NoVersion, PolicyError
from yigang.posts.models import Programme


def policy_file(code: str) -> Path:
    """The file that holds a policy; raises `Refusal` when there is none."""
    file = policies_folder() / f"{code}.yaml"
    if not file.is_file():
        raise Refusal(
            _("There is no policy file %(file)s."), {"file": file.name}, code="no_policy",
            remedy=_("Put the file into the folder of policies, or name another policy in the programme."),
        )  # fmt: skip
    return file


@lru_cache(maxsize=32)
def _loaded(file: Path, changed_ns: int) -> Policy:  # noqa: ARG001 - a changed file is another entry
    return load_policy(file)


def policy_from(file: Path) -> Policy:
    """A policy read from a file, kept until the file changes. What is wrong with it becomes one `Refusal`."""
    try:
        return _loaded(file, file.stat().st_mtime_ns)
    except PolicyError as error:
        raise Refusal(
            _("The policy cannot be used: %(problems)s"), {"problems": str(error)}, code="policy_faulty",
            remedy=_("Run `yigang policy check` and mend what it names."),
        ) from error  # fmt: skip


def text_on(policy: Policy, day: date) -> PolicyVersion:
    """The text in force on a day; of a month's first day for what is judged by the month."""
    try:
        return policy.version_on(day)
    except NoVersion as error:
        raise Refusal(str(error), code="no_version", remedy=_("Add the text of that time to the policy.")) from error


def section(programme: Programme, day: date, name: str) -> Mapping[str, Any]:
    """One section of the text in force, as plain data; empty when no text is in force or it does not speak of it."""
    try:
        text = policy_from(policy_file(programme.policy_code)).version_on(day).text
    except NoVersion:
        return {}
    return text.get(name) or {}
