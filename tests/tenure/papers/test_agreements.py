"""The agreement as a document: from which template, under which number, for one and for many, and the signed copy."""

import io
import zipfile
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from docx import Document
from tests.foundation.factories import picture
from tests.posts.factories import make_post
from tests.tenure.conftest import refused
from tests.tenure.papers.test_template import docx, text_of

from yigang.foundation import rls
from yigang.foundation.errors import Forbidden
from yigang.foundation.jobs import silent
from yigang.foundation.models import AuditEntry, StoredFile
from yigang.tenure import domain, tasks
from yigang.tenure.models import Agreement, AgreementTemplate
from yigang.tenure.papers import template
from yigang.tenure.papers.agreements import file_signed_copy, make_agreement, make_agreements, put_template


@pytest.fixture
def held(post, hold):
    return hold(post)


def content_of(file: StoredFile) -> bytes:
    with file.content.open("rb") as handle:
        return handle.read()


def test_fields_of_an_agreement_are_those_that_a_template_may_ask_for(held, town_officer):
    fields = domain.fields_of(domain.prepare_agreement(held, actor=town_officer))
    assert tuple(fields) == template.FIELDS


@pytest.mark.req("Z8")
def test_without_an_own_template_the_one_that_comes_along_is_filled(held, town_officer):
    made = make_agreement(held, actor=town_officer)
    text = text_of(content_of(made.file))
    assert made.number == "平坝护林〔2020〕001号"
    assert f"协议编号：{made.number}" in text
    assert "张三" in text
    assert "2020年7月1日" in text
    assert "{{" not in text
    assert made.template == "生态护林员管护协议"
    assert "每年 10000.00 元" in text
    assert "每月应出勤 22 天" in text


@pytest.mark.req("Z8")
def test_the_offices_newest_template_is_used_and_older_ones_stay(held, programme, county_manager, town_officer):
    for number in (1, 2):
        put_template(programme, docx(f"第{number}版 {{{{姓名}}}}"), name="协议.docx", actor=county_manager)
    with rls.scope(town_officer):
        made = make_agreement(held, actor=town_officer)
    assert text_of(content_of(made.file)) == "第2版 张三"
    assert made.template == "协议.docx v2"
    assert AgreementTemplate.objects.filter(programme=programme).count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        AgreementTemplate.objects.update(name="x")


def test_a_wrong_template_changes_nothing(programme, county_manager):
    assert (
        refused(put_template, programme, docx("{{手机号}}"), name="a.docx", actor=county_manager).code
        == "unknown_field"
    )
    assert not AgreementTemplate.objects.exists()


def test_the_town_does_not_set_the_countys_template(programme, town_officer):
    with pytest.raises(Forbidden):
        put_template(programme, docx("{{姓名}}"), name="a.docx", actor=town_officer)


def test_made_again_it_keeps_its_number_and_once_signed_it_stays(held, town_officer):
    first = make_agreement(held, actor=town_officer)
    again = make_agreement(held, actor=town_officer)
    assert (again.number, Agreement.objects.count()) == (first.number, 1)
    file_signed_copy(again, picture(), name="签字.jpg", on=date(2020, 7, 1), actor=town_officer)
    assert refused(make_agreement, held, actor=town_officer).code == "signed_already"


def test_a_signed_copy_that_is_no_paper_is_refused(held, town_officer):
    made = make_agreement(held, actor=town_officer)
    named = {"name": "签字.pdf", "on": date(2020, 7, 1), "actor": town_officer}
    assert refused(file_signed_copy, made, b"MZ", **named).code == "no_paper"
    made.refresh_from_db()
    assert made.signed_file is None


def test_many_come_as_one_archive_without_those_that_are_signed(programme, hold, town_officer):
    post = make_post(programme, head_count=3)
    rows = [hold(post), hold(post, 2, "李四"), hold(post, 3, "王五")]
    signed = make_agreement(rows[0], actor=town_officer)
    file_signed_copy(signed, b"%PDF-1.7", name="a.pdf", on=date(2020, 7, 1), actor=town_officer)
    given = {"keys": [row.pk for row in rows], "region_code": "520403100000", "name": "协议.zip"}
    result = tasks.make_agreements.work(silent, actor=town_officer, **given)
    with zipfile.ZipFile(io.BytesIO(content_of(StoredFile.objects.get(pk=result["file"])))) as archive:
        assert archive.namelist() == ["平坝护林〔2020〕002号 李四.docx", "平坝护林〔2020〕003号 王五.docx"]
        assert "李四" in "".join(p.text for p in Document(io.BytesIO(archive.read(archive.namelist()[0]))).paragraphs)
    assert refused(make_agreements, [rows[0].pk], actor=town_officer).code == "nobody"


def test_the_trail_tells_of_template_and_document(held, programme, county_manager):
    put_template(programme, docx("{{姓名}}"), name="协议.docx", actor=county_manager)
    make_agreement(held, actor=county_manager)
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"tenure.put_template", "tenure.prepare_agreement", "tenure.make_agreement"} <= verbs
