"""What the phone reads: only the person's own, only what changed, in few questions, with the reasons."""

import gzip
import json
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.field.conftest import VILLAGE, App
from tests.payment.world import HUNG, JULY, TOWN, World

from yigang.appraisal import appeals
from yigang.appraisal.models import Appraisal
from yigang.appraisal.points import Given, give_points, take_back_points
from yigang.duty.enums import Table
from yigang.duty.models import Record, SetAside
from yigang.duty.proofs import proofs
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.notices import domain as notices
from yigang.notices.enums import Decision, NoticeKind, ObjectionKind
from yigang.notices.models import Objection
from yigang.payment.models import Settlement
from yigang.payment.settlement import review
from yigang.payment.settlement.appealed import carry_appeal
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal
from yigang.people.models import Consent
from yigang.policy.capabilities import capabilities_of
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from
from yigang.tenure.models import Appointment

READS = (
    "home",
    "month/2020-07",
    "notices",
    "complaints",
    "consents",
    "areas",
    "leaves",
    "households",
    "appeals/2020-07",
)
ON = {"kind": "on", "place": {"lat": 26.4, "lon": 106.2, "acc": 8.0}, "media": [], "note": ""}


def as_app(phone) -> App:
    app = App()
    app.token = phone.token
    return app


def words_of(code: str) -> str:
    """The version of the words that are asked of a ranger today."""
    text = policy_from(policy_file("pingba-ranger")).version_on(timezone.localdate()).text
    return capabilities_of(text)[code].text_version


@pytest.fixture
def two_months_told(make_user, phone_of):
    """A town's July, published, with a good ranger, a lazy one, and the phones of both."""
    with rls.everywhere("set-up"):
        Region.objects.create(
            code="520403000000", name="平坝区", level=3, parent_code="", valid_from=2020, source="test"
        )
        world = World(make_user(Role.VILLAGE_CLERK, "520403"))
        world.declare(Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS)
        good, lazy = world.work(world.hire("王大山")), world.work(world.hire("偷懒", starts=JULY), days=4)
        officer, county = make_user(Role.TOWN_OFFICER, TOWN[:9]), make_user(Role.COUNTY_MANAGER, "520403")
        settle(world.programme, TOWN, JULY, actor=officer)
        before = [as_app(phone_of(each.person)) for each in (good, lazy)]
        return before, Settlement.objects.get(month=JULY), officer, county


@pytest.mark.req("H10")
def test_a_month_says_the_pay_first_and_then_why_and_to_nobody_else(two_months_told):
    (good, lazy), settlement, officer, county = two_months_told
    draft = good.get("month/2020-07").json()
    assert draft["results"] == []
    assert "公示" in draft["note"]
    with rls.everywhere("the office"):
        review.publish(settlement, on=HUNG, actor=officer)
        review.submit(settlement, actor=officer)
        review.approve(settlement, actor=county)
    paid, unpaid = good.get("month/2020-07").json(), lazy.get("month/2020-07").json()
    (result,) = paid["results"]
    assert (result["amount_fen"], result["grade"], result["final"], result["paid"]) == (83333, "合格", False, "none")
    assert result["sentences"][0] == "本月发放 833.33 元，等次 合格。"
    assert (paid["counts"]["present"], paid["counts"]["logs"], paid["required_days"]) == (22, 22, 22)
    assert (paid["days"][0]["letter"], paid["days"][0]["checks"]) == ("出", [{"at": "07:30", "kind": "on"}])
    assert paid["note"] == ""
    (other,) = unpaid["results"]
    assert (other["amount_fen"], other["grade"]) == (0, "不合格")
    assert unpaid["counts"]["present"] == 4
    english = good.get("month/2020-07", **{"Accept-Language": "en-GB"}).json()
    assert english["results"][0]["sentences"][0].startswith("This month pays 833.33 yuan")
    assert [good.get(f"month/{text}").json()["code"] for text in ("2020-13", "x", "2999-01", "1970-01")] == [
        "month"
    ] * 4


