"""Bringing a roster in by the browser: hand it in, look, choose columns, import, take back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.exchange.roster.conftest import CREATED, county, programme, row  # noqa: F401 - fixtures

from yigang.console.imports.listing import IMPORTS
from yigang.exchange import domain, tasks
from yigang.exchange.columns import simplify
from yigang.exchange.enums import ImportState
from yigang.exchange.marks.columns import MARKS
from yigang.exchange.models import ColumnMapping, FileImport
from yigang.exchange.roster import sheets
from yigang.exchange.tables import read
from yigang.foundation import rls
from yigang.foundation.enums import JobState, Role
from yigang.foundation.jobs import silent
from yigang.foundation.models import JobRun
from yigang.people.models import Person

FULL = [row(1), row(2)]


@pytest.fixture
def browser(county_manager) -> Client:
    client = Client()
    client.force_login(county_manager)
    return client


@pytest.fixture
def hand_in(programme, browser, county_manager):  # noqa: F811 - the fixture
    """Hand a file in by the page and let its job read it."""

    def hand_in(content, name="花名册.xlsx") -> FileImport:
        data = content if isinstance(content, bytes) else sheets.workbook(content, CREATED)
        given = {"kind": "roster", "programme": programme.pk, "file": SimpleUploadedFile(name, data)}
        response = browser.post(reverse("console:import-new"), given)
        assert response.status_code == 302, response.content.decode()
        return read_now(FileImport.objects.latest("pk"), county_manager)

    return hand_in


def read_now(one: FileImport, actor) -> FileImport:
    """What the worker does."""
    with rls.scope(actor):
        tasks.preview.work(silent, actor=actor, import_id=one.pk)
    JobRun.objects.filter(pk=one.job_id).update(state=JobState.DONE)
    one.refresh_from_db()
    return one


def page(browser: Client, one: FileImport, name: str = "import") -> str:
    return browser.get(reverse(f"console:{name}", args=[one.pk])).content.decode()


def test_a_file_is_kept_and_read_in_a_job_that_may_outlive_the_page(programme, browser):  # noqa: F811 - the fixture
    data = SimpleUploadedFile("花名册.xlsx", sheets.workbook(FULL, CREATED))
    browser.post(reverse("console:import-new"), {"kind": "roster", "programme": programme.pk, "file": data})
    one = FileImport.objects.get()
    assert (one.state, one.job.state) == (ImportState.READING, JobState.WAITING)
    shown = page(browser, one)
    assert "import-progress" in shown
    assert browser.get(reverse("console:import-progress", args=[one.pk])).status_code == 200
    JobRun.objects.update(state=JobState.DONE)
    assert browser.get(reverse("console:import-progress", args=[one.pk])).headers["HX-Refresh"] == "true"


def test_a_roster_needs_its_programme(programme, browser):  # noqa: F811 - the fixture
    data = SimpleUploadedFile("花名册.xlsx", b"x")
    response = browser.post(reverse("console:import-new"), {"kind": "roster", "file": data})
    assert response.status_code == 200
    assert not FileImport.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(programme, browser, settings):  # noqa: F811 - the fixture
    settings.UPLOAD_LIMIT_BYTES = 3
    data = SimpleUploadedFile("花名册.xlsx", b"xxxx")
    response = browser.post(reverse("console:import-new"), {"kind": "roster", "programme": programme.pk, "file": data})
    assert response.status_code == 200
    assert not FileImport.objects.exists()


def test_the_page_shows_every_difference_masked_and_imports_when_told(hand_in, browser, county_manager):
    one = hand_in([*FULL, row(3, kinship="李某/村支书/叔叔")])
    shown = page(browser, one)
    assert row(1)["identity"] not in shown
    assert "520403********" in shown
    assert "李某/村支书/叔叔" in shown
    browser.post(reverse("console:import-apply", args=[one.pk]))
    with rls.scope(county_manager):
        tasks.apply.work(silent, actor=county_manager, import_id=one.pk)
    assert Person.objects.count() == 3
    changed = hand_in([row(1, phone="13911112222"), row(2)])
    assert "<del>13800000001</del> → <ins>13911112222</ins>" in page(browser, changed)


def test_errors_stand_with_row_and_column_and_go_back_as_a_workbook(hand_in, browser):
    one = hand_in([row(1), row(2, identity="520403198003070029")])
    assert one.state == ImportState.REFUSED
    shown = page(browser, one)
    assert "G *身份证号" in shown
    assert reverse("console:import-apply", args=[one.pk]) not in shown
    workbook = browser.get(reverse("console:import-problems", args=[one.pk])).content
    assert workbook.startswith(b"PK")
    assert browser.get(reverse("console:import", args=[one.pk]), {"severity": "note"}).status_code == 200


def test_unknown_headings_are_mapped_once_and_remembered(hand_in, browser, county_manager):
    odd = "乡镇,村,人的称呼,证件\n齐伯镇,大坪村,张三,{}\n".format(row(1)["identity"]).encode("gb18030")
    one = hand_in(odd, "名单.csv")
    assert one.state == ImportState.REFUSED
    assert [problem["code"] for problem in one.problems] == ["no_header"] or one.headings
    partly = "乡镇,村,姓名,本人证件\n齐伯镇,大坪村,张三,{}\n".format(row(1)["identity"]).encode("gb18030")
    one = hand_in(partly, "名单.csv")
    assert [problem["code"] for problem in one.problems] == ["column_missing"]
    assert "本人证件" in page(browser, one, "import-columns")
    chosen = {"column0": "town", "column1": "village", "column2": "name", "column3": "identity"}
    browser.post(reverse("console:import-columns", args=[one.pk]), chosen)
    one = read_now(FileImport.objects.get(pk=one.pk), county_manager)
    assert (one.state, one.counts["new"]) == (ImportState.PREVIEW, 1)
    assert ColumnMapping.objects.get().mapping[simplify("本人证件")] == "identity"
    assert hand_in(partly, "又一份.csv").state == ImportState.PREVIEW


def test_one_column_is_not_chosen_twice(hand_in, browser):
    one = hand_in(FULL)
    number = list(dict.fromkeys(one.headings))
    twice = {f"column{place}": "name" for place in range(2)}
    assert len(number) > 2
    response = browser.post(reverse("console:import-columns", args=[one.pk]), twice)
    assert response.status_code == 200
    assert not ColumnMapping.objects.exists()


def test_an_import_is_taken_back_with_a_reason(hand_in, browser, county_manager):
    one = hand_in(FULL)
    with rls.scope(county_manager):
        domain.apply(one, actor=county_manager)
    address = reverse("console:import-undo", args=[one.pk])
    browser.post(address, {"reason": " "})
    assert Person.objects.count() == 2
    browser.post(address, {"reason": "传错文件"})
    assert not Person.objects.exists()


def test_another_county_finds_nothing(hand_in, make_user):
    one = hand_in(FULL)
    stranger = Client()
    stranger.force_login(make_user(Role.COUNTY_MANAGER, "520402"))
    for name in ("import", "import-columns", "import-problems", "import-progress"):
        assert stranger.get(reverse(f"console:{name}", args=[one.pk])).status_code == 404
    for name in ("import-apply", "import-undo", "import-again"):
        assert stranger.post(reverse(f"console:{name}", args=[one.pk])).status_code == 404


@pytest.mark.req("P5")
def test_a_village_looks_but_hands_no_roster_in(hand_in, make_user):
    hand_in(FULL)
    clerk = Client()
    clerk.force_login(make_user(Role.VILLAGE_CLERK, "520403100201"))
    data = SimpleUploadedFile("花名册.xlsx", b"x")
    assert clerk.get(reverse("console:imports")).status_code == 200
    assert clerk.post(reverse("console:import-new"), {"kind": "roster", "file": data}).status_code == 200
    assert FileImport.objects.count() == 1


def test_the_template_opens_as_a_roster(browser):
    content = browser.get(reverse("console:import-template")).content
    assert not read(content, sheets.ROSTER).mapping.unknown


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions_for_any_length(
    hand_in, browser, count, django_assert_max_num_queries
):
    for _turn in range(count):
        hand_in(FULL)
    with django_assert_max_num_queries(12):
        assert browser.get(reverse("console:imports")).status_code == 200
    assert IMPORTS.name == "imports"


def test_the_persons_story_names_the_file_and_links_to_it_where_it_may_be_read(
    hand_in, browser, sign_in, county_manager, town_officer
):
    one = hand_in(FULL)
    with rls.scope(county_manager):
        domain.apply(one, actor=county_manager)
    person = Person.objects.get(name=row(1)["name"])
    told, link = "花名册.xlsx", reverse("console:import", args=[one.pk])
    shown = browser.get(reverse("console:person-timeline", args=[person.pk])).content.decode()
    assert told in shown
    assert link in shown
    shown = sign_in(town_officer).get(reverse("console:person-timeline", args=[person.pk])).content.decode()
    assert told in shown
    assert link not in shown


def test_there_is_a_template_for_marks_too(browser):
    table = read(browser.get(reverse("console:import-template"), {"kind": "mark"}).content, MARKS)
    assert not table.mapping.unknown


def test_marks_need_their_programme(programme, browser):  # noqa: F811 - the fixture
    data = SimpleUploadedFile("评定.xlsx", b"x")
    assert browser.post(reverse("console:import-new"), {"kind": "mark", "file": data}).status_code == 200
    assert not FileImport.objects.exists()
