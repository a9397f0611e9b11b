"""Training in the browser: planned by the county, held by the town, tested, followed up; other towns see nothing of it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.console.conftest import confirmed
from tests.foundation.factories import picture
from tests.training.conftest import PHONE, TOWN, at

from yigang.console import today
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.training import domain, wallcode
from yigang.training.enums import RemedialState, SessionKind, SessionState, SittingState
from yigang.training.models import (
    Attendance,
    Contest,
    Course,
    Paper,
    Question,
    RemedialTask,
    Session,
    Sitting,
    VillageTerrain,
)

pytestmark = [pytest.mark.usefixtures("regions"), pytest.mark.req("P6")]
VILLAGE_OF_OTHER_TOWN = "520403101201"


@pytest.fixture
def officer(town_officer, sign_in):
    return sign_in(town_officer)


def page(client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def post(client, name: str, *args: object, query: str = "", **given: object) -> str:
    """The page that one lands on."""
    response = client.post(reverse(f"console:{name}", args=args) + query, given, follow=True)
    assert response.status_code == 200, response
    return response.content.decode()


def test_the_county_plans_and_the_town_holds_a_session(sign_in, county_manager, town_officer, programme, holder):
    one, other, elsewhere = holder(1), holder(2), holder(3, VILLAGE_OF_OTHER_TOWN)
    county = sign_in(county_manager)
    post(county, "training-plan-new", programme=programme.pk, year=2020, title="2020年培训计划")
    post(
        county,
        "training-course-new",
        plan=programme.training_plans.get().pk,
        title="森林防火",
        subject="fire",
        hours="8",
    )
    course = Course.objects.get()
    manual = SimpleUploadedFile("手册.pdf", b"%PDF-1.4")
    assert "防火手册" in post(county, "training-material-add", course.pk, title="防火手册", file=manual)
    town = sign_in(town_officer)
    when = {
        "kind": "lecture",
        "starts_at": "2020-08-10T09:00",
        "ends_at": "2020-08-10T12:00",
        "place": "镇政府",
        "teacher": "李老师",
    }
    assert "cannot count for 8" in post(town, "training-session-new", course.pk, **when, hours="8")
    post(town, "training-session-new", course.pk, **when, hours="3")
    session = Session.objects.get()
    offered = page(town, "training-session", session.pk)
    assert (one.name in offered, other.name in offered, elsewhere.name in offered) == (True, True, False)
    assert one.name in post(town, "training-list", session.pk, people=[one.pk])
    attendance = Attendance.objects.get()
    assert "代签" in post(town, "training-withdraw", session.pk, attendance=attendance.pk, reason="代签")
    post(town, "training-close", session.pk)
    session.refresh_from_db()
    assert session.state == SessionState.CLOSED
    material = course.materials.get()
    answer = town.get(reverse("console:training-material", args=[material.pk]))
    assert (b"".join(answer.streaming_content), answer["Content-Disposition"][:10]) == (b"%PDF-1.4", "attachment")


def test_the_wall_shows_the_code_and_asks_for_the_next_without_reload(
    officer, course, town_officer, make_user, sign_in
):
    now = timezone.now()
    session = Session.objects.create(
        region_code=TOWN, course=course, kind=SessionKind.LECTURE, starts_at=now, ends_at=now + timedelta(hours=1), hours=1,
        place="镇政府", teacher="李老师", secret=wallcode.new_secret(), planned_by=town_officer,
    )  # fmt: skip
    address = reverse("console:training-wall", args=[session.pk])
    whole, part = officer.get(address), officer.get(address, headers={"HX-Request": "true", "HX-Target": "wall-code"})
    assert (b"<html" in whole.content, b"<html" in part.content) == (True, False)
    around = [now + timedelta(seconds=30 * step) for step in (0, 1, 2)]
    shown = {wallcode.code_at(bytes(session.secret), moment) for moment in around}
    assert any(f"{code[:3]} {code[3:]}" in part.content.decode() for code in shown)
    assert part["Cache-Control"] == "no-store"
    assert part.content.count(b"data:image/svg+xml") == 1, "both numbers as a picture to scan"
    assert reverse("console:training-wall", args=[session.pk]) in page(officer, "training-session", session.pk)
    clerk = sign_in(make_user(Role.VILLAGE_CLERK, "520403100201"))
    assert clerk.get(address).status_code == 404, "who teaches shows the code"


def test_a_question_is_added_illustrated_and_taken_out_of_use(sign_in, county_manager, town_officer):
    client = sign_in(county_manager)
    given = {
        "subject": "fire",
        "kind": "single",
        "text": "火警电话？",
        "options": "119\n110",
        "right": "",
        "source": "《消防法》",
    }
    assert "no right answer" in post(client, "training-question-new", **given)
    post(client, "training-question-new", **{**given, "right": "a"})
    question = Question.objects.get()
    photo = SimpleUploadedFile("x.jpg", picture())
    assert reverse("console:training-picture", args=[question.pk]) in post(
        client, "training-illustrate", question.pk, picture=photo
    )
    shown = client.get(reverse("console:training-picture", args=[question.pk]))
    assert (shown["Content-Type"], shown.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert "火警电话" in page(sign_in(town_officer), "training-bank")
    assert town_officer.role == Role.TOWN_OFFICER
    chosen = {"selected": [question.pk], "reason": "重复"}
    assert "Out of use" in confirmed(sign_in(county_manager), reverse("console:training-questions-retire"), chosen)
    question.refresh_from_db()
    assert question.retired_at


def test_a_paper_is_drawn_or_says_what_the_bank_lacks_and_a_contest_ranks_it(
    sign_in, county_manager, plan, bank, holder
):
    client = sign_in(county_manager)
    terms = {
        "plan": plan.pk, "title": "8月测评", "opens_at": "2020-08-10T08:00", "closes_at": "2020-08-11T20:00", "minutes": 30,
        "pass_mark": 60, "attempts": 1, "same_for_all": "on", "subject1": "fire", "kind1": "single", "count1": 9, "points1": 10,
    }  # fmt: skip
    assert "9 wanted, 6 there" in post(client, "training-paper-new", **terms)
    post(client, "training-paper-new", **{**terms, "count1": 5})
    paper = Paper.objects.get()
    assert paper.seed in page(client, "training-paper", paper.pk)
    for order, score in ((1, 95), (2, 80)):
        domain.enter_score(paper, holder(order), Decimal(score), at=at(), actor=county_manager)
    post(client, "training-contest-new", paper.pk, title="业务大比武", team_size=2)
    shown = page(client, "training-contest", Contest.objects.get().pk)
    assert re.findall(r">\s*(95|80)(?:\.0+)?\s*<", shown.split("<main")[1]) == ["95", "80"]
    assert "87.50" in shown


@pytest.mark.req("M4")
def test_the_report_names_the_missing_and_has_it_put_right(
    officer, sign_in, make_user, set_paper, holder, town_officer, plan
):
    person, elsewhere = holder(1), holder(2, VILLAGE_OF_OTHER_TOWN)
    paper = set_paper()
    post(officer, "training-score-new", person=person.pk, paper=paper.pk, score="40", at="2020-08-10T09:00")
    sitting = Sitting.objects.get()
    assert "Failed" in page(officer, "training-sitting", sitting.pk)
    shown = page(officer, "training", year=2020)
    assert (person.name in shown, elsewhere.name in shown, "白云镇" in shown) == (True, False, True)
    post(officer, "training-open-tasks", query=f"?year=2020&programme={plan.programme_id}", town=TOWN)
    task = RemedialTask.objects.get()
    assert "测评 40，要求 60 分" in page(officer, "training-task", task.pk)
    assert "still not passed" in post(officer, "training-prove", task.pk, proof="补训")
    domain.void(sitting, "他人代答", actor=town_officer)
    domain.enter_score(paper, person, Decimal(90), at=at(), actor=town_officer)
    post(officer, "training-prove", task.pk, proof="补训两次")
    assert [one.url for one in today.dues_of(town_officer, "520403100") if one.chapter == "training"] == []
    assert "another person accepts it" in page(officer, "training-task", task.pk)
    colleague = make_user(Role.TOWN_OFFICER, "520403100")
    waits = [one for one in today.dues_of(colleague, "520403100") if one.chapter == "training"]
    assert [one.url for one in waits] == [f"{reverse('console:training-remedial')}?state=proven"]
    post(sign_in(colleague), "training-decide", task.pk, query="?accept=1")
    task.refresh_from_db()
    assert task.state == RemedialState.DONE
    file = page(sign_in(town_officer), "training-person", person.pk)
    assert ("补训" in page(officer, "training-task", task.pk), "90" in file, "8月测评" in file) == (True, True, True)


def test_a_test_on_a_lost_phone_is_released_and_a_foreign_town_sees_nothing(
    officer, set_paper, holder, make_user, sign_in
):
    sitting = domain.begin(set_paper(), holder(1), PHONE, now=at())
    post(officer, "training-release", sitting.pk, reason="手机摔坏")
    sitting.refresh_from_db()
    assert sitting.device is None
    post(officer, "training-void", sitting.pk, reason="他人代答")
    sitting.refresh_from_db()
    assert sitting.state == SittingState.VOID
    stranger = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert stranger.get(reverse("console:training-sitting", args=[sitting.pk])).status_code == 404
    assert sitting.person.name not in page(stranger, "training-results") + page(stranger, "training", year=2020)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_one_and_for_three(
    officer, count, course, meet, holder, set_paper, town_officer
):
    papers = set_paper()
    for order in range(1, count + 1):
        person = holder(order)
        domain.enter_list(meet(course), [person], actor=town_officer)
        domain.enter_score(papers, person, Decimal(50), at=at(), actor=town_officer)
        domain.open_remedial(course.plan.programme, [person], 2020, on=at().date(), actor=town_officer)
    wanted = {"training-sessions": 9, "training-results": 10, "training-remedial": 9, "training": 13}
    found = {}
    for address in wanted:
        with CaptureQueriesContext(connection) as captured:
            page(officer, address)
        found[address] = len(captured)
    assert found == wanted


def test_the_county_says_for_many_villages_what_land_they_lie_on(sign_in, county_manager, town_officer, regions):
    client, villages = sign_in(county_manager), list(Region.objects.filter(level=5))
    chosen = {"selected": [one.pk for one in villages], "asked": "1", "terrain": "mountain"}
    preview = post(client, "training-terrain-set", **chosen)
    digest = re.search('name="previewed" value="([0-9a-f]+)"', preview)
    post(client, "training-terrain-set", **chosen, previewed=digest[1])
    assert set(VillageTerrain.objects.values_list("region_code", "terrain")) == {
        (one.code, "mountain") for one in villages
    }
    assert "Mountain" in page(sign_in(town_officer), "training-terrain")
    assert sign_in(town_officer).post(reverse("console:training-terrain-set"), chosen).status_code == 404


@pytest.mark.parametrize("count", [1, 2])
def test_the_list_of_villages_costs_the_same_however_many(
    count, sign_in, county_manager, regions, django_assert_num_queries
):
    for one in Region.objects.filter(level=5)[count:]:
        one.delete()
    client = sign_in(county_manager)
    with django_assert_num_queries(9):
        client.get(reverse("console:training-terrain"))
