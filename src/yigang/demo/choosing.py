"""The round of June 2020: 252 apply, 230 get the posts; every step by those whose part it is, with its papers and photos."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal

from yigang.demo import photos
from yigang.demo.applicants import Applicant
from yigang.demo.bring import Staff, acting
from yigang.demo.claims import BY_CODE, OUT_BY_RANK, Claim
from yigang.demo.planted import Garden
from yigang.demo.requests import Asked
from yigang.foundation import identity, regioncode
from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.foundation.secrets import IDENTITY, vault
from yigang.notices import domain as notices
from yigang.notices.enums import Decision
from yigang.people.models import Person
from yigang.posts.models import Post, Programme
from yigang.recruitment import domain, queries
from yigang.recruitment.comparison.decide import decide_hit
from yigang.recruitment.comparison.enums import HitState
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.enums import ApplicationState, Source
from yigang.recruitment.models import Application, ComparisonHit, Round, StepRecord
from yigang.tenure.domain import Terms, record_certificate

DECLARED = {"public_payroll": False, "village_officer_kin": False, "able_to_work": True}
ELSEWHERE = "经核对证件，不是同一人，或情况不影响选聘"
"""What is said of a hit that nobody planted."""
WRITTEN_ON = date(2020, 6, 22)
"""The day on which two neighbours hand in their letters."""


@dataclass
class Choosing:
    """A round on its way, with everything its steps ask for."""

    garden: Garden
    programme: Programme
    staff: Staff
    round: Round
    people: dict[int, Person]
    rows: Sequence[Applicant]
    applications: dict[int, Application] = field(default_factory=dict)

    @property
    def county(self) -> User:
        return self.staff[Role.COUNTY_MANAGER]

    @property
    def step(self) -> StepRecord:
        step = queries.open_step_of(self.round)
        assert step is not None
        return step

    def claim(self, person: int) -> Claim | None:
        code = next((one.code for one in self.rows if one.person == person), "")
        return BY_CODE.get(code)

    def open(self, on: date) -> StepRecord:
        with acting(self.county):
            return domain.open_step(self.round, actor=self.county, on=on)

    def close(self, on: date | None = None) -> date:
        """Hand in what the step asks for and close it, by default on the day after its last one; returns that day."""
        step = self.step
        day = on or (step.last_day or step.opens_on or date.min) + timedelta(days=1)
        with acting(self.county):
            attach_wanted(step, self.county)
            domain.close_step(step, actor=self.county, on=day)
        return day

    def running(self) -> Iterator[tuple[Application, User]]:
        """Who is in the running, with the officer of the town; the officer's scope is set."""
        for region, officer in self.staff.officers.items():
            with acting(officer):
                prefix = regioncode.prefix_of(region)
                rows = Application.objects.filter(round=self.round, state=ApplicationState.RUNNING)
                for one in rows.filter(region_code__startswith=prefix).select_related("person").order_by("rank", "pk"):
                    yield one, officer


def choose(garden: Garden, programme: Programme, staff: Staff, asked: Asked) -> Round:
    """The seven steps, from the announcement on 1 June to the appointments of 1 July."""
    rows = list(garden.applying())
    choosing = _opened(garden, programme, staff, rows, asked)
    choosing.open(date(2020, 6, 1))
    day = choosing.close()
    choosing.open(day)
    _apply(choosing, day, asked)
    day = choosing.close(day + timedelta(days=2))
    _check(choosing, day)
    day = choosing.close(day + timedelta(days=4))
    _visit(choosing, day)
    day = choosing.close(day + timedelta(days=2))
    _assess(choosing, day)
    day = choosing.close(day + timedelta(days=1))
    _hang_out(choosing, day)
    day = choosing.close()
    _hire(choosing, day)
    choosing.close(day + timedelta(days=1))
    return choosing.round


