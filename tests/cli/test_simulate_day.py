"""`yigang simulate-day`: phones against the running program, over HTTP."""

import json

import pytest
from click.testing import CliRunner
from tests.duty.conftest import holder, rangers
from tests.journeys.conftest import server

from yigang.cli.simulate_day import command
from yigang.duty.models import CheckIn, Media, Patrol, Record, WorkLog
from yigang.duty.sync import simulate
from yigang.foundation.enums import Role
from yigang.people.models import Consent

__all__ = ["server"]


@pytest.mark.req("H10")
def test_two_phones_live_a_day_with_half_of_the_answers_lost(server, make_user, monkeypatch):
    monkeypatch.setattr(simulate, "LOST", 0.5)
    make_user(Role.COUNTY_MANAGER, "520403", username="county")
    programme = rangers()
    for name, number in (("张大山", "13985000001"), ("李小林", "13985000002")):
        holder(name, programme, phone=number)
    said = CliRunner().invoke(command, ["--phones", "3", "--url", server, "--as", "county", "--json"])
    outcome = json.loads(said.stdout)
    assert (said.exit_code, outcome["failed"], outcome["refused"]) == (0, [], {})
    assert (outcome["phones"], outcome["photos"], outcome["missing"], outcome["waiting"]) == (2, 2, 0, 0)
    assert outcome["delivered"] == outcome["made"] == Record.objects.count(), "nothing lost, nothing doubled"
    assert outcome["lost_answers"]
    assert outcome["known"]
    assert (CheckIn.objects.count(), WorkLog.objects.count(), Media.objects.count()) == (4, 2, 2)
    assert [patrol.fixes for patrol in Patrol.objects.all()] == [simulate.FIXES] * 2
    assert Consent.objects.filter(capability="track", given=True).count() == 2


def test_what_does_not_arrive_is_said_and_becomes_the_exit_status(server, make_user):
    make_user(Role.COUNTY_MANAGER, "520403", username="county")
    nobody = CliRunner().invoke(command, ["--url", server, "--as", "county"])
    assert nobody.exit_code == 2
    assert "phone number" in nobody.stderr
    holder("张大山", rangers(), phone="13985000001")
    closed = CliRunner().invoke(command, ["--url", "http://127.0.0.1:9", "--as", "county", "--json"])
    assert closed.exit_code == 1
    assert "13985000001" in json.loads(closed.stdout)["failed"][0]
