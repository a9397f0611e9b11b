"""The page of a person: masked until asked, asked only with an entry, the story whole, foreign people not there."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.conftest import TOWN
from tests.console.conftest import identity_of, make_person, make_post
from tests.duty.conftest import at, evidence, punch

from yigang.appraisal.models import Mark, MarkWithdrawal
from yigang.duty.domain import take_in
from yigang.duty.enums import Table
from yigang.duty.models import Intake, Leave
from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry
from yigang.people import domain
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis

CARD = "6217000010001234567"


@pytest.fixture
def person(regions, county_manager):
    """A ranger with an account, in post since July."""
    person = make_person(1, name="王小红", phone="13912345678")
    domain.set_account(person, bank="农村信用社", holder="王小红", number=luhn(CARD), actor=county_manager)
    appoint(person, make_post(), Terms(date(2020, 7, 1), training=TrainingBasis.TAKEN_OVER), actor=county_manager)
    return person


def luhn(digits: str) -> str:
    from stdnum import luhn as check

    return digits[:-1] + check.calc_check_digit(digits[:-1])


@pytest.mark.req("P1")
def test_numbers_are_masked_until_somebody_asks(sign_in, town_officer, person):
    page = sign_in(town_officer).get(f"/people/{person.pk}/").content.decode()
    assert identity_of(1)[-4:] in page
    assert identity_of(1) not in page
    assert "13912345678" not in page
    assert luhn(CARD) not in page


@pytest.mark.parametrize(
    ("field", "value"), [("identity", identity_of(1)), ("phone", "13912345678"), ("card", luhn(CARD))]
)
def test_showing_a_number_is_noted_first(sign_in, town_officer, person, field, value):
    response = sign_in(town_officer).post(
        f"/people/{person.pk}/reveal/", {"field": field}, headers={"HX-Request": "true"}
    )
    assert value in response.content.decode()
    entry = AuditEntry.objects.get(verb="foundation.reveal")
    assert (entry.actor_id, entry.object_id, entry.after) == (town_officer.pk, str(person.pk), {"fields": [field]})


def test_the_number_is_shown_without_script_too(sign_in, town_officer, person):
    page = sign_in(town_officer).post(f"/people/{person.pk}/reveal/", {"field": "identity"}).content.decode()
    assert identity_of(1) in page
    assert "王小红" in page


def test_who_may_not_see_numbers_is_offered_none_and_gets_none(sign_in, make_user, person):
    client = sign_in(make_user(Role.LEADER, TOWN))
    assert "person-reveal" not in client.get(f"/people/{person.pk}/").content.decode()
    assert client.post(f"/people/{person.pk}/reveal/", {"field": "identity"}).status_code == 404
    assert not AuditEntry.objects.filter(verb="foundation.reveal").exists()


def test_an_unknown_field_is_refused(sign_in, town_officer, person):
    assert sign_in(town_officer).post(f"/people/{person.pk}/reveal/", {"field": "name"}).status_code == 400


def bare(response):
    """A page without its form token, which differs each time."""
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*', "", response.content.decode())


@pytest.mark.req("P5")
@pytest.mark.parametrize("path", ["", "edit/", "account/", "phone/", "timeline/", "photo/"])
def test_a_foreign_person_is_as_absent_as_one_who_never_was(sign_in, make_user, person, path):
    client = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    foreign, absent = client.get(f"/people/{person.pk}/{path}"), client.get(f"/people/999999/{path}")
    assert foreign.status_code == absent.status_code == 404
    assert bare(foreign) == bare(absent).replace("999999", str(person.pk))


def test_the_story_tells_appointment_and_changes(sign_in, town_officer, person):
    page = sign_in(town_officer).get(f"/people/{person.pk}/timeline/").content.decode()
    assert "Took up R1 护林员" in page
    assert "Changed the bank account" in page
    assert "Took up" not in sign_in(town_officer).get(f"/people/{person.pk}/timeline/?chapter=people").content.decode()


def test_what_was_withdrawn_is_struck_with_who_and_why(sign_in, town_officer, county_manager, person):
    held = person.appointments.get()
    month = date(2026, 10, 1)

    def mark(value: str, reason: str) -> Mark:
        return Mark.objects.create(
            region_code=held.region_code, appointment=held, month=month, name="乡镇评定", value=value, reason=reason,
            given_by=town_officer,
        )  # fmt: skip

    def leave(day: int) -> Leave:
        first = date(2026, 10, day)
        intake = Intake.objects.create(
            region_code=held.region_code, table="leaves", source="sheet", first=first, last=first,
            created_by=town_officer,
        )  # fmt: skip
        return Leave.objects.create(
            region_code=held.region_code, person=person, kind="sick", first=first, last=first, approved=True,
            source="sheet", external_key=str(day).encode(), intake=intake, raw="{}",
        )  # fmt: skip

    mark("15", "巡护认真"), mark("3", "记错了人")
    leave(5), leave(6)
    wrong = Mark.objects.get(value=3)
    MarkWithdrawal.objects.create(
        region_code=held.region_code, mark=wrong, reason="不是这个人", withdrawn_by=county_manager
    )
    Intake.objects.filter(first=date(2026, 10, 6)).update(
        withdrawn_at=timezone.now(), withdrawn_by=county_manager, withdrawn_reason="导错了表"
    )
    page = sign_in(town_officer).get(f"/people/{person.pk}/timeline/").content.decode()
    struck = re.findall(r"<s>(.*?)</s> <small>(.*?)</small>", page)
    assert [(title[:8], county_manager.name in why) for title, why in struck] == [
        ("乡镇评定: 3.", True), ("Sick lea", True),
    ]  # fmt: skip
    assert "不是这个人" in page
    assert "导错了表" in page
    assert "<s>乡镇评定: 15" not in page


def test_the_page_asks_a_bounded_number_of_questions(sign_in, town_officer, person):
    client = sign_in(town_officer)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/people/{person.pk}/")
    assert len(queries) == 51


def test_a_person_is_added_with_a_household(sign_in, town_officer, regions):
    form = {
        "name": "李大山", "number": identity_of(7), "region_code": "520403100201", "residence": "rural",
        "household_number": "42", "relation": "head",
    }  # fmt: skip
    response = sign_in(town_officer).post("/people/add/", form)
    page = sign_in(town_officer).get(response["Location"]).content.decode()
    assert "李大山" in page
    assert ">42</a></small>" in page


def test_what_the_verb_refuses_stands_on_the_form(sign_in, town_officer, person):
    form = {
        "name": "别人", "number": identity_of(1), "region_code": "520403100201", "residence": "rural",
        "relation": "other",
    }  # fmt: skip
    page = sign_in(town_officer).post("/people/add/", form).content.decode()
    assert "is registered already" in page
    assert 'value="别人"' in page


def test_money_goes_to_nobody_else(sign_in, town_officer, person):
    form = {"bank": "农村信用社", "holder": "李外人", "card": luhn("6217000010009999999")}
    page = sign_in(town_officer).post(f"/people/{person.pk}/account/", form).content.decode()
    assert "The account belongs to “李外人”, not to 王小红." in page


def test_household_causes_and_income_are_kept(sign_in, town_officer, person):
    form = {
        "address": "芝麻村3组",
        "poor_kind": "lifted",
        "main_cause": "illness",
        "other_causes": ["land"],
        "income": "1,234.50",
    }
    sign_in(town_officer).post(f"/people/{person.pk}/household/", form)
    page = sign_in(town_officer).get(f"/people/{person.pk}/").content.decode()
    assert "1,234.50 yuan" in page
    assert "<b>Illness</b>" in page


def test_a_village_clerk_changes_phones_but_not_files(sign_in, make_user, person):
    client = sign_in(make_user(Role.VILLAGE_CLERK, "520403100201"))
    client.post(f"/people/{person.pk}/phone/", {"phone": "13800000000"})
    person.refresh_from_db()
    assert person.phone == "13800000000"
    assert client.get(f"/people/{person.pk}/edit/").status_code == 404
    assert "“Change bank accounts” is for" in client.get(f"/people/{person.pk}/").content.decode()


def test_a_death_is_recorded_with_its_paper_and_taken_back(sign_in, town_officer, person):
    client = sign_in(town_officer)
    sent = {
        "on": "2020-09-10",
        "evidence": "死亡医学证明",
        "last_day": "",
        "document": SimpleUploadedFile("证明.pdf", b"%PDF-1.4"),
    }
    assert client.post(f"/people/{person.pk}/death/", sent).status_code == 302
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert all(words in page for words in ("died on 2020-09-10", "死亡医学证明", "证明.pdf", "Take the death back"))
    assert person.appointments.get().ends == date(2020, 9, 10)
    assert client.post(f"/people/{person.pk}/death/undo/", {"reason": "误登"}).status_code == 302
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert "Record a death" in page
    assert person.appointments.get().ends is None


def test_a_death_before_the_birth_is_refused_on_the_form(sign_in, town_officer, person):
    client = sign_in(town_officer)
    page = client.post(f"/people/{person.pk}/death/", {"on": "1970-01-01", "evidence": "证明"}).content.decode()
    assert "was born on" in page
    person.refresh_from_db()
    assert person.died_on is None


def test_check_ins_after_the_death_are_flagged_not_refused(sign_in, town_officer, county_manager, person):
    seen = evidence(Table.CHECK_INS, [punch("王小红", at(15, month=9))], days=(date(2020, 9, 1), date(2020, 9, 30)))
    take_in(seen, actor=county_manager)
    client = sign_in(town_officer)
    response = client.post(f"/people/{person.pk}/death/", {"on": "2020-09-10", "evidence": "证明"}, follow=True)
    assert "1 check-ins lie after this day" in response.content.decode()
    assert "1 check-ins after the death" in response.content.decode()


def test_remarks_are_written_and_shown(sign_in, county_manager, person):
    client = sign_in(county_manager)
    sent = {
        "name": person.name, "region_code": person.region_code, "residence": "rural", "relation": "other",
        "household_number": "H1", "remarks": "腿脚不便，安排平路",
    }  # fmt: skip
    assert client.post(f"/people/{person.pk}/edit/", sent).status_code == 302
    assert "腿脚不便，安排平路" in client.get(f"/people/{person.pk}/").content.decode()
