"""The office: jobs, files, the audit trail, accounts, the calendar, regions."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.conftest import COUNTY, TOWN

from yigang.foundation import audit
from yigang.foundation.domain import override_day, store_file
from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry, JobRun, User


def queries_for(client, path):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path).content.decode()
    return page, len(queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_of_the_office_cost_the_same_queries_whatever_their_rows(
    sign_in, county_manager, make_user, regions, rows
):
    for number in range(rows):
        JobRun.objects.create(kind="x", title=f"job {number}", region_code="520403000000", actor=county_manager)
        override_day("520403000000", date(2026, 3, number + 2), working=False, name="赶集", actor=county_manager)
        if number:
            make_user(Role.TOWN_OFFICER, TOWN)
    client = sign_in(county_manager)
    counts = {}
    for path in ("/office/jobs/", "/office/audit/", "/office/accounts/", "/office/calendar/"):
        page, counts[path] = queries_for(client, path)
        assert page.count("data-row") == rows, path
    assert counts == {"/office/jobs/": 8, "/office/audit/": 8, "/office/accounts/": 10, "/office/calendar/": 10}


def test_a_year_that_is_not_published_is_entered_on_its_page(sign_in, county_manager, town_officer, regions):
    client = sign_in(county_manager)
    assert "/office/calendar/2027/enter/" in client.get("/office/calendar/?year=2027").content.decode()
    assert client.post("/office/calendar/2027/enter/").status_code == 302
    page = client.get("/office/calendar/?year=2027").content.decode()
    assert "calendar-year" in page
    assert "国庆节" in page
    assert "/enter/" not in page
    assert sign_in(town_officer).post("/office/calendar/2027/enter/").status_code == 404


def test_a_job_shows_its_progress_until_it_is_done(sign_in, county_manager, regions):
    run = JobRun.objects.create(
        kind="x", title="Import", region_code="520403000000", actor=county_manager, state="running", done=30, total=120
    )
    client = sign_in(county_manager)
    page = client.get(f"/office/jobs/{run.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert "<b>25%</b>" in page
    JobRun.objects.filter(pk=run.pk).update(state="done")
    part = client.get(f"/office/jobs/{run.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in part


def test_another_person_s_job_is_not_there(sign_in, county_manager, town_officer, regions):
    run = JobRun.objects.create(kind="x", title="Import", region_code="520403100000", actor=county_manager)
    assert sign_in(town_officer).get(f"/office/jobs/{run.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "prefix", "status"),
    [(Role.TOWN_OFFICER, TOWN, 200), (Role.TOWN_OFFICER, "520403101", 404), (Role.SYSTEM_ADMIN, COUNTY, 404)],
    ids=["own town", "another town", "who keeps accounts only"],
)
def test_a_file_opens_for_its_region_and_role(
    sign_in, county_manager, make_user, settings, tmp_path, role, prefix, status
):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    stored = store_file(
        b"<script>", name="a.html", region_code="520403100000", actor=county_manager, content_type="text/html"
    )
    response = sign_in(make_user(role, prefix)).get(f"/office/files/{stored.pk}/")
    assert response.status_code == status
    if status == 200:
        assert response["Content-Disposition"].startswith("attachment")
        response.close()


def test_the_trail_is_verified_in_the_browser(sign_in, county_manager):
    audit.record("foundation.sign_in", county_manager, actor=county_manager, region_code="520403000000")
    page = sign_in(county_manager).post("/office/audit/verify/").content.decode()
    assert "The trail is whole" in page
    assert audit.heads()["520403"][1] in page


def test_the_trail_says_what_changed(sign_in, county_manager):
    audit.record(
        "people.set_phone", county_manager, actor=county_manager, region_code="520403000000",
        before={"phone": "1"}, after={"phone": "2"},
    )  # fmt: skip
    page = sign_in(county_manager).get("/office/audit/").content.decode()
    assert "<li>phone <del>1</del> <ins>2</ins></li>" in page


def test_a_town_officer_reads_no_trail(sign_in, town_officer):
    assert sign_in(town_officer).get("/office/audit/").status_code == 404


def test_an_account_is_added_with_a_passing_password_shown_once(sign_in, county_manager, regions):
    client = sign_in(county_manager)
    form = {"username": "baiyun", "name": "张办事", "role": "town_officer", "prefixes": "520403100000"}
    page = client.post("/office/accounts/add/", form).content.decode()
    added = User.objects.get(username="baiyun")
    password = page.split('class="passing">')[1].split("<")[0]
    assert added.check_password(password)
    assert added.must_change_password
    assert added.prefixes == ("520403100",)


def test_nobody_gives_what_is_not_his(sign_in, county_manager, regions):
    form = {"username": "far", "name": "远", "role": "town_officer", "prefixes": "520404"}
    page = sign_in(county_manager).post("/office/accounts/add/", form).content.decode()
    assert "This lies outside the region you work in." in page
    assert not User.objects.filter(username="far").exists()


def test_scopes_change_and_accounts_close(sign_in, county_manager, make_user, regions):
    user = make_user(Role.TOWN_OFFICER, TOWN)
    client = sign_in(county_manager)
    client.post(f"/office/accounts/{user.pk}/scopes/", {"prefixes": "520403101\n520403100201"})
    client.post(f"/office/accounts/{user.pk}/close/")
    user = User.objects.get(pk=user.pk)
    assert (user.is_active, sorted(user.prefixes)) == (False, ["520403100201", "520403101"])
    assert AuditEntry.objects.get(verb="foundation.change_scopes").before == {"prefixes": [TOWN]}


def test_an_account_of_another_county_is_not_there(sign_in, county_manager, make_user):
    stranger = make_user(Role.TOWN_OFFICER, "520404100")
    client = sign_in(county_manager)
    assert client.get(f"/office/accounts/{stranger.pk}/").status_code == 404
    assert client.post(f"/office/accounts/{stranger.pk}/password/").status_code == 404


def test_the_calendar_counts_working_days_and_takes_the_county_s_own(sign_in, county_manager, regions):
    client = sign_in(county_manager)
    before = client.get("/office/calendar/?year=2025").context["total"]
    client.post("/office/calendar/add/", {"date": "2025-03-03", "working": "no", "name": "赶集"})
    assert client.get("/office/calendar/?year=2025").context["total"] == before - 1


def test_a_year_that_is_not_published_says_so(sign_in, county_manager, regions):
    assert (
        "are not known to this program" in sign_in(county_manager).get("/office/calendar/?year=2090").content.decode()
    )


def test_regions_open_level_by_level(sign_in, county_manager, regions):
    page = sign_in(county_manager).get("/office/regions/?parent=520403000000").content.decode()
    assert 'href="?parent=520403100000">白云镇</a>' in page
