"""A roster from the file to the register and back."""

from datetime import date

import pytest
from tests.exchange.roster.conftest import VILLAGE, codes, row
from tests.people.factories import card_number, identity_number

from yigang.exchange import domain
from yigang.exchange.enums import ImportState
from yigang.exchange.models import ImportTouch
from yigang.exchange.roster import sheets
from yigang.exchange.roster.applying import MODELS
from yigang.exchange.roster.rows import rows_of
from yigang.people.models import Person
from yigang.people.queries import account_in_use
from yigang.people.queries import card_number as number_of
from yigang.people.queries import identity_number as identity_of
from yigang.tenure.deaths import record_death
from yigang.tenure.models import Appointment


def database() -> dict[str, list]:
    """Every row of every table that a roster writes."""
    return {model._meta.label: list(rows_of(model).order_by("pk").values()) for model in MODELS}


def test_a_roster_fills_an_empty_register(apply):
    done = apply([row(1, "单小红", kinship="李某/村支书/叔叔"), row(2)])
    assert (done.state, done.counts["new"], done.counts["appointed"]) == (ImportState.APPLIED, 2, 2)
    person = Person.objects.get(name="单小红")
    assert (person.region_code, person.initials, person.sex, person.phone) == (VILLAGE, "sxh", "M", "13800000001")
    assert identity_of(person) == identity_number(1)
    assert (person.household.number, person.relation, person.household.income_fen) == ("001", "head", 1_200_001)
    assert list(person.household.causes.values_list("cause", "main")) == [
        ("illness", True), ("skill", False), ("money", False),
    ]  # fmt: skip
    assert person.hardships.get().kind == "poor"
    assert str(person.kinships.get()) == "李某 叔叔"
    assert number_of(account_in_use(person)) == card_number(1)
    appointment = person.appointments.get()
    assert (appointment.post.number, appointment.post.duties, appointment.ends) == (
        "H001",
        ["巡护", "防火"],
        date(2021, 6, 30),
    )


def test_the_same_file_again_is_unchanged_and_changes_nothing(apply, bring, county_manager):
    rows = [row(order) for order in range(1, 6)]
    apply(rows)
    before = database()
    again = bring(rows)
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 5)
    assert not again.changes.exists()
    domain.apply(again, actor=county_manager)
    assert database() == before


def test_undo_leaves_the_database_as_it_was(apply, county_manager):
    apply([row(1), row(2), row(3)])
    before = database()
    done = apply([
        row(1, phone="13911112222", main_cause="缺水", card=card_number(50), household="009"),
        row(2, "张改名", holder="张改名", ends=date(2020, 12, 31), duties="保洁", head_count=3, kinship="王某/镇长/舅舅"),
        row(4), row(5, post_number="H002", head_count=3, post_kind="护林员", duties="保洁"),
    ])  # fmt: skip
    assert database() != before
    undone = domain.undo(done, reason="传错文件", actor=county_manager)
    assert undone.state == ImportState.UNDONE
    assert database() == before


def test_differences_are_shown_field_by_field_and_masked(apply, bring):
    apply([row(1), row(2)])
    found = bring([row(1, phone="13911112222", card=card_number(50)), row(3)])
    changed, new, vanished = found.changes.all()
    assert (changed.what, changed.row) == ("changed", 2)
    assert (changed.before["手机号"], changed.after["手机号"]) == ("13800000001", "13911112222")
    assert changed.after["银行账号"] == f"6217********{card_number(50)[-4:]}"
    assert (new.what, new.after["身份证号"]) == ("new", f"520403********{identity_number(3)[-4:]}")
    assert vanished.what == "vanished"
    assert "张" in vanished.label
    kept = str([(change.before, change.after, change.label) for change in found.changes.all()])
    assert identity_number(3) not in kept
    assert card_number(50) not in kept


def test_nothing_of_a_file_with_an_error_is_imported(bring, county_manager):
    found = bring([row(1), row(2, identity="520403198003070029")])
    assert found.state == ImportState.REFUSED
    assert codes(found) == [(3, "check_digit")]
    with pytest.raises(domain.Refusal):
        domain.apply(found, actor=county_manager)
    assert not Person.objects.exists()


