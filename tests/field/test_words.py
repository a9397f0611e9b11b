"""The app's own words and codes stand in its sources; the server's enums are what they must agree with."""

import re

import pytest

from yigang.config.paths import ROOT
from yigang.duty.enums import IncidentKind, LeaveKind, ResultKind, Unit, WorkDone

WORDS = ROOT / "web" / "field" / "words"
ENUMS = {"incident": IncidentKind, "result": ResultKind, "unit": Unit, "done": WorkDone, "leave": LeaveKind}


def codes() -> dict[str, list[str]]:
    """Group → codes, as `codes.ts` offers them."""
    (listed,) = re.findall(r"CODES = \{(.*?)\} as const", (WORDS / "codes.ts").read_text(), re.DOTALL)
    return {name: re.findall(r'"(\w+)"', body) for name, body in re.findall(r"(\w+): \[(.*?)\]", listed, re.DOTALL)}


def words(language: str) -> dict[str, str]:
    """Key → text of one language, of all its files."""
    text = "\n".join(file.read_text() for file in WORDS.glob(f"{language}*.ts"))
    return dict(re.findall(r'^  (\w+): "(.*)",$', text, re.MULTILINE))


@pytest.mark.parametrize("group", ENUMS)
def test_the_phone_offers_what_the_server_knows(group: str) -> None:
    offered = codes()[group]
    assert sorted(offered) == sorted(ENUMS[group].values)
    assert {f"{group}_{code}" for code in offered} <= words("zh").keys()


def test_both_languages_say_everything_with_the_same_blanks() -> None:
    chinese, english = words("zh"), words("en")
    assert len(chinese) > 200
    assert chinese.keys() == english.keys()
    for key, text in chinese.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[key])), key
        assert re.search(r"[一-鿿]", text) or "{" in text, key


def test_no_word_is_left_over() -> None:
    """Each key is named in a page, whole or as a group's beginning."""
    sources = [file for end in ("*.ts", "*.vue") for file in (ROOT / "web" / "field").rglob(end)]
    text = "\n".join(file.read_text() for file in sources if file.parent != WORDS and "tests" not in file.parts)
    groups = (*codes(), *re.findall(r"t\(`(\w+)_\$\{", text))
    unused = [
        key
        for key in words("zh")
        if f'"{key}"' not in text
        and f"'{key}'" not in text
        and not key.startswith(tuple(f"{each}_" for each in groups))
    ]
    assert unused == []