def _opened(
    garden: Garden, programme: Programme, staff: Staff, rows: Sequence[Applicant], asked: Asked
) -> Choosing:  # fmt: skip
    county, start = staff[Role.COUNTY_MANAGER], garden.plan.term[0]
    with acting(county):
        sought = {one.post for one in rows if one.post and BY_CODE.get(one.code, _HOLDS).end == "hired"}
        places = dict.fromkeys(Post.objects.filter(programme=programme, number__in=sought).order_by("number"), 1)
        places[asked.by_village] = 1
        one = domain.open_round(
            programme, f"{start.year}-1", f"{start.year}年度选聘", places, actor=county, on=start.replace(month=6)
        )
        numbers = dict(garden.population.people.select("person", "identity").iter_rows())
        index = {vault().index(identity.parse(numbers[row.person]).number18, IDENTITY): row.person for row in rows}
        people = {
            index[bytes(found.identity_index)]: found for found in Person.objects.filter(identity_index__in=index)
        }
    return Choosing(garden, programme, staff, one, people, rows)


_HOLDS = Claim("", "", "", "hired")


def _apply(choosing: Choosing, day: date, asked: Asked) -> None:
    """The village clerk brings in his own people, the towns everybody else's."""
    posts = {post.number: post for post in (row.post for row in choosing.round.posts.select_related("post"))}
    clerk = choosing.staff.clerk
    for row in choosing.rows:
        person = choosing.people[row.person]
        own = clerk is not None and person.region_code in map(regioncode.pad, clerk.prefixes)
        actor = clerk if own and clerk else choosing.staff.officer_of(person.region_code)
        wanted = asked.by_village if row.code == "objected_to" else posts.get(row.post)
        with acting(actor):
            choosing.applications[row.person] = domain.apply(
                choosing.round, person, source=Source.CLERK, actor=actor, post_wanted=wanted, declared=DECLARED, on=day
            )


def _check(choosing: Choosing, day: date) -> None:
    """Registers, clauses, withdrawals: the towns decide what the registers say, clear cases go by the clauses."""
    step = choosing.open(day)
    _withdraw(choosing)
    with acting(choosing.county):
        compare_round(choosing.round, on=choosing.garden.plan.term[0], actor=choosing.county)
    for officer in choosing.staff.officers.values():
        with acting(officer):
            _decide_hits(choosing, officer)
            domain.decide_by_clauses(domain.run_eligibility(step, actor=officer), actor=officer)
    waiting = set(_undecided(step))
    for application, officer in choosing.running():
        if application.pk in waiting:
            domain.decide(application, "不符合条件", _why_out(application), actor=officer)


def _undecided(step: StepRecord) -> Iterator[int]:
    rows = Application.objects.filter(round=step.round_id, state=ApplicationState.RUNNING)
    yield from rows.exclude(outcomes__step=step, outcomes__undone_at=None).values_list("pk", flat=True)


def _withdraw(choosing: Choosing) -> None:
    for row in choosing.rows:
        claim = BY_CODE.get(row.code)
        if claim and claim.end == "withdrawn":
            application = choosing.applications[row.person]
            officer = choosing.staff.officer_of(application.region_code)
            with acting(officer):
                domain.withdraw(application, claim.why, actor=officer)


def _decide_hits(choosing: Choosing, officer: User) -> None:
    claims = {one.pk: choosing.claim(person) for person, one in choosing.applications.items()}
    for hit in ComparisonHit.objects.filter(application__round=choosing.round, state=HitState.OPEN).order_by("pk"):
        claim = claims.get(hit.application_id)
        planted = claim is not None and claim.hit == hit.kind
        state = HitState.CONFIRMED if planted and claim and claim.confirmed else HitState.DISMISSED
        decide_hit(hit, state, reason=(claim.why if planted and claim else "") or ELSEWHERE, actor=officer)


def _why_out(application: Application) -> str:
    return "；".join(queries.blocking_reasons(application))[:300]


def _visit(choosing: Choosing, day: date) -> None:
    """Two surveyors at every home, each with his own marks; the first says what came of it."""
    choosing.open(day)
    first, second = choosing.staff.surveyors[:2]
    numbers = {one.pk: person for person, one in choosing.applications.items()}
    with acting(first):
        running = Application.objects.filter(round=choosing.round, state=ApplicationState.RUNNING).order_by("pk")
        for application in running.select_related("person"):
            person = numbers[application.pk]
            claim = choosing.claim(person)
            for extra, surveyor in enumerate((first, second)):
                points = _points(person, claim, extra)
                domain.give_marks(application, points, "入户查看，走访邻居", actor=surveyor)
            weak = claim is not None and claim.code == "weak_heart"
            reason = "心脏不好，走不了山路" if weak else ""
            domain.decide(application, "考察不合格" if weak else "考察合格", reason, actor=first)


