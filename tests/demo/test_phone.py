"""The demo's ranger can try the phone app with the password that is printed; two neighbours hold codes."""

from uuid import uuid4

from tests.duty.conftest import hold, programme  # noqa: F401 - fixtures

from yigang.demo import phone
from yigang.demo.accounts import FIRST_VILLAGE, PASSWORD
from yigang.duty.domain import logins
from yigang.duty.models import SignInCode
from yigang.duty.sync.phone import new_key
from yigang.foundation.enums import Role


def test_a_ranger_signs_in_with_what_is_printed(hold, programme, make_user):  # noqa: F811 - the fixtures
    assert phone.listed() == []
    make_user(Role.VILLAGE_CLERK, FIRST_VILLAGE)
    for number in range(4):
        hold(f"护林员{number}", FIRST_VILLAGE, phone=f"1540000000{number}")
    hold("同号甲", FIRST_VILLAGE, phone="15400000009")
    hold("同号乙", FIRST_VILLAGE, phone="15400000009")
    phone.give_phones(programme)
    (account,) = phone.listed()
    handset = logins.Phone(uuid4(), new_key()[0], "红米")
    assert logins.sign_in(account.phone, PASSWORD, handset, address=None)[0].name == account.name == "护林员0"
    assert SignInCode.objects.filter(used_at=None).count() == phone.NEIGHBOURS
