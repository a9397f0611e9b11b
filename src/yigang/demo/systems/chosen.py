"""How the town's seventeen came to their posts, in the figures of the source: 34 applied, 5 could not, 12 gave it up.

The seven steps of the policy, each by whose part it is, in December before the first day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from yigang.demo import photos
from yigang.demo.bring import Staff, acting
from yigang.demo.choosing import DECLARED, ELSEWHERE, attach_wanted
from yigang.demo.systems.kinds import System
from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.posts import domain as posts
from yigang.posts.domain import PostRecord
from yigang.posts.models import Post, Programme
from yigang.recruitment import domain, queries
from yigang.recruitment.comparison.decide import decide_hit
from yigang.recruitment.comparison.enums import HitState
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.domain import Meeting, Tally
from yigang.recruitment.enums import ApplicationState, Source
from yigang.recruitment.models import Application, ComparisonHit, Round, StepRecord
from yigang.tenure.domain import Terms, record_certificate

PRESENT, ENTITLED = 44, 60
GAVE_UP = "自愿放弃，外出务工"


def choose(system: System, programme: Programme, people: Sequence[Person], staff: Staff) -> Round:
    """The round from its first day to the last hire; `people` in the order in which they apply."""
    assert system.opened, "a round has its first day"
    county, officer, clerk = staff[Role.COUNTY_MANAGER], staff.officer_of(system.town), staff.clerk_of(system.town)
    one, post = _opened(system, programme, people[0].region_code, county)
    day = _open(one, county, system.opened)
    with acting(clerk):
        for number, person in enumerate(people):
            declared = DECLARED | {"able_to_work": number >= system.unable}
            domain.apply(one, person, source=Source.CLERK, actor=clerk, declared=declared, post_wanted=post, on=day)
    day = _next(one, county, day)
    _vote(one, day, clerk)
    _give_up(one, system, officer)
    day = _next(one, county, day)
    with acting(clerk):
        domain.settle_publicity(_step(one), actor=clerk)
    day = _next(one, county, day)
    _check(one, day, officer, county)
    day = _next(one, county, day)
    _approve(one, staff.deputy)
    day = _next(one, county, day)
    _sign(one, system, day, officer)
    day = _next(one, county, day)
    _train_and_hire(one, system, day, officer)
    _close(one, county, day)
    return one


def _opened(system: System, programme: Programme, village: str, county: User) -> tuple[Round, Post]:
    with acting(county):
        record = PostRecord(village, f"{system.letters}-001", system.post_kind, (system.duty,), system.people)
        post = posts.save_post(programme, record, actor=county)
        title = f"{system.months(1)[0].year}年农村公益性岗位选聘"
        places = {post: system.people}
        one = domain.open_round(programme, "2021-1", title, places, actor=county, region_code=village, on=system.opened)
        return one, post


def _step(one: Round) -> StepRecord:
    step = queries.open_step_of(one)
    assert step
    return step


def _open(one: Round, county: User, day: date) -> date:
    with acting(county):
        domain.open_step(one, actor=county, on=day)
    return day


def _close(one: Round, county: User, day: date) -> date:
    """On the day after the step's last one, with every paper that it asks for."""
    with acting(county):
        step = _step(one)
        attach_wanted(step, county)
        day = max(day, step.last_day or day) + timedelta(days=1)
        domain.close_step(step, actor=county, on=day)
    return day


def _next(one: Round, county: User, day: date) -> date:
    return _open(one, county, _close(one, county, day))


def _running(one: Round, actor: User) -> list[Application]:
    """Who is in the running, in the order of the rank, seen as the actor sees them."""
    with acting(actor):
        rows = Application.objects.filter(round=one, state=ApplicationState.RUNNING)
        return list(rows.select_related("person").order_by("rank", "pk"))


def _vote(one: Round, day: date, clerk: User) -> None:
    applications = _running(one, clerk)
    with acting(clerk):
        photo = store_file(
            photos.posted("民主评议"), name="民主评议会场.jpg", region_code=one.region_code, actor=clerk,
            content_type="image/jpeg",
        )  # fmt: skip
        meeting = Meeting(
            one.region_code, day, "村委会会议室", "田正华", ("田正华", "骆秀英"), ENTITLED, PRESENT,
            "到会44人，超过应到60人的三分之二。逐人介绍情况后无记名投票，当场唱票、计票，结果无异议。", photo,
        )  # fmt: skip
        tallies = {each: Tally(PRESENT - 4 - n % 9, n % 9, 4) for n, each in enumerate(applications)}
        domain.record_peer_review(_step(one), meeting, tallies, actor=clerk)


def _give_up(one: Round, system: System, officer: User) -> None:
    applications = _running(one, officer)
    with acting(officer):
        for application in applications[system.unable : system.unable + system.withdrew]:
            domain.withdraw(application, GAVE_UP, actor=officer)


def _check(one: Round, day: date, officer: User, county: User) -> None:
    """The registers, the clauses and the ranking; what a register says of a namesake is looked at and put aside."""
    with acting(county):
        compare_round(one, on=day, actor=county)
    with acting(officer):
        for hit in ComparisonHit.objects.filter(application__round=one, state=HitState.OPEN).order_by("pk"):
            decide_hit(hit, HitState.DISMISSED, reason=ELSEWHERE, actor=officer)
        domain.decide_by_clauses(domain.run_eligibility(_step(one), actor=officer), actor=officer)
    with acting(county):
        domain.rank_applicants(_step(one), actor=county, on=day)


def _approve(one: Round, deputy: User) -> None:
    applications = _running(one, deputy)
    with acting(deputy):
        for application in applications:
            domain.decide(application, "批准", actor=deputy)


def _sign(one: Round, system: System, day: date, officer: User) -> None:
    applications, first = _running(one, officer), system.months(12)[0]
    with acting(officer):
        paper = photos.posted("协议签字页")
        for application in applications:
            draft = domain.draft_agreement(application, first, None, actor=officer)
            domain.file_signed_draft(draft, paper, name=f"{draft.number}签署件.jpg", on=day, actor=officer)
            domain.decide(application, "已签协议", actor=officer)


def _train_and_hire(one: Round, system: System, day: date, officer: User) -> None:
    applications = _running(one, officer)
    terms = Terms(system.months(12)[0], None, "", time(8), time(17), reason=one.title)
    with acting(officer):
        for application in applications:
            record_certificate(
                application.person, "岗前培训", day, programme=one.programme, issuer="镇社会事务办", actor=officer
            )
            domain.decide(application, "培训合格", actor=officer)
        for application in applications:
            domain.hire(application, terms, actor=officer)
