"""Pages of the reserve pool and of vacancies: who is in, who could fill a place, who proposes and who confirms."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.recruitment.pool.world import SECOND, dismiss, in_pool, renewed
from tests.recruitment.world import make_world

from yigang.console import today
from yigang.foundation.enums import Role
from yigang.foundation.models import JobRun
from yigang.recruitment.enums import PoolState, ReplacementState
from yigang.recruitment.models import PoolMember, Replacement
from yigang.recruitment.pool.replace import Offer, propose_replacement
from yigang.tenure.models import Vacancy

POOL, VACANCIES = "console:pool", "console:vacancies-to-fill"
QUERIES = {POOL: 12, VACANCIES: 10}


@pytest.fixture
def world(make_user):
    return make_world(make_user, heads=(1, 1))


@pytest.fixture
def vacancy(world) -> Vacancy:
    """A dismissed ranger, and two in the pool: one of the village, one of the next."""
    in_pool(world, "王同村")
    in_pool(world, "李邻村", region_code=SECOND)
    renewed(world)
    return dismiss(world, world.person("张离岗"))[1]


def html(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def asked_at(client, name: str) -> int:
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as asked:
        html(client.get(reverse(name)))
    return len(asked)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pool_asks_as_many_questions_at_one_row_as_at_three(world, sign_in, rows):
    for number in range(rows):
        in_pool(world, f"人{number}")
    renewed(world)
    assert asked_at(sign_in(world.county), POOL) == QUERIES[POOL]


@pytest.mark.parametrize("rows", [1, 3])
def test_vacancies_ask_as_many_questions_at_one_row_as_at_three(world, sign_in, rows):
    for _number in range(rows):
        Vacancy.objects.create(
            region_code=world.posts[0].region_code, post=world.posts[0], place=1, since=world.day, cause="absent"
        )
    assert asked_at(sign_in(world.county), VACANCIES) == QUERIES[VACANCIES]


def test_the_pool_is_searched_filtered_and_exported(world, sign_in):
    in_pool(world, "王入库")
    world.person("赵未核实")
    renewed(world)
    client = sign_in(world.county, "zh-hans")
    text = html(client.get(reverse(POOL)))
    assert all(words in text for words in ("王入库", "赵未核实", "劳动能力：缺少劳动能力", "待定"))
    assert "赵未核实" not in html(client.get(reverse(POOL), {"state": PoolState.IN.value}))
    assert "王入库" not in html(client.get(reverse(POOL), {"q": "赵未核实"}))
    assert client.get(reverse(POOL), {"format": "xlsx"}).headers["Content-Type"].endswith("sheet")


def test_a_persons_standing_shows_how_it_came_about(world, sign_in):
    in_pool(world, "王入库")
    renewed(world)
    one = PoolMember.objects.get()
    text = html(sign_in(world.town, "zh-hans").get(reverse("console:pool-member", args=[one.pk])))
    assert "六类人员 0 + 家庭人均收入 30 = 30.00" in text
    assert timezone.localdate().isoformat() in text


def test_renewing_is_a_job_and_a_village_reads_why_it_may_not(world, sign_in):
    client = sign_in(world.county, "zh-hans")
    answer = client.post(reverse("console:pool-renew"), {"programme": world.programme.pk})
    assert answer.status_code == 302
    assert JobRun.objects.get().kind == "recruitment.renew_pool"
    assert "更新储备库" in html(sign_in(world.clerk, "zh-hans").get(reverse(POOL)))
    assert (
        sign_in(world.clerk).post(reverse("console:pool-renew"), {"programme": world.programme.pk}).status_code == 404
    )


@pytest.mark.req("P3")
def test_from_the_vacancy_to_the_appointment_in_the_browser(world, vacancy, sign_in):
    page = reverse("console:candidates", args=[vacancy.pk])
    client = sign_in(world.town, "zh-hans")
    text = html(client.get(page))
    assert text.index("王同村") < text.index("李邻村")
    assert "同村；六类人员 0 + 家庭人均收入 30 = 30.00" in text
    first = PoolMember.objects.get(person__name="王同村").person_id
    propose = reverse("console:candidate-propose", args=[vacancy.pk, first])
    html(client.post(propose, {"starts": timezone.localdate().isoformat()}, follow=True))
    row = Replacement.objects.get()
    assert "须由县级" in html(client.get(page)) or "确认" in html(client.get(page))
    client = sign_in(world.county, "zh-hans")
    text = html(client.post(reverse("console:replacement-confirm", args=[row.pk]), follow=True))
    assert "王同村已聘用" in text
    vacancy.refresh_from_db()
    assert vacancy.filled_by.person_id == first


def test_passing_over_without_a_reason_is_said_on_the_form(world, vacancy, sign_in):
    second = PoolMember.objects.get(person__name="李邻村").person_id
    propose = reverse("console:candidate-propose", args=[vacancy.pk, second])
    client = sign_in(world.town, "zh-hans")
    answers = {"starts": timezone.localdate().isoformat(), "remark": ""}
    assert "请写明为什么不用排在前面的人" in html(client.post(propose, answers))
    assert not Replacement.objects.exists()
    html(client.post(propose, {**answers, "remark": "王同村书面放弃"}, follow=True))
    assert Replacement.objects.get().remark == "王同村书面放弃"


def test_a_rejection_and_a_withdrawal_need_a_reason(world, vacancy, sign_in):
    person = PoolMember.objects.get(person__name="王同村").person
    row = propose_replacement(vacancy, person, Offer(timezone.localdate()), actor=world.town)
    for user, name in ((world.county, "replacement-reject"), (world.town, "replacement-back")):
        html(sign_in(user).post(reverse(f"console:{name}", args=[row.pk]), {"reason": ""}, follow=True))
        row.refresh_from_db()
        assert row.state == ReplacementState.OPEN
    html(
        sign_in(world.county).post(
            reverse("console:replacement-reject", args=[row.pk]), {"reason": "外出"}, follow=True
        )
    )
    row.refresh_from_db()
    assert (row.state, row.decision) == (ReplacementState.REJECTED, "外出")


def test_home_says_what_waits_for_whom(world, vacancy, make_user):
    def titles(user) -> list[str]:
        return [one.title for one in today.dues_of(user, user.prefixes[0]) if one.chapter == "recruitment"]

    assert any(vacancy.post.number in title for title in titles(world.town))
    person = PoolMember.objects.get(person__name="王同村").person
    propose_replacement(vacancy, person, Offer(timezone.localdate()), actor=world.town)
    assert not any(vacancy.post.number in title for title in titles(world.town))
    assert any("王同村" in title for title in titles(world.county))
    assert titles(make_user(Role.VILLAGE_CLERK, SECOND)) == []


def test_a_vacancy_leads_to_its_candidates_where_the_pool_has_any(world, vacancy, make_user, sign_in):
    candidates, post = reverse("console:candidates", args=[vacancy.pk]), reverse("console:post", args=[vacancy.post_id])

    listed = f"{reverse('console:tenure-vacancies')}?open=yes&sort=fill_by"

    def waits(user) -> set[str]:
        return {one.url for one in today.dues_of(user, user.prefixes[0])}

    assert candidates in html(sign_in(world.town).get(reverse("console:tenure-vacancies")))
    assert candidates in waits(world.town)
    assert listed not in waits(world.town)
    finance = html(sign_in(make_user(Role.FINANCE, "520403")).get(reverse("console:tenure-vacancies")))
    assert (candidates in finance, post in finance) == (False, True)
    PoolMember.objects.update(state=PoolState.OUT, why="外出")
    without = html(sign_in(world.town).get(reverse("console:tenure-vacancies")))
    assert (candidates in without, post in without) == (False, True)
    assert listed in waits(world.town)
    assert candidates not in waits(world.town)


def test_a_vacancy_of_another_town_is_not_there(world, vacancy, make_user, sign_in):
    client = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert client.get(reverse("console:candidates", args=[vacancy.pk])).status_code == 404
