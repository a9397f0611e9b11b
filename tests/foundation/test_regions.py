"""Region codes and names: the country's register, an office's own rows, names by year."""

import polars as pl
import pytest

from yigang.foundation import facts, regions
from yigang.foundation.errors import Refusal
from yigang.foundation.models import AuditEntry, Region
from yigang.foundation.regions import OwnRow

FILES = {
    "provinces.csv": 'code,name\n52,"贵州省"\n44,"广东省"\n',
    "cities.csv": 'code,name,provinceCode\n5204,"安顺市",52\n4419,"东莞市",44\n',
    "areas.csv": 'code,name,cityCode,provinceCode\n520403,"平坝区",5204,52\n441900,"东莞市",4419,44\n',
    "streets.csv": "code,name,areaCode,provinceCode,cityCode\n"
    '520403101,"白云镇",520403,52,5204\n441900003,"东城街道",441900,44,4419\n',
    "villages.csv": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    '520403101200,"平元村村民委员会",520403101,52,5204,520403\n441900003001,"岗贝社区居委会",441900003,44,4419,441900\n',
}


@pytest.fixture
def register(tmp_path, settings):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings.REGION_FILES = tmp_path
    return tmp_path


@pytest.fixture
def country(db, register):
    return regions.load_country()


def test_the_country_is_loaded_to_its_towns(country):
    assert country == regions.Loaded(added=7, renamed=0, unchanged=0)
    town = Region.objects.get(code="520403101000")
    assert (town.name, town.level, town.parent_code) == ("白云镇", 4, "520403000000")
    assert regions.loaded()


def test_a_city_without_counties_stands_once(country):
    """The register lists 东莞 as a city (4419) and as a county (441900): one 12-digit code."""
    assert Region.objects.filter(code="441900000000").count() == 1
    assert regions.path_of("441900003000") == ["广东省", "东莞市", "东城街道"]


def test_loading_again_changes_nothing(country):
    assert regions.load_country() == regions.Loaded(added=0, renamed=0, unchanged=7)
    assert AuditEntry.objects.filter(verb="foundation.load_regions").count() == 1


def test_villages_come_for_the_named_county_only(country):
    assert regions.load_villages("520403").added == 1
    assert regions.path_of("520403101200") == ["贵州省", "安顺市", "平坝区", "白云镇", "平元村村民委员会"]
    assert not Region.objects.filter(code="441900003001").exists()


def test_a_prefix_without_villages_is_refused(country):
    with pytest.raises(Refusal, match="520499"):
        regions.load_villages("520499")


def test_without_the_register_the_refusal_names_the_command(db, settings, tmp_path):
    settings.REGION_FILES = tmp_path / "absent"
    with pytest.raises(Refusal) as refusal:
        regions.load_country()
    assert "npm ci" in str(refusal.value.remedy)


def test_a_new_name_ends_the_old_one(country):
    done = regions.load_own([OwnRow(2, "520403101", "白云街道", 2025)], source="own.csv", year=2026)
    assert (done.added, done.renamed) == (1, 1)
    assert regions.name_of("520403101000", 2024) == "白云镇"
    assert regions.name_of("520403101000", 2025) == "白云街道"
    assert regions.name_of("520403101000") == "白云街道"
    assert regions.load_country().added == 0, "the register does not bring the old name back"


def test_a_name_of_the_past_is_put_before(country):
    """Pingba was a county until 2014 under another code; an office may still note an old name of its code."""
    regions.load_own([OwnRow(2, "520403", "平坝县", 2000, 2014)], source="own.csv", year=2026)
    assert regions.name_of("520403000000", 2014) == "平坝县"
    assert regions.name_of("520403000000", 2020) == "平坝区", "between two rows the one that had not ended"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (OwnRow(2, "5204031", "半个镇"), "region_code"),
        (OwnRow(2, "520403101", ""), "region_name"),
        (OwnRow(2, "520403101", "白云镇", 20), "year"),
        (OwnRow(2, "520403101", "白云镇", 2020, 2019), "years"),
        (OwnRow(2, "520403999201", "无镇村"), "no_parent"),
        (OwnRow(2, "520403101", "别名", 2023), "two_names"),
    ],
)
def test_a_wrong_row_refuses_the_whole_list(country, row, code):
    good = OwnRow(1, "520403101201", "高寨村")
    with pytest.raises(regions.RowsRefused) as refused:
        regions.load_own([good, row], source="own.csv", year=2026)
    assert [(problem.row, problem.code) for problem in refused.value.problems] == [(2, code)]
    assert not Region.objects.filter(code="520403101201").exists()


def test_a_village_may_come_with_its_town(country):
    rows = [OwnRow(2, "520403110", "新镇"), OwnRow(3, "520403110201", "新村")]
    assert regions.load_own(rows, source="own.csv", year=2026).added == 2


@pytest.mark.parametrize("written", ["平元村", "平元村村委会", "平元村村民委员会", " 平元村 "])
def test_a_village_is_found_however_it_is_written(country, written):
    regions.load_villages("520403")
    assert [region.code for region in regions.find(written, "520403")] == ["520403101200"]
    assert regions.find(written, "5201") == []


def test_children_are_the_regions_below(country):
    assert [region.name for region in regions.children("520403000000")] == ["白云镇"]


def test_an_unknown_code_is_shown_as_it_is(country):
    assert regions.name_of("990000000000") == "990000000000"
    assert regions.path_of("520403999201") == ["贵州省", "安顺市", "平坝区"]


def test_a_list_of_a_county_costs_one_query(country, django_assert_num_queries):
    regions.load_villages("520403")
    with django_assert_num_queries(1):
        for _time in range(3):
            assert regions.name_of("520403101200") == "平元村村民委员会"
            assert regions.name_of("520403101000") == "白云镇"


def test_rows_go_by_copy(country):
    """The parent of a province is empty, not missing."""
    frame = facts.read("SELECT count(*) FROM foundation_region WHERE parent_code = ''", [], {"n": pl.Int64})
    assert frame["n"].item() == 2
