"""The register of people: what its verbs write, what they refuse, and what the audit trail may show."""

from datetime import date

import pytest
from tests.foundation.factories import picture
from tests.people.factories import VILLAGE, card_number, identity_number, make_account, make_person

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.identity import IdentityError
from yigang.foundation.models import AuditEntry
from yigang.people import domain, queries
from yigang.people.domain import Cause, HouseholdRecord, Particulars
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause, Relation

OTHER_VILLAGE = "520403101201"


@pytest.fixture
def person(db):
    return make_person()


def last_entry() -> AuditEntry:
    return AuditEntry.objects.order_by("-sequence")[0]


def refused(verb, *arguments, **named) -> Refusal:
    with pytest.raises(Refusal) as caught:
        verb(*arguments, **named)
    return caught.value


@pytest.mark.req("P1")
def test_a_person_is_registered_with_birth_and_sex_taken_from_the_number(town_officer):
    person = domain.register_person(
        identity_number(3), Particulars("单小红", VILLAGE, phone="13800000001"), actor=town_officer
    )
    assert (person.birth, person.sex, person.initials) == (date(1980, 3, 7), "M", "sxh")
    assert queries.identity_number(person) == identity_number(3)
    assert not person.identity_converted


def test_the_audit_trail_shows_the_number_masked_only(town_officer):
    domain.register_person(identity_number(), Particulars("张三", VILLAGE), actor=town_officer)
    entry = last_entry()
    assert entry.verb == "people.register_person"
    assert entry.after["identity"] == f"520403********{identity_number()[-4:]}"
    assert identity_number() not in str(entry.after)


def test_a_number_of_15_digits_is_converted_and_marked(town_officer):
    number = identity_number()
    person = domain.register_person(number[:6] + number[8:17], Particulars("张三", VILLAGE), actor=town_officer)
    assert person.identity_converted
    assert queries.identity_number(person) == number


def test_a_wrong_check_digit_is_refused(town_officer):
    wrong = identity_number()[:17] + ("1" if identity_number()[17] != "1" else "2")
    with pytest.raises(IdentityError):
        domain.register_person(wrong, Particulars("张三", VILLAGE), actor=town_officer)


def test_a_number_that_is_registered_is_refused_without_showing_it(person, town_officer):
    refusal = refused(domain.register_person, identity_number(), Particulars("李四", VILLAGE), actor=town_officer)
    assert refusal.code == "identity_known"
    assert identity_number() not in str(refusal)


def test_a_household_has_one_head(town_officer):
    household = domain.save_household(HouseholdRecord(VILLAGE, "1"), actor=town_officer)
    head = Particulars("张三", VILLAGE, household=household, relation=Relation.HEAD)
    domain.register_person(identity_number(1), head, actor=town_officer)
    second = Particulars("李四", VILLAGE, household=household, relation=Relation.HEAD)
    assert refused(domain.register_person, identity_number(2), second, actor=town_officer).code == "second_head"


@pytest.mark.req("P5")
@pytest.mark.parametrize("role", [Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.FINANCE, Role.LEADER])
def test_station_village_and_others_do_not_keep_the_register(make_user, role):
    actor = make_user(role, VILLAGE)
    with pytest.raises(Forbidden):
        domain.register_person(identity_number(), Particulars("张三", VILLAGE), actor=actor)


def test_a_town_does_not_reach_into_another_town(town_officer, person):
    with pytest.raises(Forbidden):
        domain.correct_person(person, Particulars("张三", OTHER_VILLAGE), actor=town_officer)


def test_a_correction_keeps_what_was_before_in_the_trail(person, town_officer):
    domain.correct_person(person, Particulars("张三丰", VILLAGE, phone="13800000002"), actor=town_officer)
    entry = last_entry()
    assert (entry.before["name"], entry.after["name"]) == ("张三", "张三丰")
    person.refresh_from_db()
    assert person.initials == "zsf"


def test_an_identity_number_is_corrected_with_a_reason(person, town_officer):
    assert (
        refused(domain.correct_identity, person, identity_number(4), reason=" ", actor=town_officer).field == "reason"
    )
    changed = domain.correct_identity(person, identity_number(4), reason="户口本更正", actor=town_officer)
    assert (changed.sex, queries.identity_number(changed)) == ("F", identity_number(4))


