"""Scans and photos that nothing names go after three months; what is named, or was made by a job, stays."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.people.factories import make_person

from yigang.foundation import scans
from yigang.foundation.domain import store_file, store_paper
from yigang.foundation.models import AuditEntry, JobRun, StoredFile
from yigang.people import deaths

COUNTY = "520403000000"
PAPER = b"%PDF-1.7 x"


@pytest.fixture
def files(county_manager):
    def paper(name: str) -> StoredFile:
        return store_paper(PAPER, name=name, region_code=COUNTY, actor=county_manager)

    person, named = make_person("张三", 1), paper("死亡证明")
    today = timezone.localdate()
    deaths.record_death(person, today, evidence="证明", file=named, actor=county_manager)
    made = paper("报表")
    JobRun.objects.create(region_code=COUNTY, kind="x", title="x", actor=county_manager, result={"file": made.pk})
    for name, kind in (("代发.xlsx", "application/vnd.ms-excel"), ("照片.jpg", "image/jpeg")):
        store_file(b"x", name=name, region_code=COUNTY, actor=county_manager, content_type=kind)
    paper("被退回的扫描件")


@pytest.mark.req("Z8")
def test_only_scans_that_nothing_names_go_and_not_before_three_months(files, django_capture_on_commit_callbacks):
    soon, late = (timezone.now() + timedelta(days=days) for days in (89, 91))
    assert scans.forget_unnamed(soon) == 0
    gone = StoredFile.objects.get(name="被退回的扫描件.pdf").content
    with django_capture_on_commit_callbacks(execute=True):
        assert scans.forget_unnamed(late) == 2
    assert set(StoredFile.objects.values_list("name", flat=True)) == {"死亡证明.pdf", "报表.pdf", "代发.xlsx"}
    assert not gone.storage.exists(gone.name)
    assert AuditEntry.objects.filter(verb="foundation.forget_scan").count() == 2
    assert scans.forget_unnamed(late) == 0
