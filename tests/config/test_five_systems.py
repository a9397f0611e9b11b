"""The map of the five systems is true: every requirement stands there once, with a page, a clause and a test that exist."""

import ast
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from django.urls import Resolver404, resolve

from yigang.config.paths import ROOT

MAP = ROOT / "docs" / "five-systems.md"
NUMBERS = {"P": 10, "Z": 15, "T": 11, "H": 10, "M": 8}
EVERY = {f"{letter}{number}" for letter, most in NUMBERS.items() for number in range(1, most + 1)}
CODE = re.compile(r"`([^`]+)`")
PHONE = "/field/#"
NONE = "—"


class Row(NamedTuple):
    """One requirement of the map, its cells without their marks."""

    code: str
    pages: list[str]
    clause: str | None
    test: str


def text() -> str:
    return MAP.read_text("utf-8")


def rows() -> list[Row]:
    cells = [line.strip("| ").split(" | ") for line in text().splitlines() if re.match(r"\| [A-Z]\d+ \|", line)]
    return [Row(one[0], CODE.findall(one[2]), _code(one[3]), CODE.findall(one[4])[0]) for one in cells]


def _code(cell: str) -> str | None:
    return None if cell == NONE else CODE.findall(cell)[0]


def unbuilt() -> list[str]:
    return re.findall(r"^- ([A-Z]\d+): ", text().partition("## Not built yet")[2], re.MULTILINE)


@cache
def cited() -> dict[str, set[str]]:
    """Requirement → the tests that say that they are about it."""
    found: dict[str, set[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, code in _marks(ast.parse(file.read_text("utf-8"))):
            found.setdefault(code, set()).add(f"{file.relative_to(ROOT).as_posix()}::{name}")
    return found


def _marks(tree: ast.Module | ast.ClassDef, before: str = "", above: Sequence[ast.AST] = ()) -> list[tuple[str, str]]:
    """Tests of a file or a class with what they cite, and what their file and class cite for all of theirs."""
    shared = [node.value for node in tree.body if isinstance(node, ast.Assign) and _named(node, "pytestmark")]
    shared += [*above, *getattr(tree, "decorator_list", ())]
    found = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found += _marks(node, f"{before}{node.name}::", shared)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            trees = (*shared, *node.decorator_list)
            found += [(before + node.name, code) for marked in trees for code in _codes(marked)]
    return found


def _named(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _codes(tree: ast.AST) -> list[str]:
    return [
        str(ast.literal_eval(argument))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req"
        for argument in node.args
    ]


def routes_of_the_phone() -> set[str]:
    routes = (ROOT / "web" / "field" / "routes.ts").read_text("utf-8")
    return set(re.findall(r'path: "(/[\w/-]*)"', routes))


def is_there(page: str) -> bool:
    """A page of the phone stands among its routes, any other among the addresses; the phone's own catch-all counts not."""
    if page.startswith(PHONE):
        return page.removeprefix(PHONE) in routes_of_the_phone()
    try:
        return resolve(page).url_name != "field-file"
    except Resolver404:
        return False


def clause_of(said: str) -> Any:
    """What stands in the newest version of a policy under a key such as `month.then`; of a list the first that has it."""
    code, key = said.split(": ")
    node = yaml.safe_load(Path(ROOT / "policies" / f"{code}.yaml").read_text("utf-8"))["versions"][-1]
    for part in key.split("."):
        node = (
            next((each.get(part) for each in node if part in each), None) if isinstance(node, list) else node.get(part)
        )
        if node is None:
            return None
    return node


def test_every_requirement_stands_in_the_map_once():
    listed = [row.code for row in rows()] + unbuilt()
    assert sorted(listed) == sorted(EVERY)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.code)
def test_a_requirement_has_pages_a_clause_and_a_test(row):
    assert row.pages
    assert not [page for page in row.pages if not is_there(page)]
    assert row.clause is None or clause_of(row.clause) is not None, row.clause
    assert row.test in cited().get(row.code, set()), f"{row.test} is no test about {row.code}"


def test_what_is_not_built_has_no_test_yet():
    assert {code: cited()[code] for code in unbuilt() if code in cited()} == {}


def test_no_test_speaks_of_what_is_no_requirement():
    assert set(cited()) <= EVERY
