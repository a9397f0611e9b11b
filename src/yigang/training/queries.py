"""Questions about training: whom a course is for, who is missing, how a contest ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from yigang.foundation import regioncode
from yigang.people.models import Person
from yigang.policy.training import Lacking
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment
from yigang.training.account import DONE, Account, accounts, in_post
from yigang.training.models import Contest, Course, Question, Sitting, VillageTerrain


def questions() -> QuerySet[Question]:
    """The bank without its pictures, which are fetched one by one; `has_picture` says which have one."""
    there = ExpressionWrapper(Q(picture__isnull=False), output_field=BooleanField())
    return Question.objects.defer("picture").annotate(has_picture=there)


def group_of(course: Course, day: date, prefix: str = "", *, person: Person | None = None) -> list[Appointment]:
    """Whose course it is: in post on a day, on that land, in a post of that kind, at work in that season; or one of them."""
    held = Appointment.objects.filter(
        programme=course.plan.programme,
        region_code__startswith=prefix or regioncode.prefix_of(course.region_code),
        days__contains=day,
    ).select_related("person", "post")
    if person is not None:
        held = held.filter(person=person)
    kinds = set(course.post_kinds.values_list("pk", flat=True))
    if course.terrains:
        there = VillageTerrain.objects.filter(terrain__in=course.terrains).values("region_code")
        held = held.filter(region_code__in=there)
    if kinds:
        held = held.filter(post__category__in=kinds)
    months = set(course.months)
    return [
        one
        for one in held.order_by("region_code", "pk")
        if not months or not one.post.months or months & set(one.post.months)
    ]


def is_for(course: Course, person: Person, day: date) -> bool:
    """Whether somebody belongs to a course's group on a day; before the first day in post those who are to start do too."""
    held = group_of(course, day, person=person)
    return bool(held) or (course.before_start and not _holds(person, course.plan.programme, day))


def _holds(person: Person, programme: Programme, day: date) -> bool:
    return Appointment.objects.filter(programme=programme, person=person, days__contains=day).exists()


@dataclass(frozen=True)
class Town:
    """How far a town is: people in post, with a training file, with a test, and complete by the policy."""

    code: str
    people: int
    with_file: int
    tested: int
    complete: int
    missing: tuple[tuple[Appointment, Account], ...]

    @property
    def percent(self) -> int:
        """Of whom nothing is lacking; a town without people has none to lack anything. Rounded down: 100 is all."""
        return 100 if not self.people else self.complete * 100 // self.people


def by_town(programme: Programme, prefix: str, year: int, until: date) -> list[Town]:
    """The year's report: every town with the list of those who lack something. Four queries."""
    held = list(
        in_post(programme, prefix, year, until=until).select_related("person", "post").order_by("region_code", "starts")
    )
    last = {one.person_id: one for one in held}
    found = accounts(programme, last.keys(), year, until=until)
    towns: dict[str, list[Appointment]] = defaultdict(list)
    for one in last.values():
        towns[f"{one.region_code[:9]}000"].append(one)
    return [_town(code, people, found) for code, people in sorted(towns.items())]


def _town(code: str, people: Sequence[Appointment], found: dict[int, Account]) -> Town:
    of = [(one, found[one.person_id]) for one in people]
    return Town(
        code, len(of), sum(account.learned.sessions > 0 for _one, account in of),
        sum(account.learned.score is not None for _one, account in of), sum(account.complete for _one, account in of),
        tuple((one, account) for one, account in of if not account.complete),
    )  # fmt: skip


def lacking_by(towns: Iterable[Town]) -> dict[Lacking, int]:
    """How many lack what."""
    found: dict[Lacking, int] = {"hours": 0, "sessions": 0, "test": 0}
    for town in towns:
        for _one, account in town.missing:
            for lack in account.lacks:
                found[lack] += 1
    return found


@dataclass(frozen=True)
class Ranked:
    """A place in a contest: who, the score, the seconds it took."""

    rank: int
    sitting: Sitting
    seconds: int


def ranking(contest: Contest) -> list[Ranked]:
    """Higher score first; of equal scores the shorter time; of equal times one rank, and the ranks after it are left out.

    Of several attempts the first counts. A test written on paper has no time of its own and stands after those of its score.
    """
    rows = Sitting.objects.filter(paper=contest.paper, state__in=DONE, score__isnull=False).select_related("person")
    first: dict[int, Sitting] = {}
    for row in rows.order_by("attempt"):
        first.setdefault(row.person_id, row)
    ordered = sorted(((_place(one), one) for one in first.values()), key=lambda pair: (pair[0], pair[1].pk))
    placed: list[Ranked] = []
    for number, (place, one) in enumerate(ordered, start=1):
        same = bool(placed) and _place(placed[-1].sitting) == place
        placed.append(Ranked(placed[-1].rank if same else number, one, _seconds(one)))
    return placed


PAPER_SECONDS = 10**6
"""Stands for the time of a test written on paper, which nobody measured."""


def _place(one: Sitting) -> tuple[Decimal, int]:
    assert one.score is not None
    return -one.score, _seconds(one) or PAPER_SECONDS


def _seconds(one: Sitting) -> int:
    return int(((one.handed_in_at or one.deadline) - one.started_at).total_seconds())


@dataclass(frozen=True)
class TeamRank:
    """A town in a contest: the mean of its best results, fewer than asked counting as 0."""

    rank: int
    code: str
    mean: Decimal
    people: int


def team_ranking(contest: Contest, placed: Sequence[Ranked]) -> list[TeamRank]:
    """Towns by the mean of their best; equal means share a rank."""
    scores: dict[str, list[Decimal]] = defaultdict(list)
    for one in placed:
        scores[f"{one.sitting.region_code[:9]}000"].append(one.sitting.score or Decimal(0))
    means = sorted(
        ((_mean(all_[: contest.team_size], contest.team_size), code, len(all_)) for code, all_ in scores.items()),
        key=lambda row: (-row[0], row[1]),
    )
    found: list[TeamRank] = []
    for number, (mean, code, people) in enumerate(means, start=1):
        same = bool(found) and found[-1].mean == mean
        found.append(TeamRank(found[-1].rank if same else number, code, mean, people))
    return found


def _mean(best: Sequence[Decimal], size: int) -> Decimal:
    return (sum(best, Decimal(0)) / size).quantize(Decimal("0.01"), ROUND_HALF_UP)
