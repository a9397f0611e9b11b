"""Two people of one name: the department of the attendance system tells which, or nobody guesses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.duty.conftest import OTHER_TOWN_VILLAGE, OTHER_VILLAGE, VILLAGE, at, evidence, punch

from yigang.duty import domain
from yigang.duty.domain.departments import POST, TOWN, fit
from yigang.duty.domain.departments import VILLAGE as IN_VILLAGE
from yigang.duty.domain.intake import outlook
from yigang.duty.enums import Table
from yigang.duty.models import CheckIn, SourceIdentity, UnmatchedRow
from yigang.foundation import regioncode
from yigang.foundation.models import Region

COUNTY = "520403000000"
NAMES = {
    COUNTY: "平坝区", "520403100000": "齐伯镇", "520403101000": "白云镇", VILLAGE: "大坪村村民委员会",
    OTHER_VILLAGE: "大坪上村村民委员会", OTHER_TOWN_VILLAGE: "白云村村民委员会",
}  # fmt: skip


@pytest.fixture(autouse=True)
def named_regions(db) -> None:
    Region.objects.bulk_create(
        Region(code=code, name=name, level=regioncode.level_of(code), parent_code=regioncode.parent_of(code) or "",
               valid_from=2020, source="test")
        for code, name in NAMES.items()
    )  # fmt: skip


@pytest.mark.parametrize(
    ("department", "score"),
    [("齐伯镇/大坪村", TOWN + IN_VILLAGE), ("平坝区-齐伯镇-大坪村", TOWN + IN_VILLAGE), ("齐伯镇大坪村", TOWN + IN_VILLAGE),
     ("大坪村村委会", IN_VILLAGE), ("大坪", IN_VILLAGE), ("大坪村护林队", IN_VILLAGE), ("齐伯镇,林业站", TOWN),
     ("H001", POST), ("护林员", 0), ("", 0), ("大坪上村", 0), ("齐伯镇/光明村", 0), ("白云镇/大坪村", 0)],
)  # fmt: skip
def test_what_a_department_says_of_a_place(department, score):
    assert fit(department, VILLAGE, "H001") == score


def test_a_town_and_its_village_of_one_name_are_two():
    assert (fit("白云镇", OTHER_TOWN_VILLAGE), fit("白云村", OTHER_TOWN_VILLAGE)) == (TOWN, IN_VILLAGE)


@given(st.text(max_size=30))
def test_any_text_is_read(department):
    assert fit(department, VILLAGE) in range(POST + IN_VILLAGE + TOWN + 1)


@pytest.fixture
def import_rows(county_manager, programme):
    """Rows of a workbook of the whole county."""

    def take(*rows, look: bool = False):
        found = evidence(Table.CHECK_INS, rows, region=COUNTY, programme_id=programme.pk)
        return outlook(found) if look else domain.take_in(found, actor=county_manager)

    return take


@pytest.fixture
def twins(hold):
    """Two people called 王芳 in villages of two towns."""
    return hold("王芳"), hold("王芳", OTHER_TOWN_VILLAGE)


def test_the_department_tells_two_of_a_name_apart_and_the_reason_is_kept(twins, import_rows):
    here, there = twins
    rows = [
        punch("王芳", at(1), department="齐伯镇/大坪村", key="u1"),
        punch("王芳", at(1), department="白云镇/白云村", key="u2"),
    ]
    assert import_rows(*rows, look=True).told_apart == (
        ("王芳", "齐伯镇/大坪村", VILLAGE), ("王芳", "白云镇/白云村", OTHER_TOWN_VILLAGE),
    )  # fmt: skip
    intake = import_rows(*rows)
    assert (intake.rows_added, intake.rows_unmatched) == (2, 0)
    assert set(CheckIn.objects.values_list("person", flat=True)) == {here.pk, there.pk}
    assert list(SourceIdentity.objects.order_by("key").values_list("key", "person", "by", "told")) == [
        ("u1", here.pk, "department", "齐伯镇/大坪村"), ("u2", there.pk, "department", "白云镇/白云村"),
    ]  # fmt: skip


@pytest.mark.parametrize("department", ["", "护林员", "齐伯镇/光明村", "高峰镇", "大坪上村"])
def test_a_wrong_or_missing_department_leaves_it_to_a_person(twins, import_rows, department):
    intake = import_rows(punch("王芳", at(1), department=department))
    assert (intake.rows_added, intake.rows_unmatched) == (0, 1)
    assert UnmatchedRow.objects.get().department == department


def test_two_in_one_village_are_told_by_the_post_only(hold, import_rows):
    first, _second = hold("王芳"), hold("王芳")
    number = first.appointments.get().post.number
    assert import_rows(punch("王芳", at(1), department="齐伯镇/大坪村")).rows_unmatched == 1
    assert import_rows(punch("王芳", at(2), department=f"大坪村/{number}")).rows_added == 1
    assert CheckIn.objects.get().person_id == first.pk


def test_a_name_that_one_person_has_needs_no_department(hold, import_rows):
    hold("张大山")
    assert import_rows(punch("张大山", at(1), department="林业局")).rows_added == 1


def test_candidates_whom_the_department_fits_come_first(twins, hold):
    here, there = twins
    third = hold("王芳", OTHER_VILLAGE)
    order = [person.pk for person, _likeness in domain.candidates("王芳", COUNTY, "白云镇")]
    assert order == [there.pk, here.pk, third.pk]
    assert next(person.pk for person, _ in domain.candidates("王芳", COUNTY, "齐伯镇大坪上村")) == third.pk
    assert {round(likeness, 2) for _person, likeness in domain.candidates("王芳", COUNTY)} == {1.0}


def test_rows_set_aside_before_departments_were_kept_can_still_be_matched(hold, import_rows, county_manager):
    import_rows(punch("王芳", at(1)))
    row = UnmatchedRow.objects.get()
    old = [{key: value for key, value in each.items() if key != "department"} for each in json.loads(row.payload)]
    UnmatchedRow.objects.update(payload=json.dumps(old))
    person = hold("王芳")
    assert domain.rematch(UnmatchedRow.objects.all(), actor=county_manager) == 1
    assert CheckIn.objects.get().person_id == person.pk