def _points(person: int, claim: Claim | None, extra: int) -> dict[str, Decimal]:
    """Of 40, 40 and 20: those who must not come through get the least, nobody's marks are like his neighbour's."""
    able, need, known = 26 + person * 7 % 13 + extra, 26 + person * 11 % 13, 13 + person * 5 % 7
    if claim and claim.code == "weak_heart":
        able, need, known = 12, 28 + extra, 12
    elif claim and claim.step == OUT_BY_RANK:
        able, need, known = 21 + extra, 24, 15
    names = ("身体条件和巡护能力", "家庭困难程度", "熟悉林区和群众评价")
    return dict(zip(names, map(Decimal, (able, need, known)), strict=True))


def _assess(choosing: Choosing, day: date) -> None:
    step = choosing.open(day)
    with acting(choosing.county):
        domain.rank_applicants(step, actor=choosing.county, on=day)
    beaten = {
        one.pk for person, one in choosing.applications.items()
        if (claim := choosing.claim(person)) and claim.step == OUT_BY_RANK
    }  # fmt: skip
    for application, officer in choosing.running():
        if application.pk in beaten:
            domain.decide(application, "不拟聘", f"评定第{application.rank}名，岗位已满", actor=officer)
        else:
            domain.decide(application, "拟聘", actor=officer)


def _hang_out(choosing: Choosing, day: date) -> None:
    """The list hangs out; two neighbours write, one of them is right."""
    choosing.open(day)
    _object(choosing, "objected_to", "此人长年在浙江务工，不在村里居住，护林靠家里老人顶替。",
            "经核查，该同志2019年以来在外务工，不能到岗，取消拟聘资格。", Decision.UPHELD)  # fmt: skip
    _object(choosing, "objection_dismissed", "此人不在本村居住，住在镇上。",
            "经核查，该同志常住本村，周末到镇上照看老人，符合条件，予以保留。", Decision.DISMISSED)  # fmt: skip
    step = choosing.step
    for officer in choosing.staff.officers.values():
        with acting(officer):
            domain.settle_publicity(step, actor=officer)


def _object(choosing: Choosing, code: str, text: str, said: str, decision: Decision) -> None:
    """A letter, checked by the inspector and answered by a county manager who did not write the notice."""
    application = choosing.applications[choosing.garden.claimants[code]]
    officer, inspector = choosing.staff.officer_of(application.region_code), choosing.staff[Role.INSPECTOR]
    notice = choosing.step.notice
    assert notice is not None
    with acting(officer):
        row = notice.rows.get(subject_id=application.pk)
        letter = notices.object_to(notice, row, text, actor=officer, on=WRITTEN_ON)
    with acting(choosing.county):
        letter = notices.assign(letter, inspector, actor=choosing.county)
    with acting(inspector):
        letter = notices.recheck(letter, f"入户并走访邻居五户：{said}", actor=inspector)
    with acting(choosing.staff.deputy):
        notices.answer(letter, decision, said, actor=choosing.staff.deputy)


def _hire(choosing: Choosing, day: date) -> None:
    """Training, then the appointments of the new term."""
    choosing.open(day)
    plan = choosing.garden.plan
    held = choosing.garden.population.held.filter(term=plan.term[0].year)
    agreements = dict(held.select("person", "agreement").iter_rows())
    numbers = {one.pk: person for person, one in choosing.applications.items()}
    for application, officer in choosing.running():
        record_certificate(
            application.person, "上岗培训", day, programme=choosing.programme, issuer="区林业局", actor=officer
        )
        terms = Terms(plan.term[0], None, agreements[numbers[application.pk]], time(8), time(17), reason="2020年度选聘")
        domain.hire(application, terms, actor=officer)


def attach_wanted(step: StepRecord, county: User) -> None:
    """Every paper and photo that a step asks for."""
    for name in queries.rule_of(step).wanted:
        content = photos.posted(name)
        file = store_file(
            content, name=f"{name}.jpg", region_code=step.region_code, actor=county, content_type="image/jpeg"
        )
        domain.attach(step, name, file, actor=county)
