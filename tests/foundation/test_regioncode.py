"""Twelve digits say where a region lies: which one lies in which."""

import re

import pytest

from yigang.config.paths import ROOT
from yigang.foundation import regioncode


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("520403000000", "520403100201", True),
        ("520403100201", "520403000000", True),
        ("520403100000", "520403100000", True),
        ("520403100000", "520403110000", False),  # 100 ends in zeros; 110 is not in it
        ("520410000000", "520411000000", False),
        ("520403100000", "520403200000", False),
    ],
)
def test_one_region_lies_in_the_other_by_whole_levels(one, other, related):
    assert regioncode.on_one_line(one, other) is related
    assert regioncode.on_one_line(other, one) is related


def test_no_code_is_cut_at_its_zeros():
    """`520110` is a county; cut at its zeros it would reach into `520111`. Only whole levels are cut off (`prefix_of`)."""
    files = [
        file for file in (ROOT / "src").rglob("*.py") if "policy" not in file.parts
    ]  # numbers alone are there, no codes
    assert [str(file) for file in files if re.search(r"""strip\(["']0["']\)""", file.read_text("utf-8"))] == []
