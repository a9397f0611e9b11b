"""Questions about judging: which policy judges a month, which marks it asks for, who still lacks one."""

from datetime import date

from yigang.appraisal.models import Mark
from yigang.policy.model import Mark as MarkRule
from yigang.policy.model import Policy, PolicyVersion
from yigang.policy.period import Period
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on


def version_on(policy: Policy, month: date) -> PolicyVersion:
    """The text in force on a month's first day."""
    return text_on(policy, Period.of(month).first)


def version_for(programme: Programme, month: date) -> PolicyVersion:
    """The text that judges a programme's month."""
    return version_on(policy_from(policy_file(programme.policy_code)), month)


def mark_rules(programme: Programme, month: date) -> dict[str, MarkRule]:
    """The marks that people must give for this month, by the policy's name for them."""
    return {rule.name: rule for rule in version_for(programme, month).month.marks}


def latest_marks(appointment_ids: list[int], month: date) -> dict[tuple[int, str], Mark]:
    """The mark that counts per appointment and name, whose giver is loaded too."""
    given = Mark.objects.filter(appointment_id__in=appointment_ids, month=month, withdrawal=None).select_related(
        "given_by"
    )
    return {(mark.appointment_id, mark.name): mark for mark in given.order_by("pk")}
