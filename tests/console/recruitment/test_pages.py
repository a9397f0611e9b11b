"""Pages of rounds and applicants: what waits, what lacks, what each may do, and why not."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from tests.people.factories import identity_number
from tests.recruitment.world import VILLAGE, make_world

from yigang.console.recruitment import paper
from yigang.foundation.enums import Role
from yigang.foundation.models import JobRun, StoredFile
from yigang.people import idcard, tasks
from yigang.people.idcard.parse import Reading
from yigang.people.models import CardReading
from yigang.recruitment import domain, queries
from yigang.recruitment.models import Application, PeerReview, Round, StepDocument
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis

LISTS = {"rounds": "console:recruitment", "applicants": "console:recruitment-applicants"}
QUERIES = {"rounds": 11, "applicants": 11}


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def world(make_user):
    made = make_world(make_user)
    made.open()
    return made


def taking(world):
    """At 申报."""
    world.next()
    world.next()
    return world


def html(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def applied(world, count: int) -> None:
    for number in range(len(world.people) + 1, count + 1):
        world.apply(world.person(f"申报人{number}"), world.posts[0])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_rounds_asks_as_many_questions_at_one_row_as_at_three(world, sign_in, rows):
    for number in range(2, rows + 1):
        domain.open_round(
            world.programme, f"2020-{number}", "又一轮", {world.posts[0]: 1}, actor=world.county, on=world.day
        )
    client = sign_in(world.county)
    client.get(reverse(LISTS["rounds"]))
    with CaptureQueriesContext(connection) as asked:
        text = html(client.get(reverse(LISTS["rounds"])))
    assert text.count("<tr") == rows + 1
    assert len(asked) == QUERIES["rounds"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_applicants_asks_as_many_questions_at_one_row_as_at_three(world, sign_in, rows):
    applied(taking(world), rows)
    client = sign_in(world.county)
    client.get(reverse(LISTS["applicants"]))
    with CaptureQueriesContext(connection) as asked:
        text = html(client.get(reverse(LISTS["applicants"])))
    assert text.count("<tr") == rows + 1
    assert len(asked) == QUERIES["applicants"]


def test_applicants_are_searched_filtered_and_exported(world, sign_in):
    applied(taking(world), 2)
    domain.withdraw(Application.objects.first(), "外出务工", actor=world.clerk)
    client = sign_in(world.county)
    address = reverse(LISTS["applicants"])
    assert "申报人2" not in html(client.get(address, {"q": "申报人1"}))
    out = html(client.get(address, {"state": "withdrawn"}))
    assert "外出务工" in out
    assert "申报人2" not in out
    file = client.get(address, {"export": "xlsx"})
    assert file.status_code in (200, 302)


@pytest.mark.req("P4")
def test_the_path_says_who_is_next_and_what_is_missing(world, sign_in):
    world.next()
    text = html(sign_in(world.county, "zh-hans").get(reverse("console:round", args=[world.round.pk])))
    for words in ("公告", "县级", "选聘公告", "没有附上「公告张贴照片」", "计划选聘生态护林员 3 名"):
        assert words in text


@pytest.mark.req("P9")
def test_a_finished_round_says_what_came_of_it(world, sign_in):
    """The card of the open step holds figures and a way on when there is no step any more."""
    world.round.steps.update(state="closed", opens_on=date(2020, 3, 2), closes_on=date(2020, 5, 29))
    Round.objects.filter(pk=world.round.pk).update(state="closed")
    card = html(sign_in(world.county).get(reverse("console:round", args=[world.round.pk]))).split('id="now"')[1]
    card = card.split("</section>")[0]
    assert "All steps are done" in card
    assert "2020-05-29" in card
    assert f"round={world.round.pk}&amp;state=hired" in card


def test_the_way_back_is_closed_with_the_reason_once_somebody_was_hired(world, sign_in):
    applied(taking(world), 1)
    address, back = (reverse(f"console:round{part}", args=[world.round.pk]) for part in ("", "-back"))
    client = sign_in(world.county, "zh-hans")
    assert f'action="{back}"' in html(client.get(address))
    terms = Terms(date(2020, 7, 1), training=TrainingBasis.TAKEN_OVER)
    held = appoint(world.people[0], world.posts[0], terms, actor=world.county)
    Application.objects.update(state="hired", appointment=held)
    told = html(client.get(address))
    assert f'action="{back}"' not in told
    assert "本批次已经有人聘用" in told


def test_buttons_are_for_those_who_may_and_the_others_read_why_not(world, sign_in):
    address = reverse("console:round", args=[world.round.pk])
    opening = reverse("console:round-open", args=[world.round.pk])
    assert opening in html(sign_in(world.county).get(address))
    text = html(sign_in(world.clerk, "zh-hans").get(address))
    assert f'action="{opening}"' not in text
    assert "开启和推进选聘批次" in text


def test_a_step_is_opened_from_the_page_and_not_closed_before_its_time(world, sign_in):
    client = sign_in(world.county, "zh-hans")
    html(client.post(reverse("console:round-open", args=[world.round.pk]), follow=True))
    assert queries.open_step_of(world.round).name == "公告"
    text = html(client.post(reverse("console:round-close", args=[world.round.pk]), follow=True))
    assert "还不能结束" in text
    assert queries.open_step_of(world.round).name == "公告"


def test_a_photo_of_the_posted_notice_is_looked_through_and_attached(world, sign_in):
    world.next()
    client = sign_in(world.county, "zh-hans")
    address = reverse("console:round-attach", args=[world.round.pk])
    fake = SimpleUploadedFile("a.jpg", b"%PDF-1.4 not a picture", "image/jpeg")
    client.post(address, {"name": "公告张贴照片", "file": fake})
    assert not StepDocument.objects.exists()
    good = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    client.post(address, {"name": "公告张贴照片", "file": good})
    assert StepDocument.objects.get().file.content_type == "image/jpeg"


@pytest.mark.req("P4")
def test_what_a_closed_step_left_is_fetched_from_the_rounds_page_by_those_who_may(world, sign_in, make_user):
    world.next()
    world.next()
    document = StepDocument.objects.get(name="公告张贴照片")
    file = reverse("console:file", args=[document.file_id])
    archivist = make_user(Role.ARCHIVIST, "520403", username="archivist")
    client = sign_in(archivist, "zh-hans")
    round_page = html(client.get(reverse("console:round", args=[world.round.pk])))
    assert file in round_page
    assert reverse("console:notice", args=[queries.steps_of(world.round)[0].notice_id]) in round_page
    assert b"".join(client.get(file).streaming_content) == b"x"
    elsewhere = make_user(Role.ARCHIVIST, "520402", username="elsewhere")
    assert sign_in(elsewhere).get(file).status_code == 404


def test_the_clerk_writes_an_application_down(world, sign_in):
    taking(world)
    world.person("张三")
    client = sign_in(world.clerk, "zh-hans")
    address = reverse("console:round-apply", args=[world.round.pk])
    wrong = html(client.post(address, {"identity": "520403198003070019"}))
    assert not Application.objects.exists()
    assert "field-error" in wrong
    answers = {"identity": identity_number(1), "public_payroll": "no", "able_to_work": ""}
    html(client.post(address, answers, follow=True))
    application = Application.objects.get()
    assert application.declared == {"public_payroll": False}  # what nobody said stays unknown


def test_scripts_in_an_applicants_name_are_shown_as_text(world, sign_in):
    taking(world)
    application = world.apply(world.person("<script>alert(1)</script>"))
    client = sign_in(world.county)
    for address in (reverse("console:applicant", args=[application.pk]), reverse(LISTS["applicants"])):
        text = html(client.get(address))
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_an_applicants_page_tells_everything_with_its_reasons(world, sign_in):
    taking(world)
    application = world.apply(world.person("年长", birth=date(1955, 1, 1)))
    world.next()
    domain.decide_by_clauses(world.judge(), actor=world.town)
    text = html(sign_in(world.town, "zh-hans").get(reverse("console:applicant", args=[application.pk])))
    assert "须年满18周岁、不超过60周岁（年龄 65）" in text
    assert "不符合条件" in text


def test_another_villages_clerk_finds_no_such_applicant(world, sign_in, make_user):
    taking(world)
    application = world.apply(world.person("张三"))
    client = sign_in(make_user(Role.VILLAGE_CLERK, "520403100202"))
    assert client.get(reverse("console:applicant", args=[application.pk])).status_code == 404


def test_deciding_from_a_page_that_is_out_of_date_says_who_was_faster(world, sign_in):
    taking(world)
    application = world.apply(world.person("张三"))
    world.next()
    domain.decide(application, "不符合条件", "材料不全", actor=world.town)
    client = sign_in(world.town, "zh-hans")
    given = {"outcome": "不符合条件", "reason": "重复", "version": "1"}
    text = html(client.post(reverse("console:applicant-decide", args=[application.pk]), given, follow=True))
    assert "town" in text
    assert Application.objects.get().outcomes.count() == 1


def test_the_village_enters_its_vote(make_user, sign_in):
    world = make_world(make_user, "rural-post-400")
    world.open()
    world.next()
    one, two = world.applicants(2)
    world.next()
    client = sign_in(world.clerk, "zh-hans")
    address = reverse("console:round-vote", args=[world.round.pk])
    meeting = {
        "region_code": VILLAGE, "held_on": world.day.isoformat(), "place": "村委会", "chair": "王支书", "tellers": "甲、乙",
        "entitled": "30", "present": "20", "minutes": "逐一评议",
    }  # fmt: skip

    def send(**counts: str) -> str:
        photo = SimpleUploadedFile("m.jpg", picture(), "image/jpeg")
        return html(client.post(address, {**meeting, "photo": photo, **counts}, follow=True))

    votes = {f"agree-{one.pk}": "11", f"against-{one.pk}": "9", f"abstain-{one.pk}": "1"}
    assert "票数不合" in send(**votes)
    assert not PeerReview.objects.exists()
    send(**{**votes, f"abstain-{one.pk}": "0"})
    assert PeerReview.objects.get().tallies.get().agree == 11
    assert Application.objects.get(pk=two.pk).outcomes.count() == 0  # not voted about


def test_the_funnel_is_a_picture_and_a_list(world, sign_in):
    applied(taking(world), 3)
    domain.withdraw(Application.objects.first(), "外出务工", actor=world.clerk)
    text = html(sign_in(world.county, "zh-hans").get(reverse("console:round", args=[world.round.pk])))
    assert 'data-chart="funnel-chart"' in text
    assert '"type": "funnel"' in text
    assert queries.funnel(world.round).withdrew == 1


def test_a_round_is_opened_from_its_form_for_free_places(world, sign_in):
    client = sign_in(world.county, "zh-hans")
    address = reverse("console:round-new")
    text = html(client.get(address, {"programme": world.programme.pk, "number": "2", "title": "第二批"}))
    assert f'name="places-{world.posts[0].pk}"' in text
    given = {"programme": world.programme.pk, "number": "2", "title": "第二批", f"places-{world.posts[0].pk}": "1"}
    client.post(address, given)
    assert Round.objects.get(number="2").posts.get().places == 1


def test_home_says_what_is_due(world, sign_in):
    world.next()
    assert "公告" in html(sign_in(world.county, "zh-hans").get(reverse("console:home")))


@pytest.mark.req("P4", "T2")
def test_forms_and_funnel_are_fetched_from_their_pages(world, sign_in, make_user):
    application = taking(world).apply(world.person("王小红"), world.posts[0])
    client = sign_in(world.town)
    for place, names in {
        reverse("console:round", args=[world.round.pk]): ("round-form", "round-funnel", "round-funnel-xlsx"),
        reverse("console:applicant", args=[application.pk]): ("applicant-form",),
    }.items():
        page = html(client.get(place))
        for name in names:
            address = reverse(f"console:{name}", args=[world.round.pk if "round" in name else application.pk])
            assert address in page
            assert client.get(address).content[:2] in (b"%P", b"PK")
    clear = reverse("console:applicant-form-clear", args=[application.pk])
    assert client.get(clear).status_code == 405
    assert client.post(clear)["Cache-Control"] == "no-store"
    stranger = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert stranger.get(reverse("console:applicant-form", args=[application.pk])).status_code == 404
    assert sign_in(make_user(Role.AUDITOR, "520403")).post(clear).status_code == 404


def test_a_very_large_funnel_becomes_a_job(world, sign_in, monkeypatch):
    monkeypatch.setattr(paper, "MOST_AT_ONCE", -1)
    response = sign_in(world.county).get(reverse("console:round-funnel", args=[world.round.pk]))
    assert response["Location"] == reverse("console:job", args=[JobRun.objects.get().pk])


# By the photo of a card ------------------------------------------------------------------------------------------------


@pytest.fixture
def by_card(world, sign_in, monkeypatch):
    """At 申报 with one person on file; the photo gives whatever the test says."""
    taking(world)
    world.person("王小红")
    client, address = sign_in(world.clerk), reverse("console:round-apply-card", args=[world.round.pk])

    def send(reading: Reading) -> str:
        monkeypatch.setattr(idcard, "installed", lambda: True)
        monkeypatch.setattr(idcard, "read", lambda _content: reading)
        filled = client.post(address, {"photo": SimpleUploadedFile("证.jpg", picture())})["Location"]
        row = CardReading.objects.get()
        tasks.read_card._execute(row.job_id, reading_id=row.pk)
        return html(client.get(filled))

    return client, address, send


@pytest.mark.req("P4")
def test_a_cards_photo_fills_the_application_and_each_field_is_confirmed(world, by_card):
    client, address, send = by_card
    page = send(Reading("王小红", identity_number(1)))
    assert (identity_number(1) in page, "王小红" in page, Application.objects.exists()) == (True, True, False)
    given = {"name": "王小红", "identity": identity_number(1), "able_to_work": "yes"}
    for seen in ({}, {"seen_name": "on"}, {"seen_number": "on"}):
        assert "This field is required" in html(client.post(address, given | seen))
        assert not Application.objects.exists()
    client.post(address, given | {"seen_name": "on", "seen_number": "on"})
    made = Application.objects.get()
    assert (made.person.name, made.declared, made.created_by) == ("王小红", {"able_to_work": True}, world.clerk)


def test_a_card_of_another_name_than_the_file_is_not_taken(world, by_card):
    client, address, _send = by_card
    given = {"name": "王小虹", "identity": identity_number(1), "seen_name": "on", "seen_number": "on"}
    assert "On file this number belongs to another name" in html(client.post(address, given))
    given |= {"name": "王小红", "identity": identity_number(8)}
    assert "Nobody with this number is on file" in html(client.post(address, given))
    assert not Application.objects.exists()


def test_what_a_photo_does_not_give_is_told_and_the_photo_is_not_kept(by_card):
    _client, _address, send = by_card
    before = StoredFile.objects.count()
    reading = Reading("王小红", problems=["the number cannot be made out"])
    assert "Left empty: the number cannot be made out." in send(reading)
    assert StoredFile.objects.count() == before
