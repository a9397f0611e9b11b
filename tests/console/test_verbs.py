"""Every verb of the audit trail has words; no words are left of verbs that are gone."""

import re

from yigang.config.messages import SOURCES
from yigang.console.verbs import VERBS, value_in_words

RECORDED = re.compile(r'audit\.record\(\s*"([a-z_]+\.[a-z_]+)"')


def sources():
    return {path: path.read_text("utf-8") for path in SOURCES.rglob("*.py") if path.name != "verbs.py"}


def test_every_verb_has_words():
    recorded = {verb for text in sources().values() for verb in RECORDED.findall(text)}
    assert recorded - VERBS.keys() == set()


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
    ]
    assert said == ["脱贫户", "1,234.50", "农村：贫困", "否", "身份证号、卡号", ""]
