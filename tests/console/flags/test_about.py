"""What was asked about somebody's days stands on the person's page, on the month's line and on a map, for whom it concerns."""

import json
from datetime import date

import pytest
from django.urls import reverse
from tests.console.flags.test_flag_pages import asked, page

from yigang.console.flags.about import asked_about
from yigang.duty.domain import flags
from yigang.duty.enums import FlagOutcome
from yigang.duty.models import Flag
from yigang.foundation.enums import Role

__all__ = ["asked"]
pytestmark = [pytest.mark.usefixtures("regions"), pytest.mark.req("Z3")]
FIRST, LAST = date(2020, 7, 1), date(2020, 7, 31)


def test_the_timeline_says_what_was_asked_and_how_it_was_answered(asked, sign_in, town_officer, make_user):
    flag = Flag.objects.get(kind="identical_coordinates")
    flags.answer_flag(flag, FlagOutcome.EXPLAINED, reason="统一打卡点，已核实", actor=town_officer)
    client = sign_in(town_officer)
    told = page(client, "person-timeline", asked.pk, chapter="flags")
    assert (told.count("Outside the area"), told.count("统一打卡点，已核实")) == (3, 1)
    assert reverse("console:flag", args=[flag.pk]) in told
    finance = sign_in(make_user(Role.FINANCE, "520403"))
    told = page(finance, "person-timeline", asked.pk, chapter="flags")
    assert "Identical coordinates" not in told
    assert "chapter=flags" not in told


def test_a_months_line_lists_the_questions_of_its_days_with_the_last_word(
    asked, town_officer, make_user, django_assert_num_queries
):
    flag = Flag.objects.get(kind="identical_coordinates")
    flags.answer_flag(flag, FlagOutcome.EXPLAINED, reason="统一打卡点", actor=town_officer)
    flags.reopen_flag(flag, reason="村民另有反映", actor=town_officer)
    with django_assert_num_queries(2):
        told = asked_about(asked.pk, FIRST, LAST, town_officer)
    assert [(one.flag.day.day, one.flag.kind, one.colour, one.reason) for one in told] == [
        (1, "outside_area", "warn", ""), (2, "outside_area", "warn", ""), (3, "outside_area", "warn", ""),
        (3, "identical_coordinates", "warn", "村民另有反映"),
    ]  # fmt: skip
    assert asked_about(asked.pk, date(2020, 8, 1), date(2020, 8, 31), town_officer) == []
    assert asked_about(asked.pk, FIRST, LAST, make_user(Role.FINANCE, "520403")) == []


def test_the_map_of_a_question_shows_the_area_and_each_place_by_its_number(asked, sign_in, town_officer):
    flag = Flag.objects.filter(kind="outside_area").first()
    shown = page(sign_in(town_officer), "flag", flag.pk)
    data = json.loads(shown.split('<script id="map-data" type="application/json">')[1].split("</script>")[0])
    assert [one["properties"]["name"] for one in data["evidence"]["places"]["features"]] == ["北山林区"]
    ((longitude, latitude, number),) = data["evidence"]["spots"]
    assert (round(longitude, 3), round(latitude, 3), number) == (106.3, 26.404, 1)
