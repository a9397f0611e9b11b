"""What is kept of phones can be proven at any later time, and what somebody put into the tables cannot."""

import json

import msgspec
from click.testing import CliRunner
from tests.duty.sync.conftest import ON

from yigang.cli.records import command
from yigang.duty.models import Record


def verified(*options: str) -> tuple[int, dict[str, int], list[dict[str, str]]]:
    said = CliRunner().invoke(command, ["verify", "--json", *options])
    found = json.loads(said.output)
    return said.exit_code, found["by"], found["broken"]


def test_every_record_is_proven_by_itself_or_by_a_later_one(phone):
    made = [phone.make("check_in", ON) for _each in range(4)]
    unread = [*made[:1], msgspec.structs.replace(made[1], sig="A" * 86 + "=="), *made[2:]]
    phone.deliver(records=unread, lane="backlog")
    assert verified() == (0, {"signature": 3, "chain": 1}, [])
    assert verified("--since", "2999-01-01") == (0, {}, [])


def test_what_was_changed_or_added_in_the_tables_is_named(phone):
    made = [phone.make("check_in", ON) for _each in range(3)]
    phone.deliver(records=made)
    tampered = Record.objects.get(pk=made[2].id)
    tampered.pk, tampered.seq = "0192f3a4-7b5c-7def-8abc-0123456789ab", 4
    tampered.save(force_insert=True)
    changed = Record.objects.get(pk=made[1].id)
    changed.pk, changed.seq, changed.body = "0192f3a4-7b5c-7def-8abc-0123456789ac", 5, "{}"
    changed.save(force_insert=True)
    broken = [{"record": str(tampered.pk), "what": "nothing"}, {"record": str(changed.pk), "what": "content"}]
    assert verified() == (1, {"signature": 3, "nothing": 1, "content": 1}, broken)
