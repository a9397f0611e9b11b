"""The ledger of points: given once for what shows it, by whom the clause names and not to kin; taken back by an entry."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections, transaction
from tests.payment.world import AUGUST, JULY, World

from yigang.appraisal import facts, queries
from yigang.appraisal.models import Appraisal, PointEntry
from yigang.appraisal.points import Given, give_many, give_points, take_back_points
from yigang.duty.enums import IncidentKind
from yigang.duty.models import Incident
from yigang.foundation import rls
from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.facts import Selection
from yigang.foundation.many import ManyRefused
from yigang.foundation.models import AuditEntry, User
from yigang.people.models import Kinship
from yigang.policy.facts import Facts
from yigang.policy.observe import observe
from yigang.policy.period import Period
from yigang.posts.rules import policy_file, policy_from

TENTH = date(2020, 7, 10)


@pytest.fixture
def world(town_officer) -> World:
    return World(town_officer)


@pytest.fixture
def ranger(world):
    return world.hire("王大山")


def praise(held, day=TENTH, **more) -> Given:
    return Given(held, "praise", Decimal(2), "村民来信表扬", day, **more)


def fire(held, points="3", **more) -> Given:
    return Given(held, "fire", Decimal(points), "及时报告", TENTH, **more)


def smoke(held) -> Incident:
    return Incident.objects.create(
        region_code=held.region_code,
        person=held.person,
        kind=IncidentKind.FIRE,
        at=datetime(2020, 7, 10, 4, tzinfo=UTC),
    )


def seal(held, month=JULY) -> None:
    Appraisal.objects.create(
        region_code=held.region_code, appointment=held, period="month", first=month, grade="合格", passed=True
    )


@pytest.mark.req("Z3", "Z11")
def test_points_are_kept_with_who_and_why_and_taken_back_by_an_entry(ranger, town_officer):
    entry = give_points(praise(ranger), actor=town_officer)
    fine = give_points(Given(ranger, "complaint", Decimal(2), "查实", TENTH), actor=town_officer)
    assert (entry.label, entry.points, fine.points, entry.month) == ("群众表扬", 2, -2, JULY)
    back = take_back_points(entry, "写错了人", actor=town_officer)
    assert (back.points, back.reverses, back.month) == (-2, entry, JULY)
    assert queries.sums_of(ranger.person, 2020).total == -2
    assert [each["verb"] for each in AuditEntry.objects.order_by("pk").values("verb")] == [
        "appraisal.give_points", "appraisal.give_points", "appraisal.take_back_points"
    ]  # fmt: skip
    with pytest.raises(Refusal) as refused:
        take_back_points(entry, "再一次", actor=town_officer)
    assert refused.value.code == "taken_back"
    give_points(praise(ranger), actor=town_officer)  # what was taken back can be given anew


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"clause": "absent"}, "no_clause"),
        ({"clause": "fire"}, "no_evidence"),
        ({"points": Decimal("2.01")}, "out_of_range"),
        ({"reason": " "}, "no_reason"),
        ({"day": date(2019, 12, 31)}, "not_in_post"),
        ({"day": date(2999, 1, 1)}, "not_in_post"),
    ],
)
def test_what_the_policy_does_not_give_is_refused(ranger, town_officer, change, code):
    given = {"clause": "praise", "points": Decimal(2), "reason": "好", "day": TENTH, **change}
    with pytest.raises(Refusal) as refused:
        give_points(Given(ranger, **given), actor=town_officer)
    assert refused.value.code == code
    assert not PointEntry.objects.exists()


def test_only_whom_the_clause_names_gives_them_and_only_in_the_own_region(ranger, make_user):
    with pytest.raises(Forbidden):
        give_points(praise(ranger), actor=make_user(Role.TOWN_OFFICER, "520403101"))
    station = make_user(Role.STATION_OFFICER, "520403100")
    with pytest.raises(Refusal) as refused:
        give_points(Given(ranger, "rescue", Decimal(5), "扑救", TENTH), actor=station)
    assert refused.value.code == "role"
    clerk = make_user(Role.VILLAGE_CLERK, "520403100201")
    entry = give_points(praise(ranger), actor=clerk)
    with pytest.raises(Forbidden):
        take_back_points(entry, "写错", actor=clerk)


def test_nobody_gives_to_kin_or_takes_back_from_kin(ranger, town_officer, make_user):
    other = make_user(Role.TOWN_OFFICER, "520403100")
    entry = give_points(praise(ranger), actor=other)
    Kinship.objects.create(person=ranger.person, official=town_officer.name, office="镇长", relation="侄子")
    for act in (
        lambda: give_points(praise(ranger, date(2020, 7, 11)), actor=town_officer),
        lambda: take_back_points(entry, "写错", actor=town_officer),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "kin"


@pytest.mark.req("Z11")
def test_what_shows_it_gives_a_clause_once(world, ranger, town_officer):
    """The same incident, the same file and, without evidence, the same day; the database says so too."""
    paper = store_file(b"letter", name="a.jpg", region_code=ranger.region_code, actor=None, content_type="image/jpeg")
    copy = store_file(b"letter", name="b.jpg", region_code=ranger.region_code, actor=None, content_type="image/jpeg")
    incident = smoke(ranger)
    give_many([fire(ranger, incident=incident), fire(ranger, file=paper), praise(ranger)], actor=town_officer)
    for again in (fire(ranger, "2", incident=incident), fire(ranger, file=copy), praise(ranger)):
        with pytest.raises(Refusal) as refused:
            give_points(again, actor=town_officer)
        assert refused.value.code == "once"
        entry = PointEntry.objects.filter(clause=again.clause).last()
        entry.pk = None
        with pytest.raises(DatabaseError, match="given for this before"), transaction.atomic():
            entry.save(force_insert=True)
    give_points(fire(world.hire("李小河"), file=copy), actor=town_officer)  # somebody else on the same photo
    with pytest.raises(Refusal) as refused:
        give_points(fire(world.hire("赵三"), incident=incident), actor=town_officer)
    assert refused.value.code == "evidence"


def test_the_ledger_is_never_changed(ranger, town_officer):
    entry = give_points(praise(ranger), actor=town_officer)
    for change in (lambda: PointEntry.objects.update(points=9), PointEntry.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    entry.pk, entry.reverses_id, entry.points = None, entry.pk, Decimal(-3)
    with pytest.raises(DatabaseError, match="taken back as it was given"), transaction.atomic():
        entry.save(force_insert=True)


def test_many_are_given_together_or_none(world, ranger, town_officer):
    many = [praise(ranger), praise(world.hire("李小河")), praise(ranger)]
    with pytest.raises(ManyRefused) as refused:
        give_many(many, actor=town_officer)
    assert [problem.code for problem in refused.value.problems] == ["once"]
    assert not PointEntry.objects.exists()
    assert len(give_many(many[:2], actor=town_officer)) == 2


def test_points_of_a_sealed_month_count_in_the_next(world, ranger, town_officer):
    entry = give_points(praise(ranger), actor=town_officer)
    seal(ranger)
    late = give_points(Given(ranger, "complaint", Decimal(2), "查实", date(2020, 7, 30)), actor=town_officer)
    back = take_back_points(entry, "查无此事", actor=town_officer)
    assert (entry.month, late.month, back.month) == (JULY, AUGUST, AUGUST)
    gone = world.hire("李小河", ends=date(2020, 7, 31))
    seal(gone)
    with pytest.raises(Refusal) as refused:
        give_points(praise(gone), actor=town_officer)
    assert refused.value.code == "sealed"


def test_the_engine_sees_what_counts_in_the_month(world, ranger, town_officer):
    """Loaded, no entry is 0 points; not loaded, the points are missing."""
    other = world.hire("李小河")
    entry = give_points(praise(ranger), actor=town_officer)
    give_points(Given(ranger, "complaint", Decimal(2), "查实", TENTH), actor=town_officer)
    seal(ranger)
    take_back_points(entry, "查无此事", actor=town_officer)
    month = policy_from(policy_file("pingba-ranger")).version_on(TENTH).month
    held = {"appointment_id": [ranger.pk, other.pk], "person_id": [ranger.person_id, other.person_id]}

    def seen(first: date, *, loaded: bool = True) -> list[tuple[int | None, ...]]:
        from polars import DataFrame

        people = DataFrame({**held, "region": ["520403100201"] * 2, "start": [date(2020, 1, 1)] * 2, "end": [None] * 2})
        points = facts.points(Selection(world.programme.pk, "520403", first, first)) if loaded else None
        codes = ["points_in_month", "credit_points", "debit_points", "award_points"]
        from yigang.policy.facts import checked

        found = observe(checked(Facts(appointments=people, points=points)), month, Period.of(first), set(codes))
        return found.frame.select(codes).rows()

    assert seen(JULY) == [(0, 200, 200, 0), (0, 0, 0, 0)]
    assert seen(AUGUST) == [(-200, -200, 0, 0), (0, 0, 0, 0)]
    assert seen(JULY, loaded=False) == [(None,) * 4] * 2


@pytest.mark.req("Z11")
def test_of_two_equal_givings_at_once_one_counts(committed_db, make_user):
    """Over two connections: whoever comes second is told that it was given."""
    officers = [make_user(Role.TOWN_OFFICER, "520403100") for _each in range(2)]
    ranger = World(officers[0]).hire("王大山")
    answers, start = [], threading.Barrier(2)

    def give(officer):
        try:
            actor = User.objects.get(pk=officer.pk)
            start.wait(10)
            with rls.scope(actor):
                give_points(praise(ranger), actor=actor)
            answers.append("given")
        except Refusal as refusal:
            answers.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=[officer]) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["given", "once"]
    assert PointEntry.objects.count() == 1
