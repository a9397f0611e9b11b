"""Papers: what was written comes out as it was written, with the font inside, and no sign is left out in silence."""

from pathlib import Path

import pytest
from tests.foundation import pdfa
from tests.foundation.pdfa import text_of

from yigang.foundation.papers import fonts, qr, typeset
from yigang.foundation.papers.listing import Heading, table, typeset_listing, width

PLAIN = '#import "house.typ": *\n#show: paper.with(title: "试")\n#data.name #missing-note(data.name)\n'


@pytest.fixture
def template(tmp_path) -> Path:
    file = tmp_path / "plain.typ"
    file.write_text(PLAIN)
    return file


@pytest.mark.parametrize("name", ["张#[三]", "$x$ *粗* _斜_", "\\u{41} // 注", '"}#panic("x")', "𠮷䶮㛃"])
def test_a_name_comes_out_as_it_was_written(template, name):
    """Data is text, never markup: nothing in a name is carried out."""
    assert name in text_of(typeset(template, {"name": name}).content)


@pytest.mark.req("P1")
def test_a_paper_is_made_for_keeping(template):
    pdfa.check(typeset(template, {"name": "王小红"}).content)


@pytest.mark.skipif(pdfa.VERAPDF is None, reason="veraPDF is not installed; no package of Debian, PyPI or npm holds it")
def test_the_reference_checker_agrees(template, tmp_path):
    pdfa.verapdf(typeset(template, {"name": "王小红"}).content, tmp_path)


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


HEADINGS = [Heading("序号", numeric=True), Heading("姓名"), Heading("事由")]


def test_a_long_table_repeats_its_headings_and_counts_its_pages():
    lines = [[str(number), f"张{number}", "公开选聘，评定为第三名"] for number in range(1, 121)]
    content = typeset_listing("台账", HEADINGS, lines, facts=["平坝区"], notes=["制表："], printed="今天").content
    pdfa.check(content)
    pages = pdfa.pages_of(content)
    assert pages > 2
    for page in range(pages):
        shown = text_of(content, page)
        assert "姓名" in shown
        assert f"第 {page + 1} 页　共 {pages} 页" in shown
    assert "张120" in text_of(content, pages - 1)
    assert "制表：" in text_of(content, pages - 1)


def test_a_table_without_lines_says_so_and_cells_are_text():
    assert "没有变动" in text_of(typeset_listing("台账", HEADINGS, [], empty="没有变动").content)
    assert "#panic[*x*]" in text_of(typeset_listing("台账", HEADINGS, [["1", "#panic[*x*]", "$"]]).content)


def test_columns_are_as_wide_as_their_longest_line():
    assert width("张三\nabc") == 4
    assert [column["widest"] for column in table(HEADINGS, [["1", "阿卜杜拉", "ab"]])["columns"]] == [4, 8, 4]
