"""The people of the demo: real places, invented names, numbers that pass every check and belong to nobody."""

from contextlib import closing

import openpyxl
import polars as pl
import pytest
from stdnum import luhn

from yigang.demo import holders, papers, places, population
from yigang.demo.plan import CITY_URBAN, city, pingba
from yigang.foundation import identity, regioncode


@pytest.fixture(scope="module")
def district():
    return papers.garden_of(pingba()).population


@pytest.mark.req("P4")
def test_pingba_knows_755_people_and_has_230_in_posts(district):
    plan = pingba()
    assert district.people.height == 755
    assert district.serving(plan.open_month)["post"].n_unique() == 230
    assert district.serving(plan.months[0]).height == 230


def test_people_live_in_all_eleven_towns(district):
    assert district.people["town"].n_unique() == 11
    assert all(regioncode.covers(("520403",), code) for code in district.people["region_code"])


def test_identity_numbers_are_valid_and_of_a_county_that_no_register_has(district):
    judged = identity.inspect(district.people["identity"])
    assert judged["code"].null_count() == judged.height
    assert judged["region6"].unique().to_list() == ["520499"]
    assert judged["number18"].n_unique() == 755
    assert (judged["sex"] == district.people["sex"]).all()
    assert (judged["birth"] == district.people["birth"]).all()


def test_cards_pass_the_luhn_check_and_are_all_different(district):
    cards = district.people["card"].drop_nulls()
    assert all(luhn.is_valid(card) for card in cards)
    assert cards.n_unique() == cards.len()


def test_every_household_has_one_head(district):
    heads = district.people.group_by("household").agg((pl.col("relation") == "户主").sum())
    assert heads["relation"].unique().to_list() == [1]


def test_nobody_holds_two_posts_and_no_post_has_two_holders_on_a_day(district):
    for key in ("person", "post"):
        terms = district.held.sort(key, "starts").with_columns(before=pl.col("ends").shift(1).over(key))
        assert terms.filter(pl.col("ends").is_null()).height == 230
        assert terms.filter(pl.col("starts") <= pl.col("before")).is_empty()


def test_some_names_have_rare_signs_and_some_an_interpunct(district):
    names = district.people["name"]
    assert names.str.contains("𠮷").any()
    assert names.str.contains("·").any()


@pytest.mark.req("Z1")
def test_a_city_has_its_urban_share():
    plan = city(15_455)
    people = population.build(plan, places.villages(plan.prefix)).people
    assert people.filter(pl.col("residence") == "城镇").height == CITY_URBAN
    assert people.height == 15_455
    assert people["identity"].n_unique() == people["card"].n_unique() == people["phone"].n_unique() == 15_455


def test_tables_of_the_year_name_nobody_by_a_village_that_shares_its_name_with_another_of_its_town(district, tmp_path):
    """马场镇 has two; an importer that is told 乡镇 and 村 alone would not know which, as only the whole district shows."""
    held = district.people.join(district.held, on="person")
    alike = held.group_by("town", "village").agg(pl.col("region_code").n_unique()).filter(pl.col("region_code") > 1)
    assert alike.height > 0
    unclear = {f"{town}{village}" for town, village, _count in alike.iter_rows()}
    for file, _kind in holders.write_all(papers.garden_of(pingba()), tmp_path).kinds:
        with closing(openpyxl.load_workbook(file, read_only=True)) as book:
            _title, heading, *rows = book.active.iter_rows(values_only=True)
        named = [dict(zip(heading, row, strict=True)) for row in rows]
        assert len(named) >= 230
        assert not {f"{row['乡镇']}{row.get('村')}" for row in named} & unclear
