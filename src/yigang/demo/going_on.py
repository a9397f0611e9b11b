"""What the demo leaves on its way: a second round at its check, a village's vote done, and a notice that hangs out today."""

from datetime import date, timedelta

from django.utils import timezone

from yigang.demo import matched, photos
from yigang.demo.accounts import FIRST_TOWN, FIRST_VILLAGE
from yigang.demo.bring import Staff, acting
from yigang.demo.choosing import DECLARED, attach_wanted
from yigang.demo.claims import OUT_BY_RANK
from yigang.demo.requests import HOURS, Asked
from yigang.foundation import calendar, regioncode
from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.notices import domain as notices
from yigang.notices.enums import NoticeKind
from yigang.people.models import Person
from yigang.posts import domain as posts
from yigang.posts.domain import QuotaRecord, RequestRecord
from yigang.posts.enums import Asker, ProgrammeKind
from yigang.posts.models import Post, PostKind, Programme
from yigang.recruitment import domain, queries
from yigang.recruitment.domain import Meeting, Tally
from yigang.recruitment.enums import ApplicationState, Source
from yigang.recruitment.models import Application, Round, StepRecord
from yigang.recruitment.pool.renew import renew_pool

AGAIN_FROM = date(2020, 7, 13)
VOTED_FROM = date(2020, 7, 6)
POOL_ON = date(2020, 7, 15)
"""When the reserve pool was last gone through."""
FUND_RURAL = "就业补助资金"
RURAL = "pingba-rural-2020"
VILLAGE, TOWN = regioncode.pad(FIRST_VILLAGE), regioncode.pad(FIRST_TOWN)


def leave_running(programme: Programme, staff: Staff, asked: Asked) -> None:
    """A round of each kind for whoever tries the program, what the public finds today, and who waits in the reserve pool."""
    _fill_again(programme, staff, asked)
    rural = _vote(staff)
    if rural is not None:
        matched.match(rural.programme, staff)
    _hang_out_today(programme, staff)
    county = staff[Role.COUNTY_MANAGER]
    with acting(county):
        renew_pool(programme, actor=county, on=POOL_ON)


def _fill_again(programme: Programme, staff: Staff, asked: Asked) -> Round:
    """The place that an objection kept free and the look-out's two: announced, applied for, to be checked."""
    county = staff[Role.COUNTY_MANAGER]
    with acting(county):
        places = {asked.by_village: 1, asked.by_station: 2}
        one = domain.open_round(programme, "2020-2", "2020年7月补聘", places, actor=county, on=AGAIN_FROM)
        day = _past(one, county, AGAIN_FROM)
        domain.open_step(one, actor=county, on=day)
        beaten = Application.objects.filter(
            round__number="2020-1", state=ApplicationState.OUT, ended_in__name=OUT_BY_RANK
        )
        people = [application.person for application in beaten.select_related("person").order_by("pk")]
    for number, person in enumerate(people):
        officer = staff.officer_of(person.region_code)
        near = person.region_code.startswith(FIRST_TOWN)
        wanted = (asked.by_village, asked.by_station)[number % 2] if near else None
        with acting(officer):
            domain.apply(one, person, source=Source.CLERK, actor=officer, post_wanted=wanted, declared=DECLARED, on=day)
    with acting(county):
        domain.close_step(_open(one), actor=county, on=day + timedelta(days=2))
        domain.open_step(one, actor=county, on=day + timedelta(days=2))
    return one


def _past(one: Round, county: User, day: date) -> date:
    """Through the announcement; returns the day on which it was over."""
    step = domain.open_step(one, actor=county, on=day)
    attach_wanted(step, county)
    assert step.last_day
    domain.close_step(step, actor=county, on=step.last_day + timedelta(days=1))
    return step.last_day + timedelta(days=1)


def _open(one: Round) -> StepRecord:
    step = queries.open_step_of(one)
    assert step
    return step


