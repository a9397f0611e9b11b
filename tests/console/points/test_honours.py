"""Pages about honours: how one stands, giving it, a vote of named officers from its opening to its close."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.console.conftest import make_regions
from tests.console.points.test_points import hire, praise

from yigang.appraisal import honours
from yigang.appraisal.models import Honour, HonourPoll
from yigang.appraisal.points import Given, give_points
from yigang.console.today import dues_of
from yigang.foundation.enums import Role

FLAG, BEST, TOWN = "流动红旗岗", "最美护林员", "520403100000"
QUERIES = {"honours/": 10, "polls/": 9}


@pytest.fixture
def rangers(db) -> list:
    make_regions()
    return [hire(number, name) for number, name in enumerate(("王小红", "李小河", "赵三", "钱四"), start=1)]


def asked(held, name: str) -> str:
    return f"honour={held.programme_id}:{name}&day=2020-07-10"


@pytest.mark.req("Z13")
def test_the_flag_is_seen_to_stand_given_and_on_the_persons_page(sign_in, rangers, town_officer):
    first, second, *_others = rangers
    give_points(Given(second, "complaint", Decimal(2), "查实", date(2020, 7, 2)), actor=town_officer)
    praise(first, town_officer)
    office, query = sign_in(town_officer, "zh-hans"), asked(first, FLAG)
    page = office.get(f"/points/honours/standing/?{query}").content.decode()
    assert "拟授予" in page
    assert "2020-07-01 – 2020-09-30" in page
    assert office.post(f"/points/honours/give/?{query}", {}).status_code == 302
    honour = Honour.objects.get()
    assert "王小红" in office.get("/points/honours/").content.decode()
    assert FLAG in office.get(f"/points/people/{first.person_id}/").content.decode()
    assert FLAG in office.get(f"/people/{first.person_id}/timeline/?chapter=months").content.decode()
    again = office.post(f"/points/honours/give/?{query}", {}, follow=True).content.decode()
    assert "已有人获得" in again
    office.post(f"/points/honours/{honour.pk}/back/", {"reason": "算错"})
    assert "算错" in office.get(f"/points/honours/{honour.pk}/").content.decode()


@pytest.mark.req("Z13")
def test_named_officers_vote_on_a_page_of_their_own(sign_in, rangers, county_manager, town_officer):
    office, query = sign_in(county_manager, "zh-hans"), asked(rangers[0], BEST)
    assert "由指定人员投票" in office.get(f"/points/honours/standing/?{query}").content.decode()
    chosen = {"candidates": [one.pk for one in rangers], "voters": [county_manager.pk, town_officer.pk]}
    assert office.post(f"/points/polls/open/?{query}", chosen).status_code == 302
    poll = HonourPoll.objects.get()
    keys = list(poll.candidates.values_list("pk", flat=True))
    office.post(f"/points/polls/{poll.pk}/vote/", {"chosen": keys[:3]})
    town = sign_in(town_officer, "zh-hans")
    page = town.get(f"/points/polls/{poll.pk}/").content.decode()
    assert "钱四" in page
    assert "尚未投票" in page
    town.post(f"/points/polls/{poll.pk}/vote/", {"chosen": keys[:2]})
    office = sign_in(county_manager, "zh-hans")
    office.post(f"/points/polls/{poll.pk}/close/", {})
    assert Honour.objects.count() == 3
    assert "王小红" in office.get(f"/points/polls/{poll.pk}/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("address", QUERIES)
def test_a_list_costs_the_same_whatever_its_rows(sign_in, rangers, county_manager, town_officer, address, rows):
    for month in range(rows):
        for kind in (FLAG, BEST):
            term = honours.term(
                rangers[0].programme, kind, TOWN if kind == FLAG else "520403000000", date(2020 + month, 7, 1)
            )
            if kind == BEST:
                honours.open_poll(term, rangers, [county_manager, town_officer], actor=county_manager)
            else:
                give_points(
                    Given(rangers[month], "praise", Decimal(2), "表扬", date(2020 + month, 7, 2)), actor=town_officer
                )
                honours.give_by_ranking(term, actor=town_officer)
    client = sign_in(county_manager)
    client.get(f"/points/{address}")
    with CaptureQueriesContext(connection) as caught:
        page = client.get(f"/points/{address}", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert len(caught) == QUERIES[address], [query["sql"][:90] for query in caught]
    assert client.get(f"/points/{address}?format=xlsx").headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_holders_are_no_business_of_who_may_not_see_points(sign_in, rangers, make_user):
    finance = sign_in(make_user(Role.FINANCE, "520403"))
    for address in ("honours/", "honours/standing/", "polls/", "honours/1/", "polls/1/"):
        assert finance.get(f"/points/{address}").status_code in (403, 404)


@pytest.mark.req("Z13")
def test_who_is_named_finds_the_vote_on_the_first_page_until_it_is_given(
    rangers, county_manager, town_officer, make_user
):
    term = honours.term(rangers[0].programme, BEST, "520403000000", date(2020, 7, 1))
    poll = honours.open_poll(term, rangers, [county_manager, town_officer], actor=county_manager)
    address = f"/points/polls/{poll.pk}/"

    def told(user, prefix: str = "") -> list[str]:
        with translation.override("zh-hans"):
            return [one.title.split("：")[0] for one in dues_of(user, prefix) if one.url == address]

    assert (told(county_manager), told(town_officer, "520403100")) == (["投票"], ["投票"])
    assert told(make_user(Role.TOWN_OFFICER, "520403101")) == []
    keys = list(poll.candidates.values_list("pk", flat=True))
    honours.cast(poll, keys[:1], actor=town_officer)
    assert told(town_officer) == []
    honours.cast(poll, keys[:1], actor=county_manager)
    assert (told(county_manager), told(town_officer)) == (["计票"], [])
    honours.close_poll(poll, actor=county_manager)
    assert told(county_manager) == []
