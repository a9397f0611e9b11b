"""Inspections in the browser: drawn, visited, written down, put right, accepted; hidden until they begin."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.oversight.conftest import VILLAGES, absent, holder_of, sheet_of

from yigang.appraisal.models import Finding
from yigang.console import today as waiting
from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry, JobRun
from yigang.oversight import domain
from yigang.oversight.models import Inspection, Plan, Proposal, RecallOrder, Rectification, VisitSheet

pytestmark = [pytest.mark.usefixtures("regions"), pytest.mark.req("H6")]
LISTS = (
    "oversight", "oversight-plans", "oversight-points", "oversight-interviews", "oversight-recalls", "oversight-proposals",
)  # fmt: skip


def page(client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query)
    assert response.status_code == 200, (name, response)
    return response.content.decode()


def post(client, name: str, *args: object, **given: object):
    response = client.post(reverse(f"console:{name}", args=args), given)
    assert response.status_code == 302, response.content.decode()
    return response


def test_from_the_draw_to_the_point_struck_off(programme, held, inspectors, monday, sign_in, town_officer, make_user):
    head, one, *_others = inspectors
    client = sign_in(head)
    groups = "\n".join(other.username for other in inspectors[1:])
    given = {"programme": programme.pk, "week": f"{monday}", "visits": "3", "kinds": ["on_site"], "groups": groups}
    post(client, "oversight-draw", **given)
    visit = Inspection.objects.get(group__number=1)
    client = sign_in(one)
    dues = [due.url for due in waiting.dues_of(one, "520403") if due.chapter == "oversight"]
    assert dues == [reverse("console:oversight-visit", args=[visit.pk])]
    post(client, "oversight-begin", visit.pk)
    holder = holder_of(visit)
    assert holder.person.name in page(client, "oversight-sheet", visit.pk)
    row = {f"{holder.pk}-{check}": "not_checked" for check in ("log", "knowledge", "publicity", "account", "villagers")}
    sheet = {"id": f"{uuid4()}", f"{holder.pk}-presence": "absent", **row}
    refused = client.post(reverse("console:oversight-sheet", args=[visit.pk]), sheet)
    assert (refused.status_code, VisitSheet.objects.count()) == (200, 0)
    post(client, "oversight-sheet", visit.pk, **sheet, **{f"{holder.pk}-note": "村部无人，电话不通"})
    assert (Finding.objects.get().person, "Absent without cause" in page(client, "oversight-visit", visit.pk)) == (
        holder.person,
        True,
    )

    kept = VisitSheet.objects.get()
    point = {
        "programme": programme.pk, "region_code": visit.region_code, "finding": "工作日无人值守",
        "found_on": f"{timezone.localdate()}", "unit": "白云镇党委", "owner": "李镇长",
    }  # fmt: skip
    client.post(reverse("console:oversight-point-add") + f"?sheet={kept.pk}", point)
    row = Rectification.objects.get()
    assert (row.source, row.sheet) == ("visit", kept)
    client = sign_in(town_officer)
    post(client, "oversight-point-done", row.pk, text="已安排轮流值守，张贴值班表")
    client = sign_in(one)
    post(client, "oversight-point-close", row.pk, text="现场复查属实")
    assert "现场复查属实" in page(client, "oversight-point", row.pk)
    row.refresh_from_db()
    assert (row.state, row.closed_by) == ("closed", one)


@pytest.mark.parametrize(
    "role", [Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.AUDITOR, Role.LEADER, Role.ARCHIVIST, Role.INSPECTOR]
)
def test_nobody_else_learns_where_the_groups_go(drawn, sign_in, make_user, inspectors, role):
    """Pages, lists as workbooks, the search, what waits, the trail and jobs, asked by another account of the county."""
    other = make_user(role, "520403")
    client = sign_in(other)
    told = [page(client, name) for name in LISTS] + [page(client, "oversight-plan", drawn.pk)]
    told += [page(client, "home"), page(client, "search", q="狗场村")]
    for visit in Inspection.objects.all():
        for name in ("oversight-visit", "oversight-sheet"):
            assert client.get(reverse(f"console:{name}", args=[visit.pk])).status_code == 404
    assert client.get(reverse("console:oversight-plan-list", args=[drawn.pk])).status_code == 404
    exported = client.get(reverse("console:oversight"), {"format": "xlsx"})
    assert (exported.status_code, JobRun.objects.count()) == (200, 0)
    entries = [
        f"{one.before} {one.after} {one.region_code} {one.object_id}"
        for one in AuditEntry.objects.filter(verb__startswith="oversight.")
    ]
    if role in (Role.COUNTY_MANAGER, Role.AUDITOR):
        told.append(page(client, "audit", object="oversight.plan"))
    names = [one.name for one in inspectors[1:]]
    secrets = [*VILLAGES, *(reverse("console:oversight-visit", args=[one.pk]) for one in drawn.inspections.all())]
    assert [secret for secret in secrets for text in [*told, *entries] if secret in text] == []
    assert [name for name in names for text in told if f">{name}<" in text] == []
    assert [due for due in waiting.dues_of(other, "520403") if due.chapter == "oversight"] == []


def test_interview_recall_and_consequences_have_their_pages(
    held, sign_in, county_manager, make_user, drawn, visit, inspectors
):
    domain.hand_in_sheet(visit, sheet_of(visit, absent(holder_of(visit))), actor=inspectors[1])
    client = sign_in(county_manager)
    for name in ("oversight-interview-add", "oversight-recall-add"):
        page(client, name)
    for name in LISTS:
        page(client, name)
    assert (Proposal.objects.count(), RecallOrder.objects.count(), Plan.objects.count()) == (0, 0, 1)
