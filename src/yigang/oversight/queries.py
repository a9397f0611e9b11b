"""Questions about inspections: how much a village's risk weighs, what the policy says, what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import get_language

from yigang.appraisal.models import Finding
from yigang.duty.enums import FlagState
from yigang.duty.models import Flag
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.oversight.access import INSPECT, PUT_RIGHT_OWN, READ_OVERSIGHT
from yigang.oversight.enums import AnomalyState, InspectionState, ProposalState, RectificationState
from yigang.oversight.models import Anomaly, Inspection, Proposal, Rectification, VisitSheet
from yigang.policy.anomalies import STRONG
from yigang.policy.explain import DEEDS
from yigang.policy.inspection import InspectionRule, inspection_rule
from yigang.posts.models import Programme
from yigang.posts.rules import section
from yigang.tenure.dues import in_post
from yigang.tenure.models import Appointment

YEAR = timedelta(days=365)


def rule_of(programme: Programme, day: date) -> InspectionRule:
    """What the policy of a programme says of inspections on a day; presets where it says nothing."""
    return inspection_rule({"inspection": section(programme, day, "inspection")})


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def last_day(week: date) -> date:
    return week + timedelta(days=6)


def weights(programme: Programme, region_code: str, week: date) -> dict[str, int]:
    """Village with somebody in post in the week → its tickets. Five queries, each grouped by village.

    An open strong anomaly weighs like a question about evidence.
    """
    rule, prefix = rule_of(programme, week), regioncode.prefix_of(region_code)
    serving = Appointment.objects.filter(
        programme=programme, region_code__startswith=prefix, starts__lte=last_day(week)
    ).exclude(ends__lt=week)
    villages = set(serving.values_list("region_code", flat=True))
    flags = _counted(Flag.objects.filter(programme=programme, region_code__startswith=prefix, state=FlagState.OPEN))
    flags += _counted(
        Anomaly.objects.filter(
            programme=programme, region_code__startswith=prefix, state=AnomalyState.OPEN, strength__gte=STRONG
        )
    )
    findings = _counted(
        Finding.objects.filter(
            intake__withdrawn_at=None, region_code__startswith=prefix, day__gte=week - YEAR, day__lt=week
        )
    )
    visited = dict(
        VisitSheet.objects.filter(inspection__plan__programme=programme, region_code__startswith=prefix)
        .order_by().values("region_code").annotate(last=Max(TruncDate("made_at"))).values_list("region_code", "last")
    )  # fmt: skip
    return {
        village: rule.weight(
            flags=flags[village], findings=findings[village],
            days_since=(week - visited[village]).days if village in visited else None,
        )
        for village in villages
    }  # fmt: skip


def _counted(rows: QuerySet[Flag] | QuerySet[Finding] | QuerySet[Anomaly]) -> Counter[str]:
    counted = rows.order_by().values("region_code").annotate(rows=Count("pk"))
    return Counter(dict(counted.values_list("region_code", "rows")))


def holders(inspection: Inspection, day: date) -> list[Appointment]:
    """Who holds a post of the programme in the village on a day, by name."""
    held = in_post(day).filter(programme=inspection.plan.programme_id, region_code=inspection.region_code)
    return list(held.select_related("person", "post").order_by("person__pinyin", "pk"))


def own_visits(user: User) -> QuerySet[Inspection]:
    """Visits of one's own groups that are still to be made or written down."""
    waiting = Inspection.objects.filter(state__in=[InspectionState.PLANNED, InspectionState.BEGUN])
    return waiting.filter(group__members__contains=[user.pk]).select_related("plan__programme")


def on_the_phone(user: User, day: date) -> QuerySet[Inspection]:
    """What may lie on a telephone of a group's member on a day: visits of the day's week, and begun ones that have no sheet."""
    return own_visits(user).filter(Q(state=InspectionState.BEGUN) | Q(plan__week=week_of(day)))


def told_to(person_id: int) -> QuerySet[Proposal]:
    """Consequences that are told to somebody: those that were confirmed."""
    mine = Proposal.objects.filter(appointment__person=person_id, state=ProposalState.CONFIRMED)
    return mine.select_related("appointment__programme")


def deeds(row: Proposal) -> list[str]:
    """The consequence in words; a grade is named as the policy names it."""
    lang = "zh" if (get_language() or "").startswith("zh") else "en"
    said = []
    for code in row.do:
        head, _colon, detail = code.partition(":")
        words = DEEDS[head].to(lang)
        said.append(words.format(detail) if "{}" in words else f"{words} {detail}".strip())
    return said


def overdue(day: date) -> QuerySet[Rectification]:
    """Points of the list that nobody has reported as put right in time."""
    return on_list().filter(due__lt=day, state=RectificationState.OPEN)


def owners(reader: User) -> QuerySet[User]:
    """Accounts that may answer for a point in the reader's region, by name; whether this place is theirs is asked on entry."""
    within = Q(pk__in=[])
    for prefix in reader.prefixes:
        above = [prefix[:digits] for digits in range(1, len(prefix) + 1)]
        within |= Q(scopes__prefix__startswith=prefix) | Q(scopes__prefix__in=above)
    return User.objects.filter(within, is_active=True, role__in=PUT_RIGHT_OWN.roles).distinct().order_by("name", "pk")


def inspectors(region_code: str) -> QuerySet[User]:
    """Accounts that may inspect in a region, by name."""
    prefix = regioncode.prefix_of(region_code)
    above = [prefix[:digits] for digits in range(1, len(prefix) + 1)]
    within = Q(scopes__prefix__startswith=prefix) | Q(scopes__prefix__in=above)
    return User.objects.filter(within, is_active=True, role__in=INSPECT.roles).distinct().order_by("name", "pk")


def answered_by(reader: User) -> QuerySet[Rectification]:
    """Points that the reader sees: all of the region, or of a clerk those of the village's meetings and of the own account."""
    if may(reader, READ_OVERSIGHT):
        return on_list()
    return on_list().filter(Q(owner_account=reader) | Q(meeting__region_code__in=reader.prefixes))


def on_list() -> QuerySet[Rectification]:
    """Points that count; those of a list that was taken back do not."""
    return Rectification.objects.filter(withdrawn_at=None)


def members_of(accounts: Iterable[int]) -> list[User]:
    """Accounts by their keys, in order of name."""
    return list(User.objects.filter(pk__in=list(accounts)).order_by("name", "pk"))
