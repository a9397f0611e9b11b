"""A difference is accepted while a clerk writes the same person's file."""

from datetime import date

import pytest
from django.db import transaction
from tests.payment.bank.test_concurrency import in_a_thread, waiting_for_a_lock
from tests.people.factories import make_person

from yigang.foundation.errors import Refusal
from yigang.people.domain import set_phone
from yigang.people.enums import ChangeKind, ReviewState
from yigang.people.models import RegisterChange, RegisterEdition
from yigang.people.register import review

VILLAGE = "520403101200"


@pytest.mark.req("T1")
@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("alone", [True, False])
def test_what_a_clerk_writes_meanwhile_is_not_overwritten(county_manager, alone):
    person = make_person("张三", 1, phone="13900000000", region_code=VILLAGE)
    edition = RegisterEdition.objects.create(
        region_code="520403000000", quarter="2020Q3", as_of=date(2020, 9, 30), digest="", rows=1, loaded_by=county_manager
    )  # fmt: skip
    change = RegisterChange.objects.create(
        edition=edition, person=person, region_code=VILLAGE, name="张三", what=ChangeKind.CHANGED, fields=["relation"],
        proposals={"relation": ["other", "spouse"], "phone": ["13900000000", "13800000001"]},
    )  # fmt: skip
    left: list[str] = []

    def accept() -> None:
        if alone:
            try:
                review.accept(change, actor=county_manager)
            except Refusal as refusal:
                left.append(refusal.code)
        else:
            done = review.decide_all(edition, edition.changes.all(), ReviewState.ACCEPTED, actor=county_manager)
            left.extend("changed_since" for _one in done.left)

    with transaction.atomic():
        set_phone(person, "13911111111", actor=county_manager)
        thread = in_a_thread(accept)
        while not waiting_for_a_lock():
            assert thread.is_alive(), left
    thread.join(30)
    person.refresh_from_db()
    change.refresh_from_db()
    assert (left, person.phone, change.state) == (["changed_since"], "13911111111", ReviewState.OPEN)
