"""Fact tables from files: structure is refused as a whole, one wrong row is only that row."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.policy.village import appointment, facts, frame, mornings

from yigang.policy import Facts, FactsError, read_facts
from yigang.policy.facts import UNREADABLE, checked, tables

APPOINTMENTS = "appointment_id,person_id,region,start,end\n001,P1,520403100201,2020-01-01,\n"


def folder(tmp_path: Path, **files: str) -> Path:
    for name, content in {"appointments": APPOINTMENTS, **files}.items():
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")
    return tmp_path


def test_a_folder_of_csv_is_read_with_the_declared_types(tmp_path: Path) -> None:
    loaded = read_facts(folder(tmp_path, check_ins="person_id,at,kind\nP1,2020-07-01T07:30:00+08:00,on\n"))

    assert loaded.check_ins is not None
    assert loaded.check_ins["at"].to_list() == [datetime(2020, 6, 30, 23, 30, tzinfo=UTC)]
    assert loaded.appointments["appointment_id"].to_list() == ["001"]
    assert loaded.appointments["start"].to_list() == [date(2020, 1, 1)]


def test_a_table_that_is_not_there_was_not_loaded(tmp_path: Path) -> None:
    loaded = read_facts(folder(tmp_path, leaves="person_id,kind,start,end,approved\n"))

    assert loaded.work_logs is None
    assert loaded.leaves is not None
    assert loaded.leaves.height == 0


def test_a_byte_order_mark_and_spaces_do_no_harm(tmp_path: Path) -> None:
    loaded = read_facts(folder(tmp_path, appointments="\ufeff" + APPOINTMENTS.replace("P1", " P1 ")))

    assert loaded.appointments["person_id"].to_list() == ["P1"]


@pytest.mark.parametrize("text", ["2019-02-29", "2020-06-31", "yesterday"])
def test_a_day_that_does_not_exist_is_kept_as_unreadable(tmp_path: Path, text: str) -> None:
    loaded = read_facts(folder(tmp_path, appointments=APPOINTMENTS.replace("2020-01-01,", f"2020-01-01,{text}")))

    assert loaded.appointments["end"].to_list() == [None]
    assert loaded.appointments[UNREADABLE].to_list() == [f"end={text}"]


def test_a_moment_without_a_zone_is_not_guessed(tmp_path: Path) -> None:
    loaded = read_facts(folder(tmp_path, check_ins="person_id,at,kind\nP1,2020-07-01 07:30:00,on\n"))

    assert loaded.check_ins is not None
    assert loaded.check_ins[UNREADABLE].to_list() == ["at=2020-07-01 07:30:00"]


@pytest.mark.parametrize("text", ["2020-07-01 07:30:00+08:00", "2020-06-30T23:30:00Z", "2020-07-01T07:30:00.000+08:00"])
def test_the_usual_ways_to_write_a_moment_are_read(tmp_path: Path, text: str) -> None:
    loaded = read_facts(folder(tmp_path, check_ins=f"person_id,at,kind\nP1,{text},on\n"))

    assert loaded.check_ins is not None
    assert loaded.check_ins["at"].to_list() == [datetime(2020, 6, 30, 23, 30, tzinfo=UTC)]


def test_numbers_and_text_as_ids_meet_as_text(tmp_path: Path) -> None:
    """One table came as Parquet with numbers, another as CSV."""
    frame("appointments", [appointment(1)]).write_parquet(tmp_path / "appointments.parquet")
    (tmp_path / "work_logs.csv").write_text("person_id,date\n10,2020-07-01\n", "utf-8")

    loaded = read_facts(tmp_path)

    assert loaded.work_logs is not None
    assert loaded.appointments["person_id"].to_list() == loaded.work_logs["person_id"].to_list() == ["10"]


@pytest.mark.parametrize(
    ("files", "table", "column"),
    [
        ({"check_ins": "person_id,kind\nP1,on\n"}, "check_ins", "at"),
        ({"marks": "appointment_id,value\n001,3\n"}, "marks", "name"),
        ({"check_ins": ""}, "check_ins", None),
    ],
)
def test_a_structure_that_is_wrong_names_table_and_column(
    tmp_path: Path, files: dict[str, str], table: str, column: str | None
) -> None:
    with pytest.raises(FactsError) as caught:
        read_facts(folder(tmp_path, **files))

    assert (caught.value.table, caught.value.column) == (table, column)


def test_without_appointments_there_is_nothing_to_judge(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="appointments"):
        read_facts(tmp_path)


def test_a_table_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    frame("appointments", [appointment()]).write_parquet(tmp_path / "appointments.parquet")

    with pytest.raises(FactsError, match="各有一份"):
        read_facts(folder(tmp_path))


def test_a_column_of_another_type_is_refused() -> None:
    given = facts()
    wrong = Facts(given.appointments, check_ins=pl.DataFrame({"person_id": [10], "at": ["2020-07-01"], "kind": ["on"]}))

    with pytest.raises(FactsError, match=r"check_ins\.at"):
        checked(wrong)


def test_local_time_without_zone_is_refused_in_frames_too() -> None:
    given = facts()
    naive = pl.DataFrame({"person_id": [10], "at": [datetime(2020, 7, 1)], "kind": ["on"]})  # noqa: DTZ001

    with pytest.raises(FactsError, match=r"check_ins\.at"):
        checked(Facts(given.appointments, check_ins=naive))


def test_ids_of_two_types_would_join_nothing_and_are_refused() -> None:
    with pytest.raises(FactsError, match="person_id"):
        checked(Facts(facts().appointments, work_logs=pl.DataFrame({"person_id": ["10"], "date": [date(2020, 7, 1)]})))


@pytest.mark.parametrize("dtype", [pl.Categorical(), pl.Enum(["on", "off"])])
def test_words_may_come_as_categories(dtype: pl.DataType) -> None:
    given = facts(check_ins=mornings(10, [1]))
    assert given.check_ins is not None
    coded = given.check_ins.with_columns(pl.col("kind").cast(dtype))

    loaded = checked(Facts(given.appointments, check_ins=coded)).check_ins

    assert loaded is not None
    assert loaded["kind"].to_list() == ["on"]


def test_every_declared_table_is_a_field_of_facts() -> None:
    assert list(tables()) == list(Facts.__dataclass_fields__)
