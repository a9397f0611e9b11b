"""The ledger of changes: written by the database for everything that changes appointments, and by nothing else."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from tests.people.factories import make_person
from tests.tenure.conftest import JULY, JUNE

from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.tenure import domain
from yigang.tenure.domain import Leaving, Terms
from yigang.tenure.enums import ExitKind, ExitReason, LedgerKind, TrainingBasis
from yigang.tenure.models import Appointment, LedgerEntry

pytestmark = pytest.mark.req("P2")


def kinds() -> list[str]:
    return [entry.kind for entry in LedgerEntry.objects.order_by("pk")]


def test_hiring_changing_and_leaving_are_entered_with_reason_and_people(post, hold, town_officer):
    appointment = hold(post)
    domain.change_terms(appointment, Terms(JULY, date(2021, 5, 31), "护-1", reason="协议日期写错"), actor=town_officer)
    leaving = Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, date(2020, 12, 31), "到贵阳务工")
    domain.leave(Appointment.objects.get(pk=appointment.pk), leaving, actor=town_officer)
    hired, changed, left = LedgerEntry.objects.order_by("pk")
    assert (hired.kind, hired.day, hired.person_name, hired.post_number) == (LedgerKind.HIRE, JULY, "张三", "H001")
    assert (changed.kind, changed.reason) == (LedgerKind.TERMS, "协议日期写错")
    assert (changed.before["ends"], changed.after["ends"]) == ("2021-06-30", "2021-05-31")
    assert (left.kind, left.day, left.exit_kind, left.exit_reason) == (
        LedgerKind.EXIT, date(2020, 12, 31), ExitKind.LAPSE, ExitReason.EMPLOYED,
    )  # fmt: skip
    assert (left.reason, left.actor_name, left.proposed_by) == ("到贵阳务工", town_officer.name, town_officer.name)


def test_rows_written_in_bulk_past_every_verb_are_entered_as_bare_facts(programme, post):
    """A roster writes tables at once; the ledger is complete all the same."""
    post.head_count = 3
    post.save()
    people = [make_person(f"张{order}", order) for order in (1, 2, 3)]
    Appointment.objects.bulk_create(
        Appointment(
            region_code=post.region_code, person=person, post=post, programme=programme, place=place, starts=JULY
        )
        for place, person in enumerate(people, start=1)
    )
    Appointment.objects.update(ends=JUNE)
    Appointment.objects.filter(place=3).delete()
    assert kinds() == [LedgerKind.HIRE] * 3 + [LedgerKind.TERMS] * 3 + [LedgerKind.TAKEN_BACK]
    assert LedgerEntry.objects.order_by("pk").last().person_name == "张3"


def test_a_change_of_nothing_or_of_the_place_only_is_no_entry(post, hold):
    appointment = hold(post)
    appointment.save()
    assert kinds() == [LedgerKind.HIRE]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tenure_ledgerentry SET reason = 'x'",
        "DELETE FROM tenure_ledgerentry",
        "INSERT INTO tenure_ledgerentry (region_code) VALUES ('520403100201')",
    ],
)
def test_nobody_writes_or_changes_an_entry_by_hand(post, hold, statement):
    hold(post)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert kinds() == [LedgerKind.HIRE]


def test_a_refused_change_leaves_no_entry(post, hold, town_officer):
    hold(post)
    with pytest.raises(Refusal):
        hold(post, 2, "李四")
    assert kinds() == [LedgerKind.HIRE]


def test_an_entry_is_seen_where_its_post_lies(post, hold, make_user):
    hold(post)
    elsewhere = make_user("town_officer", "520403101")
    with rls.scope(elsewhere):
        assert not LedgerEntry.objects.exists()


def test_the_reason_of_one_verb_is_not_told_of_the_next(post, hold, town_officer):
    first = hold(post, ends=date(2020, 12, 31))
    domain.change_terms(
        first, Terms(JULY, date(2020, 11, 30), reason="缩短", training=TrainingBasis.TAKEN_OVER), actor=town_officer
    )
    Appointment.objects.update(ends=date(2020, 10, 31))
    assert LedgerEntry.objects.order_by("pk").last().reason == ""