def test_vanished_people_keep_their_posts(apply):
    apply([row(1), row(2)])
    done = apply([row(1)])
    assert done.counts["vanished"] == 1
    assert Appointment.objects.filter(exit_kind="", person__name=row(2)["name"]).exists()


def test_people_without_household_post_and_account_are_known_but_not_appointed(apply):
    bare = {"town": "齐伯镇", "village": "大坪村", "name": "张三", "identity": identity_number(1)}
    assert apply([bare]).counts["new"] == 1
    person = Person.objects.get()
    assert (person.household, person.accounts.count(), person.appointments.count()) == (None, 0, 0)


def test_holders_make_room_for_a_long_appointment_dated_back(apply, county_manager):
    """On no day are there more than two, but neither place is free from March to December."""
    shared = {"post_number": "H001", "head_count": 2}
    early, late = date(2020, 7, 31), date(2020, 10, 1)
    apply([
        row(1, **shared, ends=early), row(2, **shared, ends=date(2020, 8, 31)),
        row(3, **shared, starts=date(2020, 8, 1), ends=date(2020, 9, 15)), row(4, **shared, starts=late),
    ])  # fmt: skip
    Appointment.objects.filter(starts=late).update(place=2)
    before = database()
    done = apply([row(5, **shared, starts=date(2020, 9, 1), ends=date(2020, 12, 31))])
    assert Appointment.objects.count() == 5
    domain.undo(done, reason="传错文件", actor=county_manager)
    assert database() == before


def test_remarks_are_kept_shown_and_written_out_again(apply, bring, programme, make_user, county_manager):
    apply([row(1, remarks="腿脚不便，安排平路"), row(2)])
    person = Person.objects.get(name=row(1)["name"])
    assert person.remarks == "腿脚不便，安排平路"
    assert next(sheets.register(programme, "520403000000"))["remarks"] == "腿脚不便，安排平路"
    changed = bring([row(1, remarks="已痊愈"), row(2)]).changes.get()
    assert (changed.before["备注"], changed.after["备注"]) == ("腿脚不便，安排平路", "已痊愈")
    assert not bring([row(1), row(2)]).changes.exists()
    assert codes(bring([row(1, remarks="长" * 201)])) == [(2, "too_long")]


def test_a_roster_neither_revives_nor_employs_the_dead(apply, bring, county_manager):
    apply([row(1), row(2)])
    person = Person.objects.get(name=row(1)["name"])
    record_death(person, date(2020, 9, 10), evidence="死亡证明 2020-001", actor=county_manager)
    before = database()
    found = bring([row(1), row(2, phone="13911112222")])
    assert codes(found) == [(2, "died")]
    assert codes(bring([row(1, post_number="H009", starts=date(2020, 10, 1)), row(2)])) == [(2, "died")]
    with pytest.raises(domain.Refusal):
        domain.apply(found, actor=county_manager)
    assert database() == before
    apply([row(1, ends=None), row(2)])
    person.refresh_from_db()
    assert (person.died_on, person.appointments.get().ends) == (date(2020, 9, 10), date(2020, 9, 10))


def test_each_person_keeps_a_trace_of_the_imports_that_wrote_about_him(apply, county_manager):
    first = apply([row(1), row(2)])
    second = apply([row(1, phone="13911112222"), row(2), row(3)])
    traces = ImportTouch.objects.order_by("pk").values_list("file_import", "person__name", "what", "undone_at")
    one, two, three = (row(order)["name"] for order in (1, 2, 3))
    assert list(traces) == [
        (first.pk, one, "new", None), (first.pk, two, "new", None), (second.pk, one, "changed", None),
        (second.pk, three, "new", None),
    ]  # fmt: skip
    second = domain.undo(second, reason="传错文件", actor=county_manager)
    assert list(traces.all())[2:] == [(second.pk, one, "changed", second.undone_at)]
    domain.undo(first, reason="传错文件", actor=county_manager)
    assert not ImportTouch.objects.exists()
