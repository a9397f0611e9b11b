"""Two connections, real commits: one vacancy is filled once, whoever presses the button and on whichever page."""

import pytest
from tests.recruitment.pool.world import SECOND, VILLAGE, dismiss, in_pool, renewed
from tests.recruitment.test_hiring import side_by_side
from tests.recruitment.world import COUNTY, TOWN, make_world

from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.foundation.models import AuditEntry
from yigang.recruitment.enums import ReplacementState
from yigang.recruitment.models import Replacement
from yigang.recruitment.pool.replace import Offer, confirm_replacement, propose_replacement
from yigang.tenure.domain import Terms, appoint, close_vacancy
from yigang.tenure.models import Appointment, LedgerEntry, Vacancy

pytestmark = pytest.mark.req("P3")


@pytest.fixture
def world(committed_db, make_user):
    """A dismissed ranger's place is vacant, two of the village wait for it; two managers and two officers may act."""
    made = make_world(make_user, heads=(1, 1))
    made.deputy = make_user(Role.COUNTY_MANAGER, COUNTY, username="deputy")
    made.other = make_user(Role.TOWN_OFFICER, TOWN, username="other")
    made.first, made.next_one = in_pool(made, "困难", income=100_000), in_pool(made, "平常")
    leaver = made.person("离岗")
    renewed(made)
    _held, made.vacancy = dismiss(made, leaver)
    made.offer = Offer(made.vacancy.since)
    return made


def one_refused(found) -> Refusal:
    (refused,) = [one for one in found if not isinstance(one, (Replacement, Appointment, Vacancy))]
    assert isinstance(refused, Refusal), refused
    return refused


def filled_once(world) -> Appointment:
    """The place has one new holder, with one line of the ledger and one audit entry; the vacancy names him."""
    (holder,) = Appointment.objects.filter(post=world.posts[0], starts__gte=world.vacancy.since)
    world.vacancy.refresh_from_db()
    assert world.vacancy.filled_by == holder
    assert LedgerEntry.objects.filter(person_id=holder.person_id).count() == 1
    appointed = AuditEntry.objects.filter(verb="tenure.appoint", object_id=str(holder.pk))
    assert appointed.count() == 1
    return holder


def test_two_managers_confirm_one_proposal_and_one_is_told_that_it_is_done(world):
    row = propose_replacement(world.vacancy, world.first, world.offer, actor=world.town)
    refused = one_refused(
        side_by_side(*[lambda by=by: confirm_replacement(row, actor=by) for by in (world.county, world.deputy)])
    )
    assert refused.code == "vacancy_filled"
    assert "困难" in str(refused)
    assert filled_once(world).person == world.first
    assert Replacement.objects.get().state == ReplacementState.CONFIRMED


def test_two_officers_propose_for_one_vacancy_and_one_reads_who_is_proposed(world):
    passing = Offer(world.offer.starts, remark="困难本人书面放弃")
    refused = one_refused(
        side_by_side(
            lambda: propose_replacement(world.vacancy, world.first, world.offer, actor=world.town),
            lambda: propose_replacement(world.vacancy, world.next_one, passing, actor=world.other),
        )
    )
    kept = Replacement.objects.get()
    assert refused.code == "proposed_already"
    assert kept.person.name in str(refused)


def test_the_county_confirms_while_the_town_appoints_on_the_posts_page(world):
    row = propose_replacement(world.vacancy, world.first, world.offer, actor=world.town)
    refused = one_refused(
        side_by_side(
            lambda: confirm_replacement(row, actor=world.county),
            lambda: appoint(world.next_one, world.posts[0], Terms(world.offer.starts), actor=world.other),
        )
    )
    holder = filled_once(world)
    assert refused.code in ("vacancy_filled", "post_full")
    assert holder.person.name in str(refused)
    confirmed = holder.person == world.first
    assert Replacement.objects.get().state == (ReplacementState.CONFIRMED if confirmed else ReplacementState.OPEN)


def test_a_vacancy_is_filled_or_closed_but_never_both(world):
    row = propose_replacement(world.vacancy, world.first, world.offer, actor=world.town)
    refused = one_refused(
        side_by_side(
            lambda: confirm_replacement(row, actor=world.county),
            lambda: close_vacancy(world.vacancy, "岗位撤销", actor=world.town),
        )
    )
    world.vacancy.refresh_from_db()
    assert refused.code in ("vacancy_filled", "vacancy_closed")
    assert (world.vacancy.filled_by is None) == (world.vacancy.closed_on is not None)
    assert Appointment.objects.filter(person=world.first).exists() == (world.vacancy.filled_by is not None)


def test_one_person_follows_in_one_of_two_vacancies(world):
    """Proposed for one place, appointed to another village's on its page in the same second."""
    row = propose_replacement(world.vacancy, world.first, world.offer, actor=world.town)
    refused = one_refused(
        side_by_side(
            lambda: confirm_replacement(row, actor=world.county),
            lambda: appoint(world.first, world.posts[1], Terms(world.offer.starts), actor=world.other),
        )
    )
    (held,) = Appointment.objects.filter(person=world.first)
    assert refused.code in ("person_busy", "not_now")
    assert held.post.region_code in (VILLAGE, SECOND)
    confirmed = held.post == world.posts[0]
    assert Replacement.objects.get().state == (ReplacementState.CONFIRMED if confirmed else ReplacementState.OPEN)
    world.vacancy.refresh_from_db()
    assert (world.vacancy.filled_by == held) == confirmed
