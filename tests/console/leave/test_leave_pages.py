"""Leave in the browser: entered for a person, decided by another, cancelled, returned from; who is away; what is left."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from yigang.console import today
from yigang.duty import domain
from yigang.duty.enums import LeaveKind, LeaveState
from yigang.duty.models import Leave, LeaveRequest
from yigang.foundation.enums import Role

pytestmark = [pytest.mark.usefixtures("regions"), pytest.mark.req("H4")]
VILLAGE = "520403100201"


@pytest.fixture
def clerk(make_user):
    return make_user(Role.VILLAGE_CLERK, VILLAGE)


@pytest.fixture
def officer(town_officer, sign_in):
    return sign_in(town_officer)


def page(client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def soon(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def waiting(user) -> list[tuple[str, int]]:
    """What waits for the user about leave: where it leads, how many."""
    return [(one.url, one.count) for one in today.dues_of(user, user.prefixes[0]) if one.chapter == "leave"]


def test_asked_at_the_village_decided_by_the_town_and_back_again(sign_in, clerk, town_officer, county_manager, hold):
    person = hold("张大山")
    client = sign_in(clerk)
    given = {"person": person.pk, "kind": "personal", "first": soon(0), "last": soon(8), "reason": "家中有事"}
    assert "at most 7 days" in client.post(reverse("console:leave-new"), given).content.decode()
    client.post(reverse("console:leave-new"), {**given, "last": soon(2)})
    request = LeaveRequest.objects.get()
    assert waiting(clerk) == []
    assert waiting(county_manager) == []
    assert waiting(town_officer) == [(f"{reverse('console:leave')}?state=asked", 1)]
    shown = page(sign_in(town_officer), "leave-one", request.pk)
    assert "27 of 30 days left" in shown
    client.post(reverse("console:leave-decide", args=[request.pk]) + "?approve=1")
    assert Leave.objects.get().approved_by == town_officer.name
    assert ("张大山" in page(client, "leave-away"), "away-yes" in page(client, "leave-away")) == (True, True)
    account = page(client, "leave-account", person.pk)
    assert "<b>27</b>" in account
    client.post(reverse("console:leave-back", args=[request.pk]), {"on": soon(0)})
    request.refresh_from_db()
    assert (request.state, page(client, "leave-away").count("data-row")) == (LeaveState.CANCELLED, 0)


def test_what_the_town_enters_waits_for_the_county_and_late_returns_for_the_clerk(
    town_officer, county_manager, clerk, hold, officer
):
    asked = domain.LeaveAsked(LeaveKind.SICK, soon(-6), soon(-5), "感冒", at=timezone.now() - timedelta(days=7))
    request = domain.ask_leave(hold("张大山"), asked, actor=town_officer)
    assert waiting(town_officer) == []
    assert [count for _url, count in waiting(county_manager)] == [1]
    assert "another person decides it" in page(officer, "leave-one", request.pk)
    domain.decide_leave(request, approve=True, actor=county_manager)
    late = (f"{reverse('console:leave')}?overdue=yes", 1)
    assert (waiting(clerk), waiting(town_officer)) == ([late], [late])
    assert "Return not reported" in page(officer, "leave", overdue="yes")
    officer.post(reverse("console:leave-back", args=[request.pk]), {"on": soon(0)})
    assert waiting(clerk) == []


def test_a_refusal_says_why_and_a_foreign_town_sees_nothing(sign_in, clerk, town_officer, make_user, hold):
    asked = domain.LeaveAsked(LeaveKind.PERSONAL, soon(1), soon(2), "家中有事")
    request = domain.ask_leave(hold("张大山"), asked, actor=clerk)
    stranger = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert stranger.get(reverse("console:leave-one", args=[request.pk])).status_code == 404
    assert "张大山" not in page(stranger, "leave") + page(stranger, "leave-away")
    client = sign_in(town_officer)
    client.post(reverse("console:leave-decide", args=[request.pk]), {"reason": " "})
    request.refresh_from_db()
    assert request.state == LeaveState.ASKED
    client.post(reverse("console:leave-decide", args=[request.pk]), {"reason": "防火紧要期"})
    assert "防火紧要期" in page(client, "leave-one", request.pk)
    domain.cancel_leave(domain.ask_leave(request.person, asked, actor=clerk), reason="不去了", actor=clerk)
    assert sorted(LeaveRequest.objects.values_list("state", flat=True)) == ["cancelled", "refused"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_and_the_calendar_take_the_same_queries_for_one_and_for_three(officer, clerk, hold, count):
    for number in range(count):
        asked = domain.LeaveAsked(LeaveKind.PERSONAL, soon(0), soon(0), "家中有事")
        domain.ask_leave(hold(f"张{number}山"), asked, actor=clerk)
    for address, queries in (("leave", 9), ("leave-away", 9)):
        with CaptureQueriesContext(connection) as captured:
            assert page(officer, address).count("data-row") == count
        assert len(captured) == queries, [query["sql"] for query in captured]
