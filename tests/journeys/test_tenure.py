"""In post, seen by the county: vacancies with their clocks, an exit with its notice, the ledger, on a desk and on a phone."""

from datetime import date

import pytest
from tests.conftest import COUNTY
from tests.console.conftest import make_person, make_post, make_regions
from tests.journeys.conftest import at_both_sizes, too_wide

from yigang.foundation.enums import Role
from yigang.tenure import domain
from yigang.tenure.domain import Issue, Leaving, Terms
from yigang.tenure.enums import ExitKind, ExitReason, ProvisionKind, TrainingBasis

PAGES = (
    "",
    "agreements/",
    "due/",
    "vacancies/",
    "exits/",
    "exits/1/",
    "ledger/",
    "provisions/",
    "teams/",
    "letters/issue/",
)


@pytest.fixture
def manager(committed_db, make_user):
    """Three people in post; one has moved away, one is proposed for dismissal, one term is over."""
    make_regions()
    county, town = make_user(Role.COUNTY_MANAGER, COUNTY), make_user(Role.TOWN_OFFICER, COUNTY)
    held = []
    for number, name in enumerate(("王小红", "李正明", "陈国华"), start=1):
        ends = date(2021, 6, 30) if number == 3 else None
        terms = Terms(date(2020, 7, 1), ends, training=TrainingBasis.TAKEN_OVER)
        held.append(domain.appoint(make_person(number, name=name), make_post(f"R{number}"), terms, actor=town))
    dismissed = Leaving(
        ExitKind.DISMISSAL, ExitReason.ABSENT, date(2020, 9, 30), "连续旷工十五天", clause="考核办法第九条"
    )
    domain.confirm_exit(domain.leave(held[0], dismissed, actor=town), decision="同意", actor=county)
    removed = Leaving(ExitKind.REMOVAL, ExitReason.NOT_ELIGIBLE, date(2020, 12, 31), "纳入财政供养", clause="第三条")
    domain.leave(held[1], removed, actor=town)
    cover = Issue(ProvisionKind.INSURANCE, "意外伤害保险", date(2020, 7, 1), date(2021, 6, 30), 20_000, "管护经费")
    domain.give_out(held[1:2], cover, actor=town)
    return county


@pytest.mark.req("P2", "Z12", "H8")
def test_the_county_looks_at_who_is_in_post(browse, picture, manager):
    page = browse(manager)
    for address in PAGES:
        for width in at_both_sizes(page, f"/tenure/{address}"):
            assert page.locator("h1").inner_text()
            assert too_wide(page) <= 0, (address, width)
            picture(page, f"tenure-{address.strip('/').replace('/', '-') or 'home'}")
