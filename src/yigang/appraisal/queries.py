"""Questions about judging: which policy judges a month, which marks it asks for, who still lacks one; and points of people."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet, Sum

from yigang.appraisal.enums import Period as Rhythms
from yigang.appraisal.models import Closing, Honour, Mark, PointEntry
from yigang.foundation import regioncode
from yigang.people.models import Person
from yigang.policy.model import Mark as MarkRule
from yigang.policy.model import Policy, PolicyVersion
from yigang.policy.period import Period
from yigang.policy.points import Sums, summed
from yigang.policy.rhythms import Rhythm, rhythm_of
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on


def version_on(policy: Policy, month: date) -> PolicyVersion:
    """The text in force on a month's first day."""
    return text_on(policy, Period.of(month).first)


def version_for(programme: Programme, month: date) -> PolicyVersion:
    """The text that judges a programme's month."""
    return version_on(policy_from(policy_file(programme.policy_code)), month)


def rhythm_for(programme: Programme, rhythm: str, day: date) -> Rhythm | None:
    """What the policy says of the day, quarter or year that holds a day, by the text in force on the period's last day."""
    last = Rhythm(rhythm, "", None).last_of(Rhythm(rhythm, "", None).first_of(day))
    return rhythm_of(text_on(policy_from(policy_file(programme.policy_code)), last).text, rhythm)


def mark_rules(programme: Programme, first: date, rhythm: str = Rhythms.MONTH) -> dict[str, MarkRule]:
    """The marks that people must give for the period that begins on this day, by the policy's name for them."""
    if rhythm == Rhythms.MONTH:
        return {rule.name: rule for rule in version_for(programme, first).month.marks}
    found = rhythm_for(programme, rhythm, first)
    return {rule.name: rule for rule in found.marks} if found else {}


def closed_over(programme: Programme, rhythm: str, first: date, region_codes: Iterable[str]) -> Closing | None:
    """A closing that a mark of this rhythm and day would come too late for, in one of these regions; None when there is none.

    A day's mark counts in the quarter and the year that hold it, a quarter's or year's in its own. A month's is not refused:
    it corrects its month, and the quarter is reopened for it.
    """
    if rhythm == Rhythms.MONTH:
        return None
    rows = Closing.objects.filter(programme=programme, first__lte=first, last__gte=first, reopened_at=None)
    codes = set(region_codes)
    for row in rows if rhythm == Rhythms.DAY else rows.filter(rhythm=rhythm):
        if any(code.startswith(regioncode.prefix_of(row.region_code)) for code in codes):
            return row
    return None


def latest_marks(
    appointment_ids: list[int], month: date, rhythm: str = Rhythms.MONTH
) -> dict[tuple[int, str], Mark]:  # fmt: skip
    """The mark that counts per appointment and name, whose giver is loaded too."""
    given = Mark.objects.filter(
        appointment_id__in=appointment_ids, month=month, rhythm=rhythm, withdrawal=None
    ).select_related("given_by")
    return {(mark.appointment_id, mark.name): mark for mark in given.order_by("pk")}


def sums_of(person: Person, year: int) -> Sums:
    """A person's points of a year by kind: one question."""
    rows = PointEntry.objects.filter(person=person, month__year=year).order_by().values_list("kind")
    return summed(rows.annotate(Sum("points")))


def ledger_of(person: Person) -> QuerySet[PointEntry]:
    """The entries of a person, the newest first, with who gave them and what took them back."""
    rows = PointEntry.objects.filter(person=person).order_by("-pk")
    return rows.select_related("given_by", "reversed_by", "reverses", "incident", "result", "file")


def honours_of(person: int) -> list[Honour]:
    """A person's honours that were not taken back, the newest first."""
    return list(Honour.objects.filter(appointment__person=person, withdrawn_at=None).order_by("-first"))
