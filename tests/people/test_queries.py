"""People are found by what somebody knows of them: a name, its sounds, the end of a number."""

import pytest
from tests.people.factories import card_number, identity_number, make_account, make_person

from yigang.people import queries
from yigang.people.models import Person


@pytest.fixture
def people(db):
    red = make_person("单小红", 1, phone="13800001234")
    make_account(red, 77)
    make_person("张三", 2, phone="13911115678")
    make_person("买买提·吐尔逊", 3)
    return Person.objects.order_by("pk")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("小红", ["单小红"]), ("sxh", ["单小红"]), ("SX", ["单小红"]), ("zhang", ["张三"]), ("1234", ["单小红"]),
        ("5678", ["张三"]), (identity_number(2), ["张三"]), (identity_number(2)[-4:], ["张三"]),
        (identity_number(2)[:6] + identity_number(2)[8:17], ["张三"]), (card_number(77), ["单小红"]),
        (card_number(77)[-4:], ["单小红"]), ("小红 1234", ["单小红"]), ("小红 5678", []), ("买买提•", ["买买提·吐尔逊"]),
        ("001234", ["单小红"]), ("234", ["单小红"]), ("13800001234", ["单小红"]), ("99991234", []),
        ("１２３４", ["单小红"]), ("没有这人", []), ("12", []), ("", ["单小红", "张三", "买买提·吐尔逊"]),
    ],
)  # fmt: skip
def test_search(people, typed, found):
    assert [person.name for person in queries.search(people, typed)] == found


def test_numbers_are_masked_unless_somebody_asks(people):
    red = people[0]
    assert queries.masked_identity(red) == f"520403********{identity_number(1)[-4:]}"
    assert queries.masked_card(queries.account_in_use(red)) == f"6217********{card_number(77)[-4:]}"
