"""Every page of the frame, people, posts and office: opens without errors, in Chinese, and fits a phone."""

import re

import pytest
from tests.console.conftest import make_programme
from tests.journeys.conftest import at_both_sizes, too_wide

from yigang.foundation.models import JobRun
from yigang.payment.asset_models import Asset
from yigang.people.models import IncomeYear, Person

pytestmark = pytest.mark.journey

ENGLISH_MEANT = {"WGS", "xlsx", "PDF", "Enter", "Esc", "pingba", "ranger", "chief", "PNG", "WebP", "JPEG", "test"}
"""Words in Latin letters that a Chinese page may show: file endings, keys, codes and account names."""


def pages(manager):
    person = Person.objects.get(name="王小红")
    return {
        "home": "/", "search": "/search/?q=小红", "people": "/people/", "people-none": "/people/?q=无此人",
        "person": f"/people/{person.pk}/", "person-edit": f"/people/{person.pk}/edit/",
        "person-account": f"/people/{person.pk}/account/", "person-household": f"/people/{person.pk}/household/",
        "posts": "/posts/", "post": f"/posts/{person.appointments.get().post_id}/", "programmes": "/posts/programmes/",
        "programme": f"/posts/programmes/{make_programme().pk}/", "jobs": "/office/jobs/",
        "job": f"/office/jobs/{JobRun.objects.get().pk}/", "audit": "/office/audit/", "accounts": "/office/accounts/",
        "account": f"/office/accounts/{manager.pk}/", "account-add": "/office/accounts/add/",
        "calendar": "/office/calendar/?year=2025", "regions": "/office/regions/?parent=520403000000",
        "assets": "/assets/?year=2020", "assets-ledger": "/assets/ledger/", "asset": f"/assets/list/{Asset.objects.get().pk}/",
        "assets-receive": f"/assets/list/{Asset.objects.get().pk}/receive/", "assets-spend": "/assets/ledger/spend/",
        "incomes": "/incomes/", "incomes-grid": f"/incomes/{IncomeYear.objects.get().year}/grid/",
        "household": f"/incomes/households/{person.household_id}/",
        "password": "/password/", "missing": "/nowhere/",
    }  # fmt: skip


def english_in(text):
    """Words in Latin letters that nobody meant to show."""
    return {word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in ENGLISH_MEANT and not is_code(word, text)}


def is_code(word, text):
    """Part of a digest or a region's source: letters between digits."""
    return re.search(rf"[0-9a-f]{{6,}}{re.escape(word)}|{re.escape(word)}[0-9a-f]{{6,}}", text) is not None


def test_every_page_is_chinese_and_fits(district, browse, picture):
    page = browse(district, expected=["404"])
    wrong = {}
    for name, path in pages(district).items():
        how = {"status": 404 if name == "missing" else 200, "until": "networkidle" if name == "person" else "load"}
        for width in at_both_sizes(page, path, **how):
            picture(page, name)
            overflow, english = too_wide(page), english_in(page.locator("body").inner_text())
            if overflow > 0 or english:
                wrong[name, width] = (overflow, english)
    assert wrong == {}
