"""An office's Word template: what is taken, what is refused and why; what a field's text can never do."""

import io
import zipfile

import pytest
from docx import Document

from yigang.foundation.errors import Refusal
from yigang.tenure.papers import template


def docx(*paragraphs: str, parts: dict[str, bytes] | None = None, replace: dict[str, bytes] | None = None) -> bytes:
    """A Word document with these paragraphs; `parts` are added to its package, `replace` put in the place of others."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    made = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, (replace or {}).get(name, source.read(name)))
        for name, content in (parts or {}).items():
            target.writestr(name, content)
    return made.getvalue()


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def refused(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        template.checked(content)
    return caught.value


def relation(kind: str) -> dict[str, bytes]:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    text = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="x1" '
        f'Type="{base}/{kind}" Target="https://elsewhere.example/t.dotm" TargetMode="External"/></Relationships>'
    )
    return {"word/_rels/settings.xml.rels": text.encode()}


def test_the_fields_of_a_template_are_listed():
    assert template.checked(docx("协议编号：{{协议编号}}", "乙方：{{ 姓名 }}，{{村}}")) == ("协议编号", "姓名", "村")


def test_a_field_that_word_cut_into_pieces_is_found():
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("乙方：{", "{姓", "名}", "}"):
        paragraph.add_run(piece)
    buffer = io.BytesIO()
    document.save(buffer)
    assert template.checked(buffer.getvalue()) == ("姓名",)
    filled = template.fill(buffer.getvalue(), dict.fromkeys(template.FIELDS, "王小红"))
    assert text_of(filled) == "乙方：王小红"


@pytest.mark.parametrize("name", ["{{7*7}}", "<w:p/>", "张&三", "{% raw %}", '"]]>'])
def test_a_name_is_text_whatever_it_holds(name):
    filled = template.fill(docx("乙方：{{姓名}}"), dict.fromkeys(template.FIELDS, name))
    assert text_of(filled) == f"乙方：{name}"


@pytest.mark.req("Z8")
def test_an_unknown_field_is_refused_with_its_name_and_those_that_there_are():
    refusal = refused(docx("{{姓名}}{{手机号}}"))
    assert refusal.code == "unknown_field"
    assert "手机号" in str(refusal)
    assert "协议编号" in str(refusal.remedy)


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in range(10**9) %}", "{{ 姓名", "{# 注 #}", "{%p if 姓名 %}", "}}", "{% colspan 2 %}", "{{{姓名}}}",
    ],
)  # fmt: skip
def test_anything_but_plain_fields_is_refused(text):
    assert refused(docx(text)).code == "template_code"


@pytest.mark.parametrize(
    "code",
    ["姓名.__class__", "姓名|attr('x')", "''.__class__.__mro__", "cycler.__init__", "姓名 * 999999999", "lipsum()", ""],
)
def test_an_expression_is_no_field(code):
    assert refused(docx(f"{{{{ {code} }}}}")).code == "unknown_field"


def test_code_in_an_attribute_or_in_the_properties_is_refused():
    whole = zipfile.ZipFile(io.BytesIO(docx("合同"))).read("word/document.xml")
    hidden = whole.replace(b"<w:body>", b'<w:body w:x="{{ lipsum }}">')
    assert refused(docx(replace={"word/document.xml": hidden})).code == "template_code"
    properties = b"<a>{{ lipsum.__globals__ }}</a>"
    assert refused(docx("合同", replace={"docProps/core.xml": properties})).code == "template_code"


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml"])
def test_programs_inside_are_refused(name):
    assert refused(docx("{{姓名}}", parts={name: b"x"})).code == "template_active"


def test_a_template_that_fetches_from_elsewhere_is_refused_and_a_plain_link_is_not():
    refusal = refused(docx("{{姓名}}", parts=relation("attachedTemplate")))
    assert refusal.code == "template_external"
    assert "elsewhere.example" in str(refusal)
    assert template.checked(docx("{{姓名}}", parts=relation("hyperlink"))) == ("姓名",)


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    content = docx("{{姓名}}", parts={"word/media/a.bin": b"\0" * (30 * 2**20)})
    assert len(content) < 2**17
    assert refused(content).code == "template_bomb"


def test_entities_are_refused():
    xml = b'<!DOCTYPE a [<!ENTITY b "x">]><w:document xmlns:w="w"><w:body>&b;</w:body></w:document>'
    assert refused(docx(replace={"word/document.xml": xml})).code == "no_docx"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_word_document_is_refused(content):
    assert refused(content).code == "no_docx"


def test_a_workbook_called_docx_and_a_large_file_are_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("xl/workbook.xml", "<a/>")
    assert refused(buffer.getvalue()).code == "no_docx"
    assert refused(b"PK" + b"\0" * (6 * 2**20)).code == "template_bytes"
