"""Pages about units: the same queries for one unit and for three, points to a closed ranking by post, refusals shown."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.console.conftest import make_regions
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.appraisal import units
from yigang.appraisal.models import Ranking, RankingShare, Unit
from yigang.console.lists.spec import LISTS
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

CARD, OBSERVED = "村居百分制考核", "双月观摩"
TOWN, JANUARY = "520403100000", date(2020, 1, 1)
PERIOD = f"/units/periods/{{}}/{CARD}/{OBSERVED}/2020-01/"
BASIC = ("30", "20", "20", "15", "15")
QUERIES = {"": 12, "list/": 10, "rankings/": 11, "places/": 10, "shares/": 9}
"""Address → queries of a page, for whatever number of rows."""


@pytest.fixture
def programme(db):
    make_regions()
    return make_programme("posts-2020", policy_code="rural-post-400", kind="public_welfare")


@pytest.fixture
def judge(make_user):
    return make_user(Role.STATION_OFFICER, "520403100")


def villages(count: int, programme, officer) -> list[Unit]:
    """The town's one village, and more of them up to the number asked for."""
    Region.objects.bulk_create(
        Region(code=f"52040310021{n}", name=f"新{n}村", level=5, parent_code=TOWN, valid_from=2019, source="test")
        for n in range(1, count)
    )
    units.draw_up(programme, CARD, TOWN, JANUARY, actor=officer)
    return list(Unit.objects.filter(programme=programme))


def points(listed: list[Unit]) -> dict[str, str]:
    """Full points for the first, one less in the last item for each that follows."""
    return {
        f"points-{unit.pk}-{item}": str(int(value) - (n if item == 4 else 0))
        for n, unit in enumerate(listed) for item, value in enumerate(BASIC)
    }  # fmt: skip


@pytest.mark.req("T5", "T6")
def test_a_period_from_points_to_the_closed_ranking(sign_in, programme, judge, town_officer):
    """A station officer judges, the town closes; whoever judged may not, and what is missing is said."""
    first, second = villages(2, programme, town_officer)
    address = PERIOD.format(programme.pk)
    office = sign_in(town_officer, "zh-hans")
    bound = {"name": "王一", "role": "村（居）支部书记", "on": "2020-01-01"}
    assert office.post(f"/units/list/{first.pk}/bind/", bound).status_code == 302
    graduate = {"name": "小陈", "role": "大学生村官", "on": "2020-01-01"}
    office.post(f"/units/list/{second.pk}/bind/", graduate)
    early = office.post(f"{address}close/", {}, follow=True).content.decode()
    assert "有 2 个单位还没有得分" in early
    station = sign_in(judge, "zh-hans")
    wrong = {**points([first, second]), f"points-{first.pk}-0": "31", "reason": "核对"}
    assert (
        "应在 0 到 30 之间"
        in station.post(f"{address}give/", wrong, HTTP_REFERER=address, follow=True).content.decode()
    )
    saved = station.post(
        f"{address}give/", {**points([first, second]), "reason": "核对"}, HTTP_REFERER=address, follow=True
    )
    assert "已保存 10 项" in saved.content.decode()
    office = sign_in(town_officer, "zh-hans")
    page = office.get(address).content.decode()
    assert "800.00" in page
    assert "600.00" in page
    member = second.bound.get()
    tasks = office.post(f"{address}tasks/{member.pk}/", {"done": "1", "reason": "项目开工"}, HTTP_REFERER=address)
    assert tasks.status_code == 302
    assert office.post(f"{address}close/", {}).status_code == 302
    ranking = Ranking.objects.get()
    one = office.get(f"/units/rankings/{ranking.pk}/").content.decode()
    for said in ("王一", "与单位同奖同罚", "流动红旗", "800.00"):
        assert said in one
    assert set(RankingShare.objects.values_list("name", "fen")) == {("王一", 80_000), ("小陈", 60_000)}
    assert "已办结" in office.get(address).content.decode()
    office.post(f"/units/rankings/{ranking.pk}/back/", {"reason": "录错"})
    assert Ranking.objects.get().withdrawn_why == "录错"


@pytest.mark.req("T6")
def test_periods_end_with_the_programme_or_with_its_last_post_holder(sign_in, programme, town_officer):
    """One post holder left in August 2020, and nobody came after: no period of a later year lacks points."""
    post = make_post(programme)
    held = Appointment.objects.create(
        person=make_person("张三", 1), post=post, programme=programme, region_code=post.region_code,
        starts=date(2020, 6, 1), ends=date(2020, 8, 20),
    )  # fmt: skip
    client = sign_in(town_officer)

    def listed() -> set[str]:
        return set(re.findall(r"<td[^>]*>(20\d\d-\d\d) –", client.get("/units/").content.decode()))

    assert {first[:4] for first in listed()} == {"2020"}
    assert max(listed()) == "2020-07"
    bare = client.get("/units/", headers={"accept-language": "en"}).content.decode()
    assert "No unit is listed" in bare
    assert "Points missing" not in bare, "of no unit nothing can be missing"
    Appointment.objects.filter(pk=held.pk).update(ends=None)
    assert max(listed()) > "2020-12", "somebody is in post"
    Programme.objects.filter(pk=programme.pk).update(ends=date(2021, 2, 1))
    assert max(listed()) == "2021-01"
    Appointment.objects.all().delete()
    Programme.objects.filter(pk=programme.pk).update(starts=date(2021, 1, 5))
    assert listed() == {"2021-01"}, "nothing from before it began"


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("address", QUERIES)
def test_a_list_costs_the_same_whatever_its_rows(sign_in, programme, judge, town_officer, address, rows):
    listed = villages(rows, programme, town_officer)
    sign_in(judge).post(f"{PERIOD.format(programme.pk)}give/", {**points(listed), "reason": "核对"})
    for unit in listed:
        units.bind(unit, "王一", "包片领导", starts=JANUARY, actor=town_officer)
    client = sign_in(town_officer)
    client.post(f"{PERIOD.format(programme.pk)}close/", {})
    assert Ranking.objects.count() == 1
    client.get(f"/units/{address}")
    with CaptureQueriesContext(connection) as caught:
        page = client.get(f"/units/{address}", headers={"HX-Request": "true"} if address else {})
    assert page.status_code == 200
    assert len(caught) == QUERIES[address], [query["sql"][:90] for query in caught]


@pytest.mark.parametrize("address", [key for key in QUERIES if key])
def test_every_list_is_a_workbook_too(sign_in, programme, town_officer, address):
    villages(1, programme, town_officer)
    answer = sign_in(town_officer).get(f"/units/{address}?format=xlsx")
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_lists_are_declared_once_and_a_village_clerk_sees_none_of_it(sign_in, programme, make_user):
    assert {"judged-units", "rankings", "ranking-lines", "ranking-shares"} <= LISTS.keys()
    clerk = sign_in(make_user(Role.VILLAGE_CLERK, "520403100201"))
    for address in QUERIES:
        assert clerk.get(f"/units/{address}").status_code in (403, 404), address
    assert clerk.get(f"/units/periods/{programme.pk}/x/y/2020-01/").status_code in (403, 404)
