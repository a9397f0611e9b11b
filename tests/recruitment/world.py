"""A county with a round: a programme under a policy, posts in two villages, officers of every role, and people."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.people.factories import make_household, make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.foundation.models import Region, StoredFile, User
from yigang.people.enums import PoorKind
from yigang.people.models import Person
from yigang.posts.models import Post, Programme
from yigang.recruitment import domain, queries
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.enums import Source
from yigang.recruitment.models import Application, EligibilityRun, Round, StepRecord
from yigang.tenure.models import Certificate

COUNTY, TOWN, VILLAGE, SECOND = "520403", "520403100", "520403100201", "520403100202"
JUNE = date(2020, 6, 1)
DECLARED = {"public_payroll": False, "village_officer_kin": False, "able_to_work": True}


@dataclass
class World:
    """Everything a test of a round acts with. `day` moves on with every step."""

    county: User
    town: User
    station: User
    clerk: User
    programme: Programme
    posts: list[Post]
    people: list[Person] = field(default_factory=list)
    day: date = JUNE
    round: Round | None = None

    def open(self, number: str = "2020-1") -> Round:
        places = {post: post.head_count for post in self.posts}
        self.round = domain.open_round(self.programme, number, "2020年选聘", places, actor=self.county, on=self.day)
        return self.round

    def person(self, name: str, *, region_code: str = VILLAGE, **columns: object) -> Person:
        order = len(self.people) + 1
        household = columns.pop("household", None) or make_household(
            f"H{order}", region_code=region_code, poor_kind=PoorKind.REGISTERED
        )
        made = make_person(name, order, region_code=region_code, household=household, **columns)
        self.people.append(made)
        Certificate.objects.create(
            region_code=region_code,
            person=made,
            subject="岗前培训",
            issued_on=date(2020, 1, 1),
            recorded_by=self.county,
        )
        return made

    def apply(self, person: Person, post: Post | None = None, **declared: bool) -> Application:
        return domain.apply(
            self.round, person, source=Source.CLERK, actor=self.clerk, post_wanted=post, on=self.day,
            declared={**DECLARED, **declared},
        )  # fmt: skip

    def applicants(self, count: int, post: Post | None = None) -> list[Application]:
        return [self.apply(self.person(f"申报人{number}"), post) for number in range(1, count + 1)]

    @property
    def step(self) -> StepRecord:
        return queries.open_step_of(self.round)

    def attach_all(self) -> None:
        for name in queries.rule_of(self.step).wanted:
            domain.attach(self.step, name, self.file(name), actor=self.county)

    def judge(self, *, actor: User | None = None) -> EligibilityRun:
        """Compare with the registers that there are and judge the clauses, by whoever acts in the step."""
        compare_round(self.round, on=self.day, actor=self.county)
        return domain.run_eligibility(self.step, actor=actor or self.town)

    def file(self, name: str = "照片", region_code: str = "520403000000") -> StoredFile:
        return store_file(
            b"x", name=f"{name}.jpg", region_code=region_code, actor=self.county, content_type="image/jpeg"
        )

    def close(self) -> None:
        """Close the open step on the first day on which its working days are over."""
        self.attach_all()
        if self.step.last_day and self.day <= self.step.last_day:
            self.day = self.step.last_day + timedelta(days=1)
        domain.close_step(self.step, actor=self.county, on=self.day)

    def next(self) -> StepRecord:
        """Close the open step, if there is one, and open the next."""
        if self.step is not None:
            self.close()
        return domain.open_step(self.round, actor=self.county, on=self.day)


def make_world(make_user, policy: str = "pingba-ranger", heads: tuple[int, ...] = (2, 1)) -> World:
    programme = make_programme(policy_code=policy)
    villages = (VILLAGE, SECOND)
    for code, name in zip(villages, ("塘约村", "高田村"), strict=True):
        Region.objects.create(code=code, name=name, level=5, parent_code="520403100000", valid_from=2009, source="试验")
    return World(
        county=make_user(Role.COUNTY_MANAGER, COUNTY, username="county"),
        town=make_user(Role.TOWN_OFFICER, TOWN, username="town"),
        station=make_user(Role.STATION_OFFICER, TOWN, username="station"),
        clerk=make_user(Role.VILLAGE_CLERK, VILLAGE, username="clerk"),
        programme=programme,
        posts=[
            make_post(programme, f"P{number}", region_code=villages[number % 2], head_count=heads[number])
            for number in range(len(heads))
        ],
    )
