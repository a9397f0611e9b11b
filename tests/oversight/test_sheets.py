"""Visit sheets: taken once, by the group, also later than they were made; who was absent without cause is evidence."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.foundation.test_pictures import made as picture_of
from tests.oversight.conftest import absent, at_noon, holder_of, sheet_of
from tests.tenure.conftest import refused

from yigang.appraisal.enums import FindingKind
from yigang.appraisal.models import Finding
from yigang.foundation.errors import Forbidden
from yigang.oversight import domain
from yigang.oversight.domain import Met
from yigang.oversight.enums import Check, InspectionState, Presence
from yigang.oversight.models import SheetRow, VisitSheet
from yigang.people.models import Kinship

pytestmark = pytest.mark.req("H6")


def test_six_checks_a_test_and_a_photo_are_kept(visit, inspectors):
    met = Met(
        holder_of(visit), Presence.PRESENT, log=Check.GOOD, knowledge=Check.POOR, publicity=Check.GOOD,
        account=Check.GOOD, villagers=Check.NOT_CHECKED, score=Decimal("87.5"),
    )  # fmt: skip
    sheet = domain.hand_in_sheet(visit, sheet_of(visit, met), photos=[("门口.jpg", picture_of())], actor=inspectors[1])
    row = SheetRow.objects.get()
    assert (row.presence, row.knowledge, row.villagers, row.score) == (
        "present",
        "poor",
        "not_checked",
        Decimal("87.50"),
    )
    assert sheet.photos.get().file.content_type == "image/jpeg"
    visit.refresh_from_db()
    assert (visit.state, Finding.objects.count()) == (InspectionState.DONE, 0)


@pytest.mark.req("H7")
def test_an_absence_without_cause_is_evidence_and_one_with_cause_is_not(visit, drawn, inspectors):
    held = holder_of(visit)
    domain.hand_in_sheet(visit, sheet_of(visit, absent(held)), actor=inspectors[1])
    found = Finding.objects.get()
    assert (found.person, found.day, found.kind) == (held.person, timezone.localdate(), FindingKind.ABSENT)
    assert "村部大门锁闭" in found.note
    other = drawn.inspections.filter(group__number=2).first()
    excused = Met(holder_of(other), Presence.EXCUSED, note="在镇上开会，已核实")
    domain.hand_in_sheet(other, sheet_of(other, excused), actor=inspectors[2])
    assert Finding.objects.count() == 1


def test_the_same_sheet_is_taken_once_and_a_second_one_refused(visit, inspectors):
    sheet = sheet_of(visit, absent(holder_of(visit)))
    first = domain.hand_in_sheet(visit, sheet, actor=inspectors[1])
    assert domain.hand_in_sheet(visit, sheet, actor=inspectors[1]) == first
    another = sheet_of(visit, absent(holder_of(visit)))
    assert refused(domain.hand_in_sheet, visit, another, actor=inspectors[1]).code == "sheet_there"
    assert (VisitSheet.objects.count(), Finding.objects.count()) == (1, 1)


def test_a_sheet_made_without_signal_counts_for_its_own_day(visit, drawn, inspectors):
    made = at_noon(drawn.week) - timedelta(hours=11, minutes=59)
    sheet = domain.hand_in_sheet(visit, sheet_of(visit, absent(holder_of(visit)), made_at=made), actor=inspectors[1])
    assert (Finding.objects.get().day, sheet.made_at < sheet.received_at) == (drawn.week, True)


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (lambda sheet: replace(sheet, met=()), "nobody"),
        (lambda sheet: replace(sheet, met=[replace(sheet.met[0], note=" ")]), "no_note"),
        (lambda sheet: replace(sheet, met=[replace(sheet.met[0], score=Decimal("100.01"))]), "score"),
        (lambda sheet: replace(sheet, met=[sheet.met[0]] * 2), "not_in_post"),
        (lambda sheet: replace(sheet, made_at=sheet.made_at + timedelta(hours=1)), "future"),
        (lambda sheet: replace(sheet, made_at=sheet.made_at - timedelta(days=8)), "not_this_week"),
    ],
)
def test_what_is_no_sheet_of_this_visit_is_refused_and_nothing_is_kept(visit, inspectors, bend, code):
    bent = bend(sheet_of(visit, absent(holder_of(visit))))
    assert refused(domain.hand_in_sheet, visit, bent, actor=inspectors[1]).code == code
    visit.refresh_from_db()
    assert (visit.state, VisitSheet.objects.count(), Finding.objects.count()) == (InspectionState.PLANNED, 0, 0)


def test_somebody_of_another_village_is_not_on_the_sheet(visit, held, inspectors):
    other = next(one for one in held if one.region_code != visit.region_code)
    assert (
        refused(domain.hand_in_sheet, visit, sheet_of(visit, absent(other)), actor=inspectors[1]).code == "not_in_post"
    )


def test_nobody_finds_against_his_own_kin_and_nobody_outside_the_group_finds_anything(visit, inspectors):
    held = holder_of(visit)
    sheet = sheet_of(visit, absent(held))
    with pytest.raises(Forbidden):
        domain.hand_in_sheet(visit, sheet, actor=inspectors[2])
    Kinship.objects.create(
        region_code=held.region_code, person=held.person, official=inspectors[1].name, office="督查组", relation="外甥"
    )
    assert refused(domain.hand_in_sheet, visit, sheet, actor=inspectors[1]).code == "kin"
    assert Finding.objects.count() == 0


def test_a_sheet_is_never_changed(visit, inspectors):
    domain.hand_in_sheet(visit, sheet_of(visit, absent(holder_of(visit))), actor=inspectors[1])
    for rows in (VisitSheet.objects.all(), SheetRow.objects.all()):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            rows.update(region_code="520403100299")
