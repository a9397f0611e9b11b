"""People for tests: distinct valid identity and card numbers, and a person with a household in one call."""

from datetime import date

from stdnum import luhn

from yigang.foundation import identity
from yigang.people.domain import account_columns, identity_columns, name_columns
from yigang.people.models import BankAccount, Household, Person

VILLAGE = "520403100201"


def identity_number(order: int = 1, *, birth: date = date(1980, 3, 7), region: str = "520403") -> str:
    """The number of the `order`-th birth of that day; odd orders are men."""
    first17 = f"{region}{birth:%Y%m%d}{order:03d}"
    return first17 + identity.check_sign(first17)


def card_number(order: int = 1) -> str:
    """A card of 19 digits with its Luhn digit."""
    digits = f"621700{order:012d}"
    return f"{digits}{luhn.calc_check_digit(digits)}"


def make_person(name: str = "张三", order: int = 1, *, region_code: str = VILLAGE, **columns: object) -> Person:
    number = identity_number(order)
    values = {**identity_columns(identity.parse(number)), **name_columns(name), "region_code": region_code, **columns}
    return Person.objects.create(**values)


def make_account(person: Person, order: int = 1, *, bank: str = "农村信用社") -> BankAccount:
    return BankAccount.objects.create(
        region_code=person.region_code, person=person, bank=bank, holder=person.name,
        **account_columns(card_number(order)),
    )  # fmt: skip


def make_household(number: str = "1", *, region_code: str = VILLAGE, **columns: object) -> Household:
    return Household.objects.create(region_code=region_code, number=number, **columns)
