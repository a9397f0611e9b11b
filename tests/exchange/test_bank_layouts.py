"""Layouts of banks as data: the presets, and what an office may get wrong in its own."""

from pathlib import Path

import pytest

from yigang.exchange import bank_layouts
from yigang.exchange.bank_layouts import LayoutError

TEXT = (bank_layouts.FOLDER / "generic.yaml").read_text(encoding="utf-8")


def test_presets_load_and_are_named_after_their_code() -> None:
    assert sorted(bank_layouts.presets()) == ["generic", "nongshang", "yikatong"]
    assert {path.stem for path in bank_layouts.FOLDER.glob("*.yaml")} == set(bank_layouts.presets())


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("code: generic\n", "", "missing"),
        ("code: generic\n", "code: generic\nkolumns: []\n", "unknown"),
        ("key: account}", "key: acount}", "unknown"),
        ("  - {header: 账号, key: account}\n", "", "missing"),
        ("  - {header: 账号, key: account}\n", "  - 账号\n", "not_a_column"),
        ("file: csv", "file: doc", "not_allowed"),
        ("amount_unit: fen", "amount_unit: jiao", "not_allowed"),
        ("encoding: utf-8-sig", "encoding: klingon", "not_allowed"),
        ("{batch}", "{bunch}", "not_allowed"),
        ("[refused, 失败]", "[refused, 成功]", "ambiguous"),
        ("    status: [结果, 状态]\n", "", "missing"),
        ("code: generic", "code: [", "not_yaml"),
    ],
)
def test_a_wrong_layout_says_what_is_wrong(old: str, new: str, code: str) -> None:
    assert old in TEXT
    with pytest.raises(LayoutError) as caught:
        bank_layouts.parse_layout(TEXT.replace(old, new))
    assert caught.value.code == code
    assert str(caught.value)


def test_a_layout_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(LayoutError):
        bank_layouts.parse_layout("- a\n- b\n")


def test_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("code: x\n", encoding="utf-8")
    with pytest.raises(LayoutError, match=r"own\.yaml"):
        bank_layouts.read_layout(path)
