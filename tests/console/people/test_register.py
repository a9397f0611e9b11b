"""The register in the browser: quarters, differences, five lists with their reasons, and categories that end."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.console.conftest import make_person

from yigang.foundation.enums import Role
from yigang.foundation.models import JobRun
from yigang.people.domain import add_hardship
from yigang.people.enums import HardshipKind, ReviewState
from yigang.people.models import Hardship, LabourList, LabourRecord, Person, RegisterChange, RegisterEdition
from yigang.people.register.lists import ensure_lists

VILLAGE = "520403100201"
READY = {"able": True, "willing": True, "employment": "jobless", "in_training": False, "wants_training": False}


@pytest.fixture
def edition(county_manager, regions):
    ensure_lists("520403")
    return RegisterEdition.objects.create(
        region_code="520403000000", quarter="2020Q2", as_of=date(2020, 6, 30), rows=3, digest="x",
        loaded_by=county_manager,
    )  # fmt: skip


def make_record(edition, number, name="王小红", **columns):
    person = make_person(number, name=name)
    values = {"region_code": VILLAGE, "birth": date(1980, 1, 1), "sex": "F", **READY, **columns}
    return LabourRecord.objects.create(edition=edition, person=person, name=name, pinyin=f"{number:03d}", **values)


def make_change(edition, number, **columns):
    person = make_person(number, name="王小红", phone="13900000000")
    values = {
        "what": "changed", "fields": ["phone"], "before": {"phone": "13900000000"}, "after": {"phone": f"1380000{number:04d}"},
        "proposals": {"phone": ["13900000000", f"1380000{number:04d}"]}, **columns,
    }  # fmt: skip
    return RegisterChange.objects.create(region_code=VILLAGE, edition=edition, person=person, name="王小红", **values)


def queries_of(client, address, rows):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    assert page.count("data-row") == rows
    return len(queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_queries_whatever_their_rows(sign_in, county_manager, edition, rows):
    for number in range(1, rows + 1):
        make_record(edition, number)
        make_change(edition, 100 + number)
        add_hardship(
            make_person(200 + number), HardshipKind.OLD, evidence="户口簿", since=date(2019, 1, 1),
            until=date(2020, 1, 1), actor=county_manager,
        )  # fmt: skip
    client = sign_in(county_manager)
    client.get("/people/register/")
    able = LabourList.objects.get(code="able-willing")
    addresses = (
        "/people/register/changes/", "/people/lists/people/", f"/people/lists/people/?list={able.pk}",
        "/people/lists/people/?list=none", "/people/hardships/",
    )  # fmt: skip
    counted = [queries_of(client, address, 0 if "none" in address else rows) for address in addresses]
    assert counted == [10, 12, 12, 9, 9]
    assert queries_of(client, "/people/register/", 1) == 9


@pytest.mark.req("T1")
def test_the_five_lists_are_counted_for_the_region_looked_at(sign_in, county_manager, edition):
    make_record(edition, 1)
    make_record(edition, 2, able=None, willing=None)
    page = sign_in(county_manager).get("/people/lists/").content.decode()
    assert "有能力有意愿" in page
    assert "年龄 &gt;= 16 and 劳动能力 and 就业意愿" in page
    able = LabourList.objects.get(code="able-willing")
    people = sign_in(county_manager).get(f"/people/lists/people/?list={able.pk}").content.decode()
    assert "劳动能力 Yes" in people
    nobody = sign_in(county_manager).get("/people/lists/people/?list=none").content.decode()
    assert "the register does not say: 劳动能力、就业意愿" in nobody


@pytest.mark.req("T1")
def test_who_would_move_is_shown_before_a_rule_is_saved(sign_in, county_manager, town_officer, edition):
    make_record(edition, 1)
    make_record(edition, 2, "李大山", willing=None)
    able = LabourList.objects.get(code="able-willing")
    address = f"/people/lists/{able.pk}/"
    fields = {
        "name": "可安置",
        "rule": "劳动能力 and 就业状态 = '未就业'",
        "order": 1,
        "to_be_placed": "on",
        "active": "on",
    }
    page = sign_in(county_manager).post(address, {**fields, "look": 1}).content.decode()
    assert "1 would come on the list, 0 would leave it" in page
    assert "李大山" in page
    wrong = sign_in(county_manager).post(address, {**fields, "rule": "劳动力", "save": 1}).content.decode()
    assert "劳动力" in wrong
    able.refresh_from_db()
    assert able.name == "有能力有意愿"
    sign_in(county_manager).post(address, {**fields, "save": 1})
    able.refresh_from_db()
    assert able.name == "可安置"
    assert sign_in(county_manager).get(address).content.decode().count("data-version") == 2
    early = {**fields, "save": 1, "since": "2019-01-01", "reason": "补记"}
    assert "cannot begin before it" in sign_in(county_manager).post(address, early).content.decode()
    assert able.versions.count() == 2
    assert sign_in(town_officer).get(address).status_code == 404


@pytest.mark.req("T1")
def test_a_list_is_added_with_a_look_warned_when_it_names_nobody_and_taken_out_of_use(
    sign_in, county_manager, town_officer, edition
):
    make_record(edition, 1)
    client, address = sign_in(county_manager), "/people/lists/new/"
    assert address in client.get("/people/lists/").content.decode()
    fields = {"name": "大龄", "rule": "年龄 >= 70", "order": 6, "active": "on"}
    assert "It would name nobody" in client.post(address, {**fields, "look": 1}).content.decode()
    assert "年纪" in client.post(address, {**fields, "rule": "年纪 >= 70", "save": 1}).content.decode()
    assert LabourList.objects.count() == 5
    said = client.post(address, {**fields, "save": 1}, follow=True).content.decode()
    assert "names nobody of the register of 2020Q2" in said
    sixth = LabourList.objects.get(name="大龄")
    client.post(f"/people/lists/{sixth.pk}/", {**fields, "active": "", "save": 1})
    page = client.get("/people/lists/").content.decode()
    assert (page.count("data-row"), page.count("data-resting")) == (5, 1)
    assert sign_in(town_officer).get(address).status_code == 404


@pytest.mark.req("T1")
def test_chosen_differences_are_previewed_and_accepted(sign_in, county_manager, edition):
    changes = [make_change(edition, number) for number in (1, 2)]
    client = sign_in(county_manager)
    page = client.get(f"/people/register/changes/?edition={edition.pk}").content.decode()
    assert "<del>13900000000</del> → <b>13800000001</b>" in page
    chosen = {"selected": [changes[0].pk]}
    page = client.post("/people/register/changes/accept/", chosen).content.decode()
    assert "nothing has been done yet" in page
    digest = page.split('name="previewed" value="')[1].split('"')[0]
    client.post("/people/register/changes/accept/", {**chosen, "previewed": digest})
    states = list(RegisterChange.objects.order_by("pk").values_list("state", flat=True))
    assert states == [ReviewState.ACCEPTED, ReviewState.OPEN]
    changes[0].person.refresh_from_db()
    assert changes[0].person.phone == "13800000001"


@pytest.mark.req("T1")
def test_everything_of_a_filter_is_decided_as_a_job(sign_in, county_manager, edition):
    make_change(edition, 1)
    client = sign_in(county_manager)
    client.post(f"/people/register/{edition.pk}/decide/", {"state": "kept", "what": "changed", "below": "520403100"})
    run = JobRun.objects.get(kind="people.review_register")
    assert run.region_code == "520403100000"
    assert "Look through the register" in client.get("/").content.decode()


@pytest.mark.req("Z8")
def test_a_category_that_ends_is_due_and_renewed(sign_in, town_officer, regions):
    day = timezone.localdate()
    row = add_hardship(
        make_person(1), HardshipKind.DISABLED, evidence="残疾证", since=date(2018, 1, 1),
        until=day + timedelta(days=10), actor=town_officer,
    )  # fmt: skip
    client = sign_in(town_officer)
    assert "Renew or end hardship categories" in client.get("/").content.decode()
    page = client.get("/people/hardships/").content.decode()
    assert "ends in 10 days" in page
    since = day + timedelta(days=11)
    wrong = client.post(f"/people/hardships/{row.pk}/", {"evidence": "新证", "since": "2017-01-01"}).content.decode()
    assert "begins after the old one began" in wrong
    client.post(f"/people/hardships/{row.pk}/", {"evidence": "新证", "since": since, "until": since})
    assert Hardship.objects.latest("since").evidence == "新证"
    assert "data-row" in client.get("/people/hardships/").content.decode(), "the new term ends soon as well"


@pytest.mark.req("Z8")
def test_the_list_of_people_finds_a_category_by_its_state_and_counts_an_ended_one_no_more(
    sign_in, town_officer, regions
):
    day = timezone.localdate()
    names = {"在期": day + timedelta(days=400), "将满": day + timedelta(days=30), "已过": day - timedelta(days=1)}
    for number, (name, until) in enumerate(names.items(), 1):
        add_hardship(
            make_person(number, name=name), HardshipKind.DISABLED, evidence="残疾证", since=date(2018, 1, 1), until=until,
            actor=town_officer,
        )  # fmt: skip
    make_person(9, name="未登记")
    client = sign_in(town_officer)

    def named(query):
        page = client.get(f"/people/?{query}").content.decode()
        return {name for name in (*names, "未登记") if f">{name}<" in page}

    assert named("hardship=disabled") == {"在期", "将满"}
    assert named("hardship-state=soon") == {"将满"}
    assert named("hardship-state=over") == {"已过"}
    assert named("hardship-state=none") == {"未登记"}
    over = Person.objects.get(name="已过")
    assert "tag-bad" in client.get(f"/people/{over.pk}/").content.decode().split("残疾证")[1].split("</dd>")[0]


def test_a_foreign_category_is_not_there(sign_in, make_user, town_officer, regions):
    row = add_hardship(make_person(1), HardshipKind.OLD, evidence="证", since=date(2018, 1, 1), actor=town_officer)
    stranger = make_user(Role.TOWN_OFFICER, "520403101")
    assert sign_in(stranger).get(f"/people/hardships/{row.pk}/").status_code == 404


@pytest.mark.req("T1")
def test_the_empty_register_is_given_away(sign_in, county_manager, regions):
    answer = sign_in(county_manager).get("/imports/template/?kind=register")
    assert answer.content.startswith(b"PK")
    assert "?kind=register" in sign_in(county_manager).get("/imports/new/").content.decode()
