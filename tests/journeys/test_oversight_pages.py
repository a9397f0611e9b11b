"""Every page of inspections, what follows from them and anomalies, with long names and reasons: nothing wider than its screen."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.console.conftest import make_regions
from tests.journeys.conftest import Browse, at_both_sizes, beyond_its_box, too_wide
from tests.oversight.conftest import VILLAGES, absent, days_ago, holder_of, monday, today
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.appraisal.enums import FindingKind
from yigang.appraisal.findings import record_finding
from yigang.foundation.enums import Role
from yigang.foundation.models import Region, User
from yigang.oversight import domain
from yigang.oversight.domain import Called, Point, Sheet, Talk, Week
from yigang.oversight.enums import InspectionKind, InterviewKind
from yigang.oversight.models import Anomaly, Inspection, Plan, Proposal
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import ExitReason, TrainingBasis

__all__ = ["monday", "today"]
pytestmark = pytest.mark.journey
LISTS = ("proposals", "points", "recalls", "anomalies", "proposal", "recall")
LONG = "三次暗访均不在岗，村部大门锁闭，电话无人接听，群众反映长期未见本人，本人事后未能说明去向"


@pytest.fixture
def pages(committed_db, make_user, monday) -> dict[User, dict[str, str]]:
    """Who looks at which addresses by name: an inspector with a visit begun and one written down, points, consequences,
    a recall, a talk and an anomaly; and the county, which has a box to tick before every row.
    """
    make_regions()
    for number, code in enumerate(VILLAGES[1:], 2):
        Region.objects.create(
            code=code, name=f"第{number}易地扶贫搬迁安置社区", level=5, parent_code="520403100000", valid_from=2020,
            source="test",
        )  # fmt: skip
    town, county = make_user(Role.TOWN_OFFICER, "520403100"), make_user(Role.COUNTY_MANAGER, "520403")
    programme = make_programme("team", policy_code="huaihua-team", kind="team", name="驻村工作队")
    held = []
    for order, village in enumerate(VILLAGES, 1):
        post = make_post(programme, f"T{order:03d}", region_code=village, kind="队员")
        since = timezone.localdate().replace(month=1, day=1)
        terms = Terms(since, None, training=TrainingBasis.TAKEN_OVER)
        held.append(appoint(make_person(f"欧阳驻村{order}", order, region_code=village), post, terms, actor=town))
    head, one, *others = [
        make_user(Role.INSPECTOR, "520403", username=name) for name in ("head", "one", "two", "three")
    ]
    week = Week(monday, [[each] for each in (one, *others)], 6, (InspectionKind.ON_SITE,))
    domain.draw_week(programme, "520403000000", week, actor=head)
    written, begun = Inspection.objects.filter(group__number=1).order_by("pk")[:2]
    for visit in (written, begun):
        domain.begin(visit, actor=one)
    sheet = Sheet(uuid4(), timezone.now(), (absent(holder_of(written), LONG),))
    domain.hand_in_sheet(written, sheet, actor=one)
    for day in (1, 2, 3, 4):
        for each in held:
            record_finding(each, FindingKind.ABSENT, days_ago(day), LONG, actor=one)
    domain.propose(programme, timezone.localdate().year)
    given = Point(
        held[0].region_code, LONG, "白云镇党委和驻村工作领导小组办公室", "李副镇长", days_ago(1), person=held[0].person
    )
    (point,) = domain.open_points(programme, [given], actor=one)
    order = domain.order_recall(held[1], days_ago(0), ExitReason.ABSENT, reason=LONG, clause=LONG, actor=county)
    called = [Called("两次不在岗，日志代写", each.person) for each in held[2:]]
    talk = Talk(
        InterviewKind.INTERVIEW, days_ago(0), "县委一楼会议室", "组织部王部长、驻村办覃主任", LONG, called, LONG
    )
    interview = domain.record_interview(programme, "520403000000", talk, actor=county)
    key = f"m:{held[3].person_id}:2020-07"
    figures = {"fen": 80_000, "days": 22, "own": 22, "logs": 0, "results": 0, "words": 0, "met": 0}
    month = date(2020, 7, 1)
    anomaly = Anomaly.objects.create(
        region_code=held[3].region_code, programme=programme, person=held[3].person, rule="idle", first=month, last=month,
        month=month, found_at=timezone.now(), strength=Decimal("0.90"), figures={"months": 1}, keys=[key], fen=80_000,
        rows=[{"key": key, **figures}], thresholds={"days": 15.0}, rule_version=1, subject=f"{held[3].person_id}",
    )  # fmt: skip
    asked = {
        "": (), "visit": (begun.pk,), "sheet": (begun.pk,), "plans": (), "plan": (Plan.objects.get().pk,), "points": (),
        "point": (point.pk,), "interviews": (), "interview": (interview.pk,), "recalls": (), "recall": (order.pk,),
        "proposals": (), "proposal": (Proposal.objects.first().pk,), "anomalies": (), "anomaly": (anomaly.pk,),
        "anomaly-sums": (), "point-add": (),
    }  # fmt: skip
    made = {
        name: reverse("-".join(filter(None, ("console:oversight", name))), args=args) for name, args in asked.items()
    }
    made["visit-written"] = reverse("console:oversight-visit", args=[written.pk])
    return {one: made, county: {name: made[name] for name in LISTS}}


@pytest.mark.req("H6", "H7", "H8", "M6", "Z11")
def test_every_page_fits_a_desk_and_a_phone(pages, browse: Browse, picture) -> None:
    wrong = {}
    for user, addresses in pages.items():
        page = browse(user)
        for name, address in addresses.items():
            for width in at_both_sizes(page, address):
                picture(page, f"oversight-page-{name or 'home'}-{user.role}")
                if over := max(too_wide(page), beyond_its_box(page)):
                    wrong[name, user.role, width] = over
    assert wrong == {}
