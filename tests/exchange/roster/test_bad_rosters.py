"""What offices really send: every fault is named with its row and column, and changes nothing."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.roster.conftest import CREATED, FAR, NEIGHBOUR, codes, row
from tests.exchange.roster.test_roster import database
from tests.people.factories import card_number, identity_number, make_account, make_person
from tests.posts.factories import make_post, make_programme

from yigang.exchange import domain
from yigang.exchange.roster import sheets
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.people.domain import set_phone
from yigang.people.models import Person
from yigang.tenure.models import Appointment

OLD = identity_number(1, birth=date(1950, 1, 1))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"identity": "520403198003070029"}, "check_digit"), ({"identity": None}, "required"),
        ({"birth": date(1980, 3, 8)}, "birth_mismatch"), ({"sex": "F"}, "sex_mismatch"),
        ({"village": "没有村"}, "village_unknown"), ({"town": "没有镇"}, "town_unknown"),
        ({"town": None}, "village_ambiguous"), ({"town": None, "village": None}, "village_missing"),
        ({"region_code": "520402100201"}, "region_code"), ({"card": card_number(9)[:-1] + "x"}, "characters"),
        ({"holder": "李四"}, "other_holder"), ({"bank": None}, "bank_missing"),
        ({"main_cause": "因懒"}, "cause_unknown"), ({"main_cause": None}, "no_main_cause"),
        ({"hardship": None}, "hardship_missing"), ({"hardship_since": None}, "hardship_since_missing"),
        ({"kinship": "有亲戚"}, "kinship_shape"), ({"post_number": None}, "no_post_number"),
        ({"starts": None}, "starts_missing"), ({"ends": date(2020, 6, 30)}, "ends_before_start"),
        ({"starts": date(2019, 6, 30)}, "outside_programme"), ({"post_kind": None}, "post_kind_missing"),
        ({"head_count": 0}, "head_count"), ({"post_kind": "很" * 41}, "too_long"),
    ],
)  # fmt: skip
def test_a_fault_of_one_row(bring, changes, code):
    assert code in [found for at, found in codes(bring([row(1, **changes)]))]
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"identity": identity_number(1)}, "person_twice"), ({"card": card_number(1)}, "card_twice"),
        ({"household": "001", "address": "大坪村1组", "income": 1_200_001}, "two_heads"),
        ({"household": "001", "relation": "spouse", "address": "别处", "income": 1_200_001}, "rows_disagree"),
        ({"post_number": "H001"}, "post_full"), ({"post_number": "H001", "head_count": 2}, "rows_disagree"),
    ],
)  # fmt: skip
def test_rows_that_contradict_each_other(bring, second, code):
    assert (3, code) in codes(bring([row(1), row(2, **second)]))


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"kinship": "李某/村支书/叔叔"}, "kinship"), ({"identity": OLD}, "age"), ({"card": None}, "card_missing"),
     ({"household": None}, "no_household"),
     ({"identity": identity_number(1)[:6] + identity_number(1)[8:17]}, "converted_from_15")],
)  # fmt: skip
def test_what_a_person_should_look_at_does_not_stop_the_file(bring, changes, code):
    found = bring([row(1, **changes)])
    assert code in [each for _row, each in codes(found, "warning")], found.problems
    assert not found.counts["errors"]


def csv(*lines: str) -> bytes:
    return ("村,乡镇,姓名,身份证号,岗位编号,岗位类别,聘用起始日期\n" + "\n".join(lines) + "\n").encode("gb18030")


@pytest.mark.parametrize("day", ["2019-02-29", "2020年6月31日"])
def test_a_day_that_does_not_exist(bring, day):
    assert codes(bring(csv(f"大坪村,齐伯镇,张三,{identity_number(1)},H1,护林员,{day}"), name="a.csv")) == [
        (2, "no_such_day")
    ]


def test_full_width_digits_rare_names_and_totals_are_understood(bring):
    wide = identity_number(1).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    found = bring(csv(f"大坪,齐伯,𠮷䶮,{wide},,,", "合计,,1,,,,"), name="a.csv")
    assert (codes(found), found.counts["new"]) == ([], 1)
    assert found.changes.get().label.startswith("𠮷䶮")


def test_a_number_that_excel_shortened(bring):
    assert codes(bring(csv("大坪村,齐伯镇,张三,5.20403E+17,,,"), name="a.csv")) == [(2, "excel_number")]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_files_that_are_no_table(bring, content):
    found = bring(content)
    assert (found.state, len(found.problems), found.counts["errors"]) == ("refused", 1, 1)


def test_a_card_in_use_by_somebody_else(bring):
    make_account(make_person("李四", 8), 1)
    assert codes(bring([row(1)])) == [(2, "card_taken")]


def test_a_person_who_holds_a_post_of_another_programme(bring):
    person, other = make_person(row(1)["name"], 1), make_post(make_programme("other"), "X9", head_count=1)
    Appointment.objects.create(
        person=person, post=other, programme=other.programme, region_code=other.region_code, starts=date(2020, 1, 1)
    )
    found = bring([row(1)])
    assert codes(found) == [(2, "person_busy")]
    assert "X9" in found.problems[0]["message"]


@pytest.mark.req("P5")
def test_a_town_neither_sets_up_posts_nor_reaches_people_of_another_town(bring, town_officer):
    make_person("远方", 2, region_code=FAR)
    found = bring([row(1), row(2, village="光明村")], town_officer)
    assert {code for _row, code in codes(found)} == {"post_not_yours", "registered_elsewhere"}


def test_posts_that_stand_are_filled_by_the_town(apply, programme, town_officer):
    make_post(programme, "H001", duties=["巡护", "防火"])
    assert apply([row(1)], town_officer).counts["appointed"] == 1


def test_undo_is_refused_when_something_was_changed_since(apply, county_manager):
    done = apply([row(1)])
    set_phone(Person.objects.get(), "13911110000", actor=county_manager)
    before = database()
    with pytest.raises(Refusal) as caught:
        domain.undo(done, reason="撤", actor=county_manager)
    assert caught.value.code == "changed_since"
    assert database() == before


def test_undo_is_refused_when_another_appointment_rests_on_it(apply, county_manager):
    first = apply([row(1, head_count=2)])
    apply([row(2, post_number="H001", post_kind=None, duties=None, head_count=None)])
    with pytest.raises(Refusal) as caught:
        domain.undo(first, reason="撤", actor=county_manager)
    assert caught.value.code == "built_on"


def test_apply_is_refused_when_the_register_changed_after_the_look(bring, county_manager):
    found = bring([row(1)])
    make_person(row(1)["name"], 1)
    with pytest.raises(Refusal) as caught:
        domain.apply(found, actor=county_manager)
    assert caught.value.code == "data_changed"


def test_what_is_exported_comes_back_unchanged(apply, bring, programme, county_manager):
    apply([row(1, kinship="李某/村支书/叔叔"), row(2, village="光明村"), row(3, relation="spouse", household="001",
          address="大坪村1组", income=1_200_001)])  # fmt: skip
    with rls.scope(county_manager):
        content = sheets.export(programme, "520403000000", created=CREATED, actor=county_manager)
    again = bring(content)
    assert (codes(again), again.counts["unchanged"]) == ([], 3), list(again.changes.values("before", "after"))
    assert Person.objects.filter(region_code=NEIGHBOUR).count() == 1


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "phone": st.sampled_from(["13911110001", "13911110002"]), "village": st.just("光明村"),
        "relation": st.sampled_from(["head", "spouse"]), "household": st.sampled_from(["001", "090"]),
        "card": st.integers(60, 64).map(card_number), "ends": st.dates(date(2020, 8, 1), date(2021, 12, 31)),
        "head_count": st.integers(1, 3), "kinship": st.just("王某/镇长/舅舅"),
        "main_cause": st.sampled_from(["因残", "缺水"]), "bank": st.just("农业银行"),
    },
)  # fmt: skip


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(changes=st.lists(CHANGES, min_size=4, max_size=4))
def test_law_apply_then_undo_is_nothing(apply, bring, county_manager, changes):
    """Three people on file; the file changes them and brings a fourth: whatever is accepted can be taken back whole."""
    base = [row(order) for order in range(1, 4)]
    first = apply(base)
    before = database()
    found = bring([row(order, **each) for order, each in enumerate(changes, start=1)])
    if not found.counts["errors"]:
        domain.undo(domain.apply(found, actor=county_manager), reason="撤", actor=county_manager)
    assert database() == before
    domain.undo(first, reason="撤", actor=county_manager)
    assert not Person.objects.exists()
