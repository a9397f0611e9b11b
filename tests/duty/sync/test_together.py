"""Phones that send at one moment share a transaction: each record is decided by itself, and no answer comes before the commit."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import msgspec
import pytest
from django.db import connection, connections, transaction
from tests.duty.conftest import holder, rangers
from tests.duty.sync.conftest import ON, SignedIn, signed_in

from yigang.duty.domain import standing
from yigang.duty.domain.devices import revoke
from yigang.duty.domain.projections import REGISTRY
from yigang.duty.enums import Table
from yigang.duty.models import CheckIn, Device, Record, SetAside
from yigang.duty.sync.envelope import read_batch
from yigang.field.api import records
from yigang.field.api.records import Arrived
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.foundation.gather import Gatherer
from yigang.foundation.statements import run

NAMES = ("张大山", "李小林", "王大河", "赵石头", "陈水生")


def together(*sent: tuple[SignedIn, list]) -> list:
    """What each hears whose records are taken in at once; the code in the place of the answers where it is not let in."""
    arrived = [Arrived(read_batch(phone.batch(made)), phone.token) for phone, made in sent]
    found = records._committed(arrived)
    return [each.code if isinstance(each, Refusal) else [(one.outcome, one.code) for one in each] for each in found]


@pytest.fixture
def phones(hold, phone_of) -> list[SignedIn]:
    return [phone_of(hold(name)) for name in NAMES]


def test_each_record_of_a_group_is_decided_by_itself(phones):
    good, forged, beyond, twofold, _other = phones
    stranger = msgspec.structs.replace(forged.make("check_in", ON), wall=1)
    north = beyond.make("check_in", ON | {"place": ON["place"] | {"lat": 91.0}})
    first = twofold.make("check_in", ON)
    heard = together(
        (good, [good.make("check_in", ON)]), (forged, [stranger]), (beyond, [north]),
        (twofold, [first, twofold.make("log", {"day": "2020-07-01", "text": "巡护"})]), (twofold, [first]),
    )  # fmt: skip
    assert heard == [
        [("stored", "")], [("refused", "signature")], [("refused", "body")], [("stored", "")] * 2, [("known", "")],
    ]  # fmt: skip
    assert CheckIn.objects.count() == 2
    people = {int(phone.account) for phone in (good, twofold)}
    assert set(CheckIn.objects.values_list("person_id", flat=True)) == people
    assert set(SetAside.objects.values_list("person_id", "code")) == {
        (int(forged.account), "signature"), (int(beyond.account), "body"),
    }  # fmt: skip


def test_a_number_that_somebody_else_uses_in_the_group_is_a_conflict_and_tells_nothing(phones):
    owner, other = phones[:2]
    mine = owner.make("check_in", ON)
    theirs = other.resigned(other.make("check_in", ON), id=mine.id)
    assert together((owner, [mine]), (other, [theirs])) == [[("stored", "")], [("conflict", "conflict")]]
    assert together((other, [theirs]), (owner, [mine])) == [[("conflict", "conflict")], [("known", "")]]
    assert CheckIn.objects.get().person_id == int(owner.account)


def test_who_is_revoked_is_refused_at_once_and_the_others_are_not(phones, county_manager):
    lost, *others = phones
    together(*((phone, [phone.make("check_in", ON)]) for phone in phones))
    revoke(Device.objects.get(pk=lost.device), reason="手机丢了", actor=county_manager)
    others[-1].token = "nobody's"
    heard = together(*((phone, [phone.make("check_in", ON)]) for phone in phones))
    assert heard == ["revoked", *[[("stored", "")]] * 3, "signed_out"]
    assert not Record.objects.filter(received_at__gt=Device.objects.get(pk=lost.device).revoked_at, device=lost.device)


def test_a_group_leaves_no_wider_scope_behind(phones):
    with rls.scope(_Nobody()):
        together(*((phone, [phone.make("check_in", ON)]) for phone in phones))
        with transaction.atomic():
            records._committed([Arrived(read_batch(phones[0].batch([])), phones[0].token)])
            [(scope,)] = run("SELECT current_setting('yigang.scope')")
    assert scope == "520403100201"


def test_intakes_are_made_in_one_order_so_that_two_groups_never_wait_for_each_other(db, monkeypatch):
    asked = []
    monkeypatch.setattr(standing, "_standing", lambda _table, town, month: asked.append((town, month)))
    days = [(f"5204031{town:02d}201", date(2020, month, 3)) for town in (7, 2, 5) for month in (7, 6)]
    standing.standing_intakes(Table.WORK_LOGS, days)
    assert asked == sorted(asked)
    assert len(asked) == 6


class _Nobody:
    prefixes = ("99",)


class Crowd:
    """Phones over connections of their own: the first is held before its commit until all the others wait behind it."""

    def __init__(self, monkeypatch) -> None:
        self.phones = [signed_in(holder(name, self._programme())) for name in NAMES]
        self.sizes: list[int] = []
        self.fate = lambda: None
        self.answers: dict[str, tuple[int, list]] = {}
        self._inside = threading.Event()
        self._work = records.receive_all
        self._gatherer = Gatherer(records._committed, 32)
        monkeypatch.setattr(records, "receive_all", self._receive)
        monkeypatch.setattr(records, "_gatherers", {"zh-hans": self._gatherer})

    def _programme(self):
        self.programme = getattr(self, "programme", None) or rangers()
        return self.programme

    def _receive(self, sent, **how):
        self.sizes.append(len(sent))
        first = len(self.sizes) == 1
        answers = self._work(sent, **how)
        if first:
            self._inside.set()
            while self._gatherer.waiting < len(NAMES) - 1:
                threading.Event().wait(0.001)
        elif len(sent) > 1:
            self.fate()
        return answers

    def _send(self, phone: SignedIn, made: list) -> None:
        try:
            answer = phone.send(records=made)
            said = answer.json()
            self.answers[phone.account] = (
                answer.status_code, [each["outcome"] for each in said.get("answers", ())] or [said["code"]]
            )  # fmt: skip
        except SystemExit:
            self.answers[phone.account] = (0, ["died"])
        finally:
            connections.close_all()

    def send(self, made: list[list]) -> list:
        """Status and outcomes, in the order of the phones."""
        self.answers, self.sizes = {}, []
        self._inside.clear()
        threads = [threading.Thread(target=self._send, args=pair) for pair in zip(self.phones, made, strict=True)]
        threads[0].start()
        assert self._inside.wait(20)
        for number, each in enumerate(threads[1:], start=1):
            each.start()
            while self._gatherer.waiting < number and each.is_alive():
                threading.Event().wait(0.001)
        for each in threads:
            each.join(20)
        return [self.answers[phone.account] for phone in self.phones]


STORED = (200, ["stored"])


def test_what_befalls_a_group_befalls_no_record(committed_db, monkeypatch):
    crowd = Crowd(monkeypatch)
    made = [[phone.make("check_in", ON)] for phone in crowd.phones]

    def commit_fails() -> None:
        with connections["owner"].cursor() as owner:
            owner.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    crowd.fate = commit_fails
    assert crowd.send(made) == [STORED, *[(503, ["busy"])] * 4]  # none is told what is not kept
    assert crowd.sizes == [1, 4]
    assert kept() == (1, 1)

    def dies() -> None:
        raise SystemExit

    crowd.fate = dies
    known = (200, ["known"])
    assert crowd.send(made) == [known, (0, ["died"]), *[STORED] * 3]  # who led it is gone, the others go alone
    assert crowd.sizes == [1, 4, 1, 1, 1]
    assert kept() == (4, 4)

    check_ins = REGISTRY["check_in"]

    def fails_on_one(taken):
        if any(record.body.note == "怪" for record in taken):
            raise ZeroDivisionError
        return check_ins.work(taken)

    monkeypatch.setitem(REGISTRY, "check_in", replace(check_ins, work=fails_on_one))
    odd = [[phone.make("check_in", ON | {"note": "怪" if n == 2 else ""})] for n, phone in enumerate(crowd.phones)]
    crowd.fate = lambda: None
    assert crowd.send(odd) == [STORED, STORED, (200, ["refused"]), STORED, STORED]
    assert sorted(crowd.sizes) == [1, 1, 1, 1, 1, 1, 4]  # the odd one a second time, with care
    assert kept() == (9, 8)


def kept() -> tuple[int, int]:
    with rls.everywhere("the test looks at what is committed"):
        return Record.objects.count(), CheckIn.objects.count()
