"""Papers: what was written comes out as it was written, with the font inside, and no sign is left out in silence."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from yigang.foundation.papers import fonts, qr, typeset

PLAIN = '#import "house.typ": *\n#show: paper.with(title: "试")\n#data.name #missing-note(data.name)\n'


@pytest.fixture
def template(tmp_path) -> Path:
    file = tmp_path / "plain.typ"
    file.write_text(PLAIN)
    return file


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("name", ["张#[三]", "$x$ *粗* _斜_", "\\u{41} // 注", '"}#panic("x")', "𠮷䶮㛃"])
def test_a_name_comes_out_as_it_was_written(template, name):
    """Data is text, never markup: nothing in a name is carried out."""
    assert name in text_of(typeset(template, {"name": name}).content)


def test_the_font_is_embedded_and_the_paper_says_that_it_is_made_for_keeping(template):
    content = typeset(template, {"name": "王小红"}).content
    page = PdfReader(io.BytesIO(content)).pages[0]
    used = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert all("NotoSansCJK" in font["/BaseFont"] for font in used)
    descriptor = used[0]["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    assert "/FontFile3" in descriptor
    assert b"<pdfaid:part>2</pdfaid:part>" in content


def test_a_sign_that_no_font_has_is_set_as_a_geta_and_named(template):
    paper = typeset(template, {"name": "王\ue815\U0003134a"})
    assert paper.missing == ("\ue815", "\U0003134a")
    assert "王〓〓" in text_of(paper.content)
    assert "U+E815、U+3134A" in text_of(paper.content)


def test_signs_that_are_never_drawn_are_not_missed(template):
    assert typeset(template, {"name": "葛\U000e0100\u200b城\n"}).missing == ()


def test_rare_signs_of_names_are_known():
    assert set("𠮷䶮㛃喆堃〇·") <= fonts.signs()


def test_a_code_is_read_from_dark_squares_only():
    assert qr("https://yigang.example/people/1/").startswith(b"<svg xmlns=")
