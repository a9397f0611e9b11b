"""The week's plan: fixed by a digest before anybody goes, hidden until a visit begins, laid open and drawn again after it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.oversight.conftest import COUNTY, KINDS, VILLAGES
from tests.tenure.conftest import refused

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.models import AuditEntry
from yigang.oversight import domain, queries
from yigang.oversight.domain import Week
from yigang.oversight.models import Group, Inspection, Plan, PlanList
from yigang.people.models import Kinship

pytestmark = pytest.mark.req("H6")


@pytest.fixture
def week(inspectors, monday) -> Week:
    return Week(monday, [[one] for one in inspectors[1:]], 4, KINDS)


def over(plan: Plan, monkeypatch) -> Plan:
    """The same plan on the Monday after its week."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: plan.week + timedelta(days=7))
    return domain.reveal(plan)


def test_every_group_learns_of_its_own_visits_alone(drawn, inspectors, county_manager, town_officer):
    head, one, *_others = inspectors
    seen = {}
    for user in (head, one, county_manager, town_officer):
        with rls.scope(user):
            seen[user] = (
                Inspection.objects.count(),
                Group.objects.count(),
                PlanList.objects.count(),
                Plan.objects.count(),
            )
    assert seen == {head: (6, 3, 1, 1), one: (2, 1, 0, 1), county_manager: (0, 0, 0, 1), town_officer: (0, 0, 0, 0)}


def test_the_audit_trail_holds_the_digest_and_says_neither_where_nor_who(drawn):
    entry = AuditEntry.objects.get(verb="oversight.draw_week")
    assert entry.after == {"week": f"{drawn.week}", "commitment": drawn.commitment}
    assert entry.region_code == COUNTY


def test_a_visit_that_has_begun_is_known_to_others(visit, drawn, inspectors, county_manager):
    domain.begin(visit, actor=inspectors[1])
    with rls.scope(county_manager):
        assert [one.pk for one in Inspection.objects.all()] == [visit.pk]
    assert refused(domain.begin, visit, actor=inspectors[1]).code == "begun"


def test_only_the_group_that_was_drawn_begins(visit, inspectors, county_manager):
    with pytest.raises(Forbidden):
        domain.begin(visit, actor=inspectors[2])
    with pytest.raises(Forbidden):
        domain.begin(visit, actor=county_manager)


def test_after_the_week_everything_is_open_and_can_be_drawn_again(
    drawn, visit, inspectors, county_manager, monkeypatch
):
    assert refused(domain.redraw, drawn, actor=county_manager).code == "not_revealed"
    assert domain.reveal(drawn).seed == ""  # the week is not over
    domain.begin(visit, actor=inspectors[1])
    plan = over(drawn, monkeypatch)
    assert len(plan.seed) == 64
    with rls.scope(county_manager):
        again = domain.redraw(plan, actor=county_manager)
        states = sorted(Inspection.objects.values_list("state", flat=True))
    assert (again.sound, again.holds, len(again.drawn)) == (True, True, 6)
    assert states == ["begun", *["missed"] * 5]


@pytest.mark.parametrize("what", ["seed", "list"])
def test_a_changed_seed_or_list_is_found(drawn, monkeypatch, what):
    plan = over(drawn, monkeypatch)
    if what == "seed":
        plan.seed = "0" * 64
        again = domain.redrawn(plan)
    else:
        text = PlanList.objects.get(plan=plan).text
        monkeypatch.setattr(
            PlanList.objects, "get", lambda **_: PlanList(text=text.replace(f"{VILLAGES[0]} 4", f"{VILLAGES[0]} 9"))
        )
        again = domain.redrawn(plan)
    assert (again.holds, again.sound) == (False, False)


def test_the_database_keeps_what_was_drawn(drawn):
    for rows, change in (
        (Inspection.objects.filter(plan=drawn, number=1), {"region_code": VILLAGES[0][:-1] + "9"}),
        (PlanList.objects.filter(plan=drawn), {"text": "x"}),
        (Plan.objects.filter(pk=drawn.pk), {"commitment": "0" * 64}),
    ):
        with pytest.raises(DatabaseError, match="stays as it was drawn"), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_whoever_has_kin_in_a_village_or_belongs_to_it_is_not_sent_there(programme, held, inspectors, week):
    head, one, two, _three = inspectors
    Kinship.objects.create(
        region_code=VILLAGES[0], person=held[0].person, official=one.name, office="督查专员", relation="侄子"
    )
    two.phone = held[1].person.phone = "13900000002"
    two.save()
    held[1].person.save()
    plan = domain.draw_week(programme, COUNTY, Week(week.monday, week.groups, 6, KINDS), actor=head)
    sent = dict(plan.inspections.values_list("region_code", "group__number"))
    assert (sent[VILLAGES[0]] != 1, sent[VILLAGES[1]] != 2) == (True, True)


def test_open_questions_earlier_findings_and_a_first_visit_weigh(programme, held, monday):
    assert queries.weights(programme, COUNTY, monday) == dict.fromkeys(VILLAGES, 4)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"visits": 7}, "visits"),
        ({"visits": 2}, "groups"),
        ({"kinds": ()}, "kinds"),
        ({"groups": [[]]}, "groups"),
        ({"back": 7}, "week"),
        ({"back": -1}, "week"),
        ({"twice": True}, "member_twice"),
        ({"stranger": True}, "member"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_kept(
    programme, held, inspectors, week, make_user, change, code
):
    head, one, *_others = inspectors
    groups = change.get("groups", week.groups)
    if "twice" in change:
        groups = [[one], [one], [inspectors[2]]]
    if "stranger" in change:
        groups = [[one], [inspectors[2]], [make_user(Role.TOWN_OFFICER, "520403100")]]
    monday = week.monday - timedelta(days=change.get("back", 0))
    bent = Week(monday, groups, change.get("visits", 4), change.get("kinds", KINDS))
    assert refused(domain.draw_week, programme, COUNTY, bent, actor=head).code == code
    assert (Plan.objects.count(), Inspection.objects.count()) == (0, 0)


def test_a_week_is_drawn_once_and_by_inspectors_only(programme, drawn, week, inspectors, county_manager):
    assert refused(domain.draw_week, programme, COUNTY, week, actor=inspectors[0]).code == "drawn_already"
    with pytest.raises(Forbidden):
        domain.draw_week(programme, COUNTY, week, actor=county_manager)
