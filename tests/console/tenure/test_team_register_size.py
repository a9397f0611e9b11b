"""The team register at the size of the source: 2,290 teams with 4,460 members, in as many questions as with one team."""

from datetime import date
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.posts import factories

from yigang.foundation import identity
from yigang.people.domain import identity_columns, name_columns
from yigang.people.models import Person
from yigang.posts.models import Post
from yigang.tenure.models import Appointment, SendingUnit, Team, TeamMember

TEAMS, MEMBERS, UNITS = 2_290, 4_460, 102
FROM = date(2017, 3, 1)
QUERIES = {
    "/tenure/teams/": 11, "/tenure/teams/?page=40": 11, "/tenure/teams/?few=yes": 11, "/tenure/teams/?q=工作队7": 11,
    "/tenure/teams/?sort=-unit": 11, "/tenure/units/": 9, "/tenure/": 10,
}  # fmt: skip
"""Address → its queries, whatever the number of teams."""


def village(number: int) -> str:
    """Villages of 23 towns of the county."""
    return f"520403{100 + number % 23:03d}{201 + number // 23:03d}"


@pytest.fixture
def register(db) -> None:
    programme = factories.make_programme("teams", policy_code="huaihua-team", kind="team", starts=FROM)
    units = SendingUnit.objects.bulk_create(
        SendingUnit(region_code="520403000000", name=f"单位{number}") for number in range(UNITS)
    )
    teams = Team.objects.bulk_create(
        Team(
            region_code=village(number),
            programme=programme,
            name=f"工作队{number}",
            unit=units[number % UNITS],
            starts=FROM,
        )
        for number in range(TEAMS)
    )
    where = [teams[number % TEAMS] for number in range(MEMBERS)]
    people = Person.objects.bulk_create(map(person, where, count(1)))
    posts = Post.objects.bulk_create(
        Post(region_code=team.region_code, programme=programme, number=f"T{number}", kind="工作队员")
        for number, team in enumerate(where)
    )
    held = Appointment.objects.bulk_create(
        Appointment(region_code=team.region_code, person=who, post=post, programme=programme, starts=FROM)
        for team, who, post in zip(where, people, posts, strict=True)
    )
    TeamMember.objects.bulk_create(
        TeamMember(region_code=team.region_code, team=team, appointment=one, person=one.person, leader=number < TEAMS,
                   starts=FROM)
        for number, (team, one) in enumerate(zip(where, held, strict=True))
    )  # fmt: skip


def person(team: Team, number: int) -> Person:
    digits = f"5204031970{1 + number // 28 % 12:02d}{1 + number % 28:02d}{number // 336:03d}"
    read = identity.parse(digits + identity.check_sign(digits))
    return Person(region_code=team.region_code, **identity_columns(read), **name_columns(f"队员{number}"))


@pytest.mark.req("H2", "T10")
@pytest.mark.usefixtures("register")
def test_2290_teams_with_4460_members_are_listed_in_as_many_questions_as_one(sign_in, county_manager, regions):
    client, asked = sign_in(county_manager), {}
    client.get("/tenure/")  # names of regions and the like are asked for once in a process
    for address in QUERIES:
        with CaptureQueriesContext(connection) as found:
            page = client.get(address)
        assert page.status_code == 200
        asked[address] = len(found)
    assert asked == QUERIES
    first = client.get("/tenure/teams/").content.decode()
    assert "2,290" in first
    assert "4,460" in client.get("/tenure/").content.decode()
    assert first.count("tag-bad") >= 50  # two members each, three are asked for