@pytest.mark.req("Z3", "Z11")
def test_own_points_are_told_with_their_reasons_and_nobody_elses(two_months_told):
    (good, lazy), _settlement, officer, _county = two_months_told
    with rls.everywhere("the office"):
        held = Appointment.objects.get(person__name="王大山")
        entry = give_points(Given(held, "praise", Decimal(2), "村民来信", date(2020, 7, 3)), actor=officer)
        give_points(Given(held, "complaint", Decimal(2), "查实", date(2020, 7, 4)), actor=officer)
        take_back_points(entry, "写错了人", actor=officer)
    told = good.get("month/2020-07").json()["points"]
    assert (told["total"], told["basis"][:6]) == ("-2.00", "森林防火巡护")
    assert [(one["label"], one["points"], one["reason"], one["takes_back"], one["taken_back"]) for one in told["entries"]] == [
        ("群众表扬", "-2.00", "写错了人", True, False), ("群众投诉属实", "-2.00", "查实", False, False),
        ("群众表扬", "+2.00", "村民来信", False, True),
    ]  # fmt: skip
    assert lazy.get("month/2020-07").json()["points"]["entries"] == []


@pytest.mark.req("Z5", "Z11")
def test_a_sealed_month_is_appealed_against_and_the_answer_is_read(two_months_told, make_user):
    """Before sealing only what was given by name is offered; nobody reads of another's."""
    (good, lazy), settlement, officer, county = two_months_told
    with rls.everywhere("the office"):
        held = Appointment.objects.get(person__name="偷懒")
        fine = give_points(Given(held, "complaint", Decimal(2), "查实", date(2020, 7, 4)), actor=officer)
    early = lazy.get("appeals/2020-07").json()
    assert (early["until"], {one["about"].split("-")[0] for one in early["open"]}) == (None, {"points", "mark"})
    with rls.everywhere("the office"):
        review.publish(settlement, on=HUNG, actor=officer)
        review.submit(settlement, actor=officer)
        review.approve(settlement, actor=county)
        seal(settlement, actor=county)
    told = lazy.get("appeals/2020-07").json()
    last = str(timezone.localdate() + timedelta(days=15))
    (month,) = [one for one in told["open"] if one["about"].startswith("month")]
    assert (told["until"], month["until"], month["title"]) == (last, last, "2020-07 的结果：不合格")
    (points,) = [one for one in told["open"] if one["about"] == f"points-{fine.pk}"]
    assert points["title"] == "群众投诉属实 2020-07-04 -2.00"
    assert fine.label not in str(good.get("appeals/2020-07").json())
    with rls.everywhere("the office"):
        appeal = appeals.file_appeal(Appraisal.objects.get(appointment=held), "我有二十二天在岗。", actor=officer)
        judge = make_user(Role.TOWN_OFFICER, TOWN[:9])
        appeals.decide_appeal(appeal, upheld=True, reason="核实属实", actor=judge)
        carry_appeal(appeal, actor=judge, amount_fen=83333)
    told = lazy.get("appeals/2020-07").json()
    (one,) = told["appeals"]
    assert (one["state"], one["reason"], one["carried"]) == ("upheld", "核实属实", "2020-08 补发 833.33 元")
    assert told["until"] is None
    assert not any(each["about"].startswith("month") for each in told["open"])


