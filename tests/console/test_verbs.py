"""Every verb of the audit trail has words; no words are left of verbs that are gone."""

import ast
import importlib
import re
from collections.abc import Iterator

from yigang.config.messages import SOURCES
from yigang.console.audit_words import FIELDS
from yigang.console.verbs import VERBS, value_in_words

RECORDED = re.compile(r'audit\.record\(\s*"([a-z_]+\.[a-z_]+)"')


def sources():
    return {path: path.read_text("utf-8") for path in SOURCES.rglob("*.py") if path.name != "verbs.py"}


def test_every_verb_has_words():
    recorded = {verb for text in sources().values() for verb in RECORDED.findall(text)}
    assert recorded - VERBS.keys() == set()


def kept_fields() -> Iterator[tuple[str, str]]:
    """Names of fields that verbs hand to the trail, as far as their sources say, with the file."""
    for path, text in sources().items():
        if "audit" not in text:
            continue
        module = ".".join(path.relative_to(SOURCES.parent).with_suffix("").parts)
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", "")
            if name == "record":
                given = [keyword.value for keyword in call.keywords if keyword.arg in ("before", "after")]
                tables = [node for value in given for node in ast.walk(value) if isinstance(node, ast.Dict)]
                keys = [key for table in tables for key in table.keys]
            elif name == "snapshot":
                keys = [each for value in call.args[1:] for each in elements(value, module)]
            else:
                continue
            yield from ((key.value, path.name) for key in keys if isinstance(key, ast.Constant))


def elements(value: ast.expr, module: str) -> list[ast.Constant]:
    """The texts of a tuple that is written out, or named and written at the module's top."""
    if isinstance(value, ast.Name):
        return [ast.Constant(each) for each in getattr(importlib.import_module(module), value.id, ())]
    return [each for each in getattr(value, "elts", []) if isinstance(each, ast.Constant)]


def test_every_field_that_is_kept_has_words():
    kept = dict(kept_fields())
    assert len(kept) > 100, "the sources were read"
    assert {field: file for field, file in kept.items() if field not in FIELDS} == {}


def test_no_verb_is_named_that_is_gone():
    everything = "\n".join(sources().values())
    assert [verb for verb in VERBS if f'"{verb}"' not in everything] == []


def test_values_are_said_as_people_write_them():
    said = [
        value_in_words("people.save_household", "poor_kind", "lifted"),
        value_in_words("people.save_household", "income_fen", 123_450),
        value_in_words("people.add_hardship", "kind", "poor"),
        value_in_words("foundation.override_day", "working", False),
        value_in_words("foundation.reveal", "fields", ["identity", "card"]),
        value_in_words("people.set_phone", "phone", None),
        value_in_words("payment.publish", "published_at", "2020-08-05T04:00:00Z"),
        value_in_words("recruitment.open_round", "state", "running", of="recruitment.round"),
    ]
    assert said == ["脱贫户", "1,234.50", "农村：贫困", "否", "身份证号、卡号", "", "2020-08-05 12:00", "进行中"]
