"""Two officers at the same moment, over two real connections."""

import threading

import psycopg
import pytest
from django.db import connection, connections, transaction
from tests.payment.bank.conftest import JULY

from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.payment.bank import domain
from yigang.payment.models import BankBatch, Payment


def in_a_thread(work) -> threading.Thread:
    """Run on a connection of its own."""

    def run() -> None:
        try:
            with rls.everywhere("the test's second officer"):
                work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def waiting_for_a_lock() -> int:
    """How many connections wait for one."""
    settings = connections["default"].settings_dict
    with psycopg.connect(host=settings["HOST"], dbname=settings["NAME"], user="postgres") as raw:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        return raw.execute(query, [settings["NAME"]]).fetchone()[0]


@pytest.mark.req("Z10")
@pytest.mark.usefixtures("committed_db")
def test_two_officers_make_a_batch_of_the_same_people(world):
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    outcome: list[str] = []

    def second_officer() -> None:
        try:
            outcome.append(domain.create_batch(world.order(), actor=world.colleague).number)
        except Refusal as refusal:
            outcome.append(refusal.code)

    with transaction.atomic():
        domain.create_batch(world.order(), actor=world.finance)
        thread = in_a_thread(second_officer)
        while not waiting_for_a_lock():
            assert thread.is_alive(), outcome
    thread.join(30)
    assert outcome == ["nobody_payable"]
    assert BankBatch.objects.count() == 1
    assert Payment.objects.filter(live=True).count() == 2


@pytest.mark.usefixtures("committed_db")
def test_a_program_that_does_not_wait_its_turn_is_stopped_by_the_database(world, monkeypatch):
    world.seal(JULY, {"张三": 83333})
    monkeypatch.setattr(domain, "wait_for_turn", lambda programme: None)
    outcome: list[str] = []

    def second_officer() -> None:
        try:
            domain.create_batch(world.order(), actor=world.colleague)
        except Refusal as refusal:
            outcome.append(refusal.code)

    with transaction.atomic():
        domain.create_batch(world.order(), actor=world.finance)
        thread = in_a_thread(second_officer)
        while not waiting_for_a_lock():
            assert thread.is_alive(), outcome
    thread.join(30)
    assert outcome == ["in_another_batch"]
    assert Payment.objects.count() == 1
    assert connection.is_usable()