def test_reading_costs_few_questions_and_says_304_when_nothing_changed(two_months_told):
    (good, _lazy), settlement, officer, _county = two_months_told
    with rls.everywhere("the office"):
        review.publish(settlement, on=HUNG, actor=officer)
    questions = {}
    for path in READS:
        first = good.get(path)
        assert (first.status_code, first.json()["protocol"]) == (200, "yigang-sync/1")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            second = good.get(path, **{"If-None-Match": first["ETag"]})
        assert (second.status_code, second.content, second["ETag"]) == (304, b"", first["ETag"])
        statements = [each["sql"] for each in asked.captured_queries]
        questions[path] = sum("SAVEPOINT" not in each for each in statements)
    assert questions == {
        "home": 8, "month/2020-07": 7, "notices": 2, "complaints": 3, "consents": 4, "areas": 5, "leaves": 5,
        "households": 2, "appeals/2020-07": 13,
    }  # fmt: skip  # the four bulk reads of a month's days (COPY) are not counted by Django
    packed = good.get("month/2020-07", **{"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content))["month"] == "2020-07"
    assert "Cookie" in packed["Vary"]
    assert packed["Cache-Control"] == "private, no-cache"


def test_home_tells_the_day_and_what_may_be_recorded(hold, phone_of):
    phone = phone_of(hold("张大山"))
    app = as_app(phone)
    morning = app.get("home").json()
    assert morning["sentence"] == "今天还没有打卡。"
    told = {each["code"]: each for each in morning["capabilities"]}
    assert "face_match" not in told
    assert "visit" not in told
    assert told["check_in"]["basis"] == "森林防火巡护属应急职责"
    assert (told["track"]["given"], told["track"]["usable"], told["log"]["usable"]) == (None, False, True)
    assert [each["code"] for each in morning["due"]] == ["consents", "log"]
    version = told["track"]["text_version"]
    phone.make("consent", {"capability": "place", "given": True, "text_version": told["place"]["text_version"]})
    phone.make("consent", {"capability": "track", "given": True, "text_version": version})
    phone.make("check_in", ON)
    phone.make("log", {"day": str(timezone.localdate()), "text": "巡山", "done": [], "households": [], "media": []})
    assert {each["outcome"] for each in phone.deliver()} == {"stored"}
    evening = app.get("home").json()
    assert "已打上班卡" in evening["sentence"]
    assert {each["code"]: each["usable"] for each in evening["capabilities"]}["track"] is True
    assert [each["kind"] for each in evening["checked"]] == ["on"]
    assert (evening["month"]["present"], evening["month"]["logs"]) == (1, 1)


@pytest.mark.req("P5")
def test_withdrawing_stops_what_is_recorded_after_it(hold, phone_of, programme):
    phone = phone_of(hold("张大山"))
    app, patrol = as_app(phone), str(uuid4())
    start = {"patrol": patrol, "event": "start", "place": None}
    phone.make("patrol", start)
    phone.make("consent", {"capability": "place", "given": False, "text_version": words_of("place")})
    assert [each["code"] for each in phone.deliver()] == ["", ""]  # nothing was said before the patrol began
    phone.clock.pass_time(60_000)
    phone.make("patrol", {**start, "event": "end"})
    phone.make("check_in", ON)
    phone.make("consent", {"capability": "log", "given": True, "text_version": "1"})
    stopped, kept, odd = phone.deliver()
    assert (stopped["outcome"], stopped["code"]) == ("refused", "consent_withdrawn")
    assert (kept["outcome"], odd["code"]) == ("stored", "not_sensitive")
    with rls.everywhere("look"), connection.cursor() as cursor:
        cursor.execute("SELECT latitude, longitude FROM duty_checkin WHERE source = 'phone'")
        assert cursor.fetchall() == [(None, None)]  # it counts, without the place
        assert Consent.objects.count() == 1
    home = app.get("home").json()
    assert {each["code"]: each["usable"] for each in home["capabilities"]}["track"] is False
    assert app.get("consents").json()["said"][0]["given"] is False


@pytest.mark.req("P5")
def test_a_word_counts_from_the_moment_it_was_said_also_for_what_is_sent_with_it(hold, phone_of, programme):
    """A day without signal arrives at once: a place before the no, without it after, and again after the yes."""
    phone = phone_of(hold("张大山"))
    for given in (None, False, True):
        if given is not None:
            phone.make("consent", {"capability": "place", "given": given, "text_version": words_of("place")})
            phone.clock.pass_time(1_000)
        phone.make("check_in", ON)
        phone.clock.pass_time(60_000)
    sent = list(phone.waiting.values())
    assert {each["outcome"] for each in phone.deliver(records=sent[::-1])} == {"stored"}
    with rls.everywhere("look"), connection.cursor() as cursor:
        cursor.execute("SELECT latitude FROM duty_checkin ORDER BY at")
        assert cursor.fetchall() == [(26.4,), (None,), (26.4,)]


def test_what_the_programme_does_not_use_does_not_count_and_is_kept(hold, phone_of):
    with rls.everywhere("set-up"):
        programme = Programme.objects.create(
            region_code="520403000000", code="rural", name="公益岗", kind="public_welfare", policy_code="rural-post-400",
            starts=timezone.localdate() - timedelta(days=400),
        )  # fmt: skip
        cleaner = phone_of(hold("李小河", within=programme))
        gone = phone_of(hold("王老五", ends=timezone.localdate() - timedelta(days=30)))
    cleaner.make("check_in", ON)
    cleaner.make("complaint", {"text": "清扫工具一直没有发"})
    off, said = cleaner.deliver()
    assert (off["code"], said["outcome"]) == ("capability_off", "stored")
    gone.make("check_in", ON)
    assert gone.deliver()[0]["code"] == "no_post"
    assert as_app(gone).get("home").json()["sentence"].startswith("您今天不在岗")
    with rls.everywhere("look"):
        assert SetAside.objects.count() == 2
        assert Record.objects.filter(kind="check_in").count() == 2


@pytest.mark.req("Z14")
def test_complaints_are_answered_on_the_phone_and_no_neighbour_reads_them(hold, phone_of, county_manager):
    mine, hers = phone_of(hold("张大山", phone="13985000001")), phone_of(hold("李小河"))
    record = mine.make("complaint", {"text": "巡护用的雨衣已经破了"})
    mine.make("complaint", {"text": "短"})
    mine.make("suggestion", {"text": "建议在垭口设一个休息点", "anonymous": True})
    first, third, nameless = mine.deliver()
    assert (first["outcome"], third["code"], nameless["code"]) == ("stored", "too_short", "signed")
    assert "公开网页" in nameless["detail"], "a signed record is never without a name"
    with rls.everywhere("the office"):
        complaint = Objection.objects.get(record_id=UUID(record.id))
        assert complaint.kind == ObjectionKind.COMPLAINT
        assert notices.sender_of(complaint, actor=county_manager).name == "张大山"
        notices.answer(complaint, Decision.UPHELD, "雨衣下月统一更换", actor=county_manager)
    answer = as_app(mine).get("complaints").json()
    assert answer["without_name"].endswith("/region/520403100/complain/"), "the public page of the town"
    with rls.everywhere("look"):
        kept = Record.objects.get(pk=nameless["id"])
        assert "垭口" not in kept.body, "what was to be said without a name does not lie beside one"
        assert {proof.by for proof in proofs() if proof.holds} == {"signature"}
        assert all(proof.holds for proof in proofs()), "the chain of the phone is whole"
    said = {each["record"]: each for each in answer["sayings"]}
    assert (said[record.id]["answer"], said[record.id]["state"]) == ("雨衣下月统一更换", "answered")
    assert as_app(hers).get("complaints").json()["sayings"] == []
    state = as_app(mine).get(f"records/{record.id}").json()
    assert (state["state"], state["kind"]) == ("counts", "complaint")
    assert as_app(hers).get(f"records/{record.id}").status_code == 404
    assert as_app(mine).get(f"records/{third['id']}").json()["state"] == "aside"


def test_nothing_is_read_without_a_token_and_notices_are_the_village_s(
    hold, phone_of, county_manager, make_user, client
):
    assert {client.get(f"/field/api/v1/{path}").json()["code"] for path in READS} == {"signed_out"}
    far = make_user(Role.TOWN_OFFICER, "520403101")
    with rls.everywhere("the office"):
        today = timezone.localdate()
        for region, actor, title in ((VILLAGE[:6], county_manager, "全区公告"), ("520403101", far, "别镇公告")):
            notice = notices.draft_notice(
                NoticeKind.ANNOUNCEMENT, title, region_code=region.ljust(12, "0"), body="内容", opens=today, working_days=5,
                actor=actor,
            )  # fmt: skip
            notices.publish(notice, actor=actor)
    told = as_app(phone_of(hold("张大山"))).get("notices").json()["notices"]
    assert [each["title"] for each in told] == ["全区公告"]
