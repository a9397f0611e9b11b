"""Long exports as a job under the same eyes, and pages for what went wrong."""

from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory
from tests.console.conftest import make_person

from yigang.console import errors
from yigang.console.lists import export
from yigang.foundation import jobs, rls
from yigang.foundation.models import JobRun, StoredFile


@pytest.fixture
def store(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


def test_a_long_export_becomes_a_job(sign_in, town_officer, regions, monkeypatch):
    monkeypatch.setattr(export, "EXPORT_AT_ONCE", 1)
    make_person(1)
    make_person(2)
    response = sign_in(town_officer).get("/people/", {"format": "xlsx"})
    assert response["Location"] == f"/office/jobs/{JobRun.objects.get().pk}/"


def test_the_job_writes_what_its_owner_sees(town_officer, regions, store):
    make_person(2, name="王小红")
    make_person(4, name="李外人", village="520403101201")
    with rls.scope(town_officer):
        result = export.export_list.work(
            jobs.silent, actor=town_officer, name="people", prefix="520403100", query="", columns="sex"
        )
        with StoredFile.objects.get(pk=result["file"]).content.open("rb") as file:
            sheet = openpyxl.load_workbook(BytesIO(file.read())).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [["王小红", "女"]]


def test_an_old_form_is_told_so_in_chinese(db):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "表单已过期" in response.content.decode()


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (lambda request: errors.bad_request(request, ValueError()), 400, "无法识别该请求"),
        (lambda request: errors.bad_request(request, RequestDataTooBig()), 413, "请按乡镇或按月拆分文件"),
        (lambda request: errors.forbidden(request, PermissionError()), 404, "没有找到该页面"),
        (errors.failed, 500, "数据未作任何改动"),
    ],
    ids=["not understood", "too large", "forbidden looks absent", "failed"],
)
def test_what_went_wrong_is_said_with_what_to_do(answer, status, words):
    response = answer(RequestFactory().get("/"))
    assert response.status_code == status
    assert words in response.content.decode()
