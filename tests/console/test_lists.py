"""One list stands for all: scope, search, filters, order, pages, columns, export, and its number of queries."""

from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.console.conftest import identity_of, make_person

URL = "/people/"


def workbook(response):
    return [
        [cell.value for cell in row] for row in openpyxl.load_workbook(BytesIO(response.getvalue())).active.iter_rows()
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_the_same_queries_whatever_its_rows(sign_in, town_officer, regions, rows):
    for number in range(rows):
        make_person(number)
    client = sign_in(town_officer)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL)
    assert response.content.decode().count("data-row") == rows
    assert len(queries) == 12, [query["sql"] for query in queries]


def test_a_foreign_town_is_neither_shown_nor_counted(sign_in, town_officer, regions):
    make_person(1, name="王小红")
    make_person(2, name="李外人", village="520403101201")
    page = sign_in(town_officer).get(URL).content.decode()
    assert "王小红" in page
    assert "李外人" not in page
    assert "<b>1</b> people" in page


@pytest.mark.parametrize(
    ("words", "found"),
    [("小红", "王小红"), ("wxh", "王小红"), (identity_of(2)[-4:], "单大山"), ("赵", None)],
    ids=["part of the name", "initials", "last four digits", "nobody"],
)
def test_people_are_found_by(sign_in, town_officer, regions, words, found):
    make_person(1, name="王小红")
    make_person(2, name="单大山")
    page = sign_in(town_officer).get(URL, {"q": words}).content.decode()
    assert ("王小红" in page) == (found == "王小红")
    assert ("单大山" in page) == (found == "单大山")


def test_filters_become_chips_that_can_be_taken_away(sign_in, county_manager, regions):
    make_person(1, name="王小红", residence="urban")
    make_person(2, name="李大山", village="520403101201")
    page = sign_in(county_manager).get(URL, {"residence": "urban", "below": "520403100"}).content.decode()
    assert "李大山" not in page
    assert '<a class="chip" href="?below=520403100"' in page
    assert '<a class="chip" href="?residence=urban"' in page


def test_values_that_mean_nothing_are_as_if_absent(sign_in, county_manager, regions):
    make_person(1)
    page = sign_in(county_manager).get(URL, {"residence": "'", "page": "-7", "sort": "x", "below": "99"})
    assert "王小红" in page.content.decode()


def test_the_farther_half_is_read_from_the_end_in_the_same_order(sign_in, county_manager, regions):
    for number in range(120):
        make_person(number, name="王小红")
    client = sign_in(county_manager)
    keys = [line.pk for page in (1, 2, 3) for line in client.get(URL, {"page": page}).context["list"].lines]
    assert keys == sorted(keys)
    assert len(set(keys)) == 120


def test_both_halves_keep_filter_order_and_number_of_queries(sign_in, county_manager, regions):
    wanted = [make_person(number, name="王小红", residence="urban").pk for number in range(110)]
    make_person(200, name="王大山")
    client, seen, counts = sign_in(county_manager), [], []
    for page in ("1", "2", "3"):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(URL, {"q": "王", "residence": "urban", "sort": "-birth", "page": page})
        seen += [line.pk for line in answer.context["list"].lines]
        counts.append(len(queries))
    assert seen == wanted[::-1], "of one birth day, the later number first"
    assert len(set(counts)) == 1
    assert client.get("/office/accounts/", {"page": "2"}).status_code == 200, "a list without doubles has far pages too"


def test_the_workbook_is_what_is_seen(sign_in, county_manager, regions):
    make_person(2, name="王小红")
    make_person(1, name="=1+1")
    client = sign_in(county_manager)
    client.post(URL, {"column": ["sex", "place"]})
    rows = workbook(client.get(URL, {"sort": "-name", "format": "xlsx"}))
    assert rows == [
        ["Name", "Sex", "Village"],
        ["王小红", "Female", "白云镇 芝麻村"],
        ["=1+1", "Male", "白云镇 芝麻村"],
    ]


def test_a_partial_refresh_answers_with_the_list_alone(sign_in, county_manager, regions):
    make_person(1)
    body = sign_in(county_manager).get(URL, headers={"HX-Request": "true", "HX-Target": "list-people"}).content.decode()
    assert "王小红" in body
    assert "<html" not in body


def test_an_empty_list_says_what_to_do(sign_in, county_manager, regions):
    assert "Import a roster, or add a person" in sign_in(county_manager).get(URL).content.decode()