def test_the_village_may_change_a_phone(person, make_user):
    domain.set_phone(person, "13900000000", actor=make_user(Role.VILLAGE_CLERK, VILLAGE))
    person.refresh_from_db()
    assert person.phone == "13900000000"


def test_only_pictures_become_photos(person, town_officer):
    assert refused(domain.set_photo, person, b"%PDF", name="a.jpg", actor=town_officer).code == "no_picture"
    small = picture(size=(80, 80))
    assert refused(domain.set_photo, person, small, name="a.jpg", actor=town_officer).code == "picture_small"
    assert person.photo is None


def test_a_portrait_is_kept_as_a_picture_of_our_own(person, town_officer):
    stored = domain.set_photo(person, picture("PNG"), name="张三.png", actor=town_officer)
    assert (stored.name, person.photo) == ("张三.jpg", stored)


@pytest.mark.req("P1")
def test_a_household_keeps_one_main_cause_and_the_words_of_the_source(town_officer):
    causes = [
        Cause(PovertyCause.ILLNESS, "因大病"),
        Cause(PovertyCause.SKILL, "缺技术"),
        Cause(PovertyCause.ILLNESS, "因病"),
    ]
    record = HouseholdRecord(VILLAGE, "7", poor_kind=PoorKind.REGISTERED, income_fen=1_200_000, causes=causes)
    household = domain.save_household(record, actor=town_officer)
    kept = list(household.causes.values_list("cause", "text", "main"))
    assert kept == [("illness", "因大病", True), ("skill", "缺技术", False)]
    domain.save_household(HouseholdRecord(VILLAGE, "7"), actor=town_officer)
    assert not household.causes.exists()
    assert last_entry().before["causes"][0] == "因大病"


def test_ties_to_officials_are_declared_and_taken_back(person, town_officer):
    tie = domain.add_kinship(person, official="李某", office="村支书", relation="叔叔", actor=town_officer)
    domain.remove_kinship(tie, reason="登记有误", actor=town_officer)
    assert not person.kinships.exists()
    assert last_entry().before["official"] == "李某"


@pytest.mark.req("Z8")
def test_a_hardship_category_needs_evidence_and_ends_after_it_begins(person, town_officer):
    since = date(2020, 1, 1)
    named = {"since": since, "actor": town_officer}
    assert refused(domain.add_hardship, person, HardshipKind.OLD, evidence="", **named).code == "evidence_missing"
    hardship = domain.add_hardship(person, HardshipKind.OLD, evidence="镇人社所认定表", **named)
    assert refused(domain.add_hardship, person, HardshipKind.OLD, evidence="再次", **named).code == "known"
    assert refused(domain.end_hardship, hardship, until=date(2019, 12, 31), actor=town_officer).code == "dates"
    assert domain.end_hardship(hardship, until=date(2020, 12, 31), actor=town_officer).until == date(2020, 12, 31)


@pytest.mark.req("Z10")
def test_a_new_account_closes_the_old_one_which_stays_on_file(person, town_officer):
    named = {"holder": "张 三", "actor": town_officer}
    first = domain.set_account(person, bank="农村信用社", number=card_number(1), **named)
    second = domain.set_account(person, bank="农业银行", number=card_number(2), **named)
    first.refresh_from_db()
    assert (first.active, second.active, person.accounts.count()) == (False, True, 2)
    assert queries.card_number(second) == card_number(2)
    assert last_entry().before["card"].startswith("6217********")
    assert card_number(2) not in str(last_entry().after)


def test_money_never_goes_to_an_account_of_another_name(person, town_officer):
    refusal = refused(
        domain.set_account, person, bank="信用社", holder="李四", number=card_number(), actor=town_officer
    )
    assert refusal.code == "other_holder"
    assert "李四" in str(refusal)


def test_a_card_that_another_person_is_paid_to_is_refused_and_the_owner_named_in_scope_only(person, town_officer):
    make_account(make_person("李四", 2), 9)
    make_account(make_person("王五", 3, region_code=OTHER_VILLAGE), 8)
    with rls.scope(town_officer):
        seen = refused(
            domain.set_account, person, bank="信用社", holder="张三", number=card_number(9), actor=town_officer
        )
        far = refused(
            domain.set_account, person, bank="信用社", holder="张三", number=card_number(8), actor=town_officer
        )
    assert (seen.code, far.code) == ("card_taken", "card_taken")
    assert "李四" in str(seen)
    assert "王五" not in str(far)
