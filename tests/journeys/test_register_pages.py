"""The register, its lists, requests, quotas, stations and kinds in the browser: in Chinese, and fitting a phone."""

from datetime import date

import pytest
from tests.console.conftest import make_person, make_post, make_programme, make_regions
from tests.journeys.conftest import at_both_sizes, too_wide
from tests.journeys.test_every_page import english_in

from yigang.foundation.enums import Role
from yigang.people.domain import add_hardship
from yigang.people.enums import HardshipKind
from yigang.people.models import LabourList, LabourRecord, RegisterChange, RegisterEdition
from yigang.people.register.lists import ListRecord, ensure_lists, save_list
from yigang.posts import domain
from yigang.posts.domain import QuotaRecord, RequestRecord, StationRecord
from yigang.posts.enums import Asker
from yigang.posts.models import PostKind

pytestmark = pytest.mark.journey

VILLAGE = "520403100201"
MEANT = {"WGS", "and", "not", "PDF", "solar", "xlsx", "Enter", "Esc", "Shift"}
"""Words in Latin letters that these pages mean to show: a map's datum, the words of a rule, an example."""


@pytest.fixture
def manager(committed_db, make_user):
    make_regions()
    manager = make_user(Role.COUNTY_MANAGER, "520403", username="县级管理员")
    manager.name = "李县长"
    manager.save()
    return manager


@pytest.fixture
def request_pk(manager, make_user):
    clerk, town = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, "520403100")
    for user, name in ((clerk, "王文书"), (town, "陈站长")):
        user.name = name
        user.save()
    programme = make_programme()
    domain.save_quota(programme, QuotaRecord("520403000000", 2021, "省级衔接资金", 10, 10_000_000), actor=manager)
    station = StationRecord(
        "520403100000", "红加绿·益起行驿站", "古城南门", "106.25", "26.40", "0851-34221234", "8:00–18:00"
    )
    station = domain.save_station(station, actor=manager)
    domain.attach_post(make_post("R1"), station, actor=manager)
    record = RequestRecord(
        VILLAGE, Asker.VILLAGE, "芝麻村村委会", PostKind.objects.get(code="forest-guard"), ["森林防火", "河道清理"],
        "后山林区", 2, 240, "防火期无人巡护", 2021, longitude="106.2561", latitude="26.4056", station=station,
    )  # fmt: skip
    request = domain.save_request(programme, record, actor=clerk)
    domain.submit_request(request, actor=clerk)
    domain.check_request(request, text="情况属实", actor=town)
    return request.pk


def fill_register(manager) -> RegisterEdition:
    """A quarter with one difference, a person on a list, one on none, a category that has ended, the county's sixth list."""
    ensure_lists("520403")
    sixth = "性别 = '女' and 年龄 >= 35 and 劳动能力 and 就业状态 in ('未就业', '在家务农')"
    save_list("520403", ListRecord("own-1", "三十五岁以上待就业妇女", sixth, 6), actor=manager)
    edition = RegisterEdition.objects.create(
        region_code="520403000000", quarter="2020Q2", as_of=date(2020, 6, 30), rows=2, digest="x", loaded_by=manager
    )
    facts = {"birth": date(1980, 1, 1), "sex": "F", "employment": "jobless"}
    for number, name, able in ((1, "王小红", True), (2, "李大山", None)):
        person = make_person(number, name=name)
        LabourRecord.objects.create(
            region_code=VILLAGE,
            edition=edition,
            person=person,
            name=name,
            pinyin=name,
            able=able,
            willing=able,
            **facts,
        )
    RegisterChange.objects.create(
        region_code=VILLAGE, edition=edition, person=person, name="李大山", what="changed", fields=["phone", "employment"],
        before={"phone": "13900000000", "employment": "farming"}, after={"phone": "13800000002", "employment": "jobless"},
        proposals={"phone": ["13900000000", "13800000002"]},
    )  # fmt: skip
    add_hardship(
        person, HardshipKind.OLD, evidence="户口簿", since=date(2019, 1, 1), until=date(2020, 1, 1), actor=manager
    )
    return edition


def test_every_page_is_chinese_and_fits(manager, request_pk, browse, picture):
    edition = fill_register(manager)
    able = LabourList.objects.get(code="able-willing")
    pages = {
        "requests": "/posts/requests/", "request": f"/posts/requests/{request_pk}/", "request-add": "/posts/requests/add/",
        "quotas": "/posts/quotas/", "stations": "/posts/stations/", "kinds": "/posts/kinds/", "kind": "/posts/kinds/add/",
        "register": "/people/register/", "changes": f"/people/register/changes/?edition={edition.pk}",
        "five-lists": "/people/lists/", "labour": "/people/lists/people/", "hardships": "/people/hardships/",
        "list-rule": f"/people/lists/{able.pk}/",
    }  # fmt: skip
    page = browse(manager)
    wrong = {}
    for name, path in pages.items():
        for width in at_both_sizes(page, path, until="networkidle" if name == "request" else "load"):
            picture(page, f"register-{name}")
            overflow, english = too_wide(page), english_in(page.locator("body").inner_text()) - MEANT
            if overflow > 0 or (english and name != "list-rule"):
                wrong[name, width] = (overflow, english)
    assert wrong == {}
