"""Questions about judging: which policy judges a month, which marks it asks for, who still lacks one."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from yigang.appraisal.models import Mark
from yigang.foundation.errors import Refusal
from yigang.policy import load_policy, policies_folder
from yigang.policy.model import Mark as MarkRule
from yigang.policy.model import Policy, PolicyVersion
from yigang.policy.period import Period
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


def version_on(policy: Policy, month: date) -> PolicyVersion:
    """The text in force on a month's first day."""
    try:
        return policy.version_on(Period.of(month))
    except NoVersion as error:
        raise Refusal(str(error), code="no_version", remedy=_("Add the text of that time to the policy.")) from error


def version_for(programme: Programme, month: date) -> PolicyVersion:
    """The text that judges a programme's month."""
    return version_on(policy_from(policy_file(programme.policy_code)), month)


def mark_rules(programme: Programme, month: date) -> dict[str, MarkRule]:
    """The marks that people must give for this month, by the policy's name for them."""
    return {rule.name: rule for rule in version_for(programme, month).month.marks}


def latest_marks(appointment_ids: list[int], month: date) -> dict[tuple[int, str], Mark]:
    """The mark that counts per appointment and name, whose giver is loaded too."""
    given = Mark.objects.filter(appointment_id__in=appointment_ids, month=month).select_related("given_by")
    return {(mark.appointment_id, mark.name): mark for mark in given.order_by("pk")}