def _vote(staff: Staff) -> Round | None:
    """Rural posts of a village: asked for, applied for, voted about by the villagers, hanging on the village's board."""
    county, clerk = staff[Role.COUNTY_MANAGER], staff.clerk
    assert clerk
    with acting(clerk):
        held = Person.objects.filter(region_code=VILLAGE, appointments__isnull=False)
        people = list(Person.objects.filter(region_code=VILLAGE, died_on=None).exclude(pk__in=held).order_by("pk")[:6])
    if not people:
        return None
    one = _rural_round(staff, county, clerk)
    with acting(county):
        step = domain.open_step(one, actor=county, on=VOTED_FROM)
    with acting(clerk):
        for person in people:
            domain.apply(one, person, source=Source.CLERK, actor=clerk, declared=DECLARED, on=VOTED_FROM)
    day = VOTED_FROM + timedelta(days=3)
    with acting(county):
        domain.close_step(step, actor=county, on=day)
        step = domain.open_step(one, actor=county, on=day)
    with acting(clerk):
        applications = list(one.applications.order_by("pk"))
        tallies = {each: Tally(41 - 9 * place, 1 + 8 * place, 2 + place) for place, each in enumerate(applications)}
        domain.record_peer_review(step, _meeting(day, clerk), tallies, actor=clerk)
    with acting(county):
        domain.close_step(step, actor=county, on=day + timedelta(days=1))
        domain.open_step(one, actor=county, on=day + timedelta(days=1))
    return one


def _rural_round(staff: Staff, county: User, clerk: User) -> Round:
    """The programme, its quota and a request of the village, and the round for it."""
    officer = staff.officers[TOWN]
    with acting(county):
        programme = posts.create_programme(
            RURAL, name="平坝区农村公益性岗位", kind=ProgrammeKind.PUBLIC_WELFARE, region_code=regioncode.pad(FIRST_TOWN[:6]),
            policy_code="rural-post-400", starts=date(2020, 7, 1), actor=county,
        )  # fmt: skip
        quota = QuotaRecord(programme.region_code, 2020, FUND_RURAL, 30, 14_400_000)
        saved = posts.save_quota(programme, quota, actor=county)
    with acting(clerk):
        request = posts.submit_request(posts.save_request(programme, _cleaning(), actor=clerk), actor=clerk)
    with acting(officer):
        posts.check_request(request, text="村内无专人保洁", actor=officer)
    with acting(county):
        made: list[Post] = posts.approve_request(request, saved, actor=county)
        return domain.open_round(
            programme, "2020-1", "平元村公益性岗位选聘", {made[0]: 2}, actor=county, region_code=VILLAGE, on=VOTED_FROM
        )


def _cleaning() -> RequestRecord:
    return RequestRecord(
        VILLAGE, Asker.VILLAGE, "平元村村委会", PostKind.objects.get(code="cleaner"), ("村巷道路保洁", "公共区域保洁"),
        "平元村一至三组", 2, HOURS // 2, "村内道路和垃圾点无人打扫", 2020, longitude="106.3005", latitude="26.3311",
    )  # fmt: skip


def _meeting(day: date, clerk: User) -> Meeting:
    photo = store_file(
        photos.posted("民主评议"), name="民主评议会场.jpg", region_code=VILLAGE, actor=clerk, content_type="image/jpeg"
    )
    return Meeting(
        VILLAGE, day, "平元村村委会会议室", "陶启山", ("陶启山", "谭桂香"), 60, 44,
        "到会44人，超过应到60人的三分之二。逐人介绍情况后无记名投票，当场唱票、计票，结果无异议。", photo,
    )  # fmt: skip


def _hang_out_today(programme: Programme, staff: Staff) -> None:
    """The one thing that depends on the day: without it the public site would be empty."""
    county, today = staff[Role.COUNTY_MANAGER], timezone.localdate()
    body = (
        "平元村北山林区1名、平元村瞭望塔2名。年满18周岁、不超过60周岁，有劳动能力的建档立卡贫困人口，"
        "可以到所在村申报；一户一人。"
    )
    with acting(county):
        try:
            notice = notices.draft_notice(
                NoticeKind.ANNOUNCEMENT, "平坝区生态护林员补聘公告", region_code=programme.region_code, programme=programme,
                body=body, opens=today, working_days=20, actor=county,
            )  # fmt: skip
        except calendar.NotPublished:
            return
        notices.publish(notice, actor=county)
