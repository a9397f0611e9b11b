"""Phones that clock in: single records, backlogs, a steady stream, and a morning on which 20,000 people come within ten minutes.

python -m bench.sync                          15,455 people with twelve months of history; about five minutes
python -m bench.sync --people 2000 --history 0    fewer, for a look

Load generator, server and database share the machine; commits are durable. The exit status says whether the targets hold.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from uuid import uuid4

import psutil
import psycopg
from bench.city import City, environment
from bench.loadgen import Measured, request, send
from bench.processor import processor_of

SINGLES, BACKLOG, PACED_PER_SECOND = 10_000, 100_000, 300
MORNING_PEOPLE, MORNING_MINUTES, RETRIES = 20_000, 10, 0.05
RECORDS = "/field/api/v1/records"
TARGETS = {"singles_per_second": 1_000, "backlog_per_second": 20_000, "p99_ms": 100, "statements": 10}
WAITING = 64
"""Phones that wait for an answer at one moment, at most."""
DATABASE = "bench_sync"


@dataclass
class Account:
    """A phone, and the token of the person on it."""

    phone: object
    token: str

    def single(self) -> bytes:
        return request(RECORDS, self.token, self.phone.batch([self.phone.make("check_in", ON)]))

    def backlog(self, records: int) -> bytes:
        made = [self.phone.make("check_in", ON) for _each in range(records)]
        self.phone.clock.pass_time(60_000)
        return request(RECORDS, self.token, self.phone.batch(made, lane="backlog"))


ON = {
    "kind": "on", "media": [], "note": "",
    "place": {"lat": 26.4123456, "lon": 106.2541234, "acc": 12.5, "alt": 1_312.0, "speed": 0.4, "mock": False, "datum": "wgs84"},
}  # fmt: skip


@dataclass
class Machine:
    """The server under measurement with its database, and the processor time that each part has taken."""

    city: City
    server: subprocess.Popen[bytes]
    port: int

    def processor(self) -> dict[str, float]:
        postmaster = int((self.city.cluster.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        return {
            "server": processor_of(psutil.Process(self.server.pid)),
            "database": processor_of(psutil.Process(postmaster)), "generator": time.process_time(),
        }  # fmt: skip

    def measured(
        self, requests: Sequence[bytes], records: int, *, connections: int, per_second: float = 0.0
    ) -> tuple[dict[str, object], Measured]:
        """What sending these gave: records a second, latency, and microseconds of the processors for each record."""
        before = self.processor()
        sent = send(self.port, requests, connections=connections, per_second=per_second)
        spent = {part: seconds - before[part] for part, seconds in self.processor().items()}
        _check(sent, records)
        each = len(requests) * records
        figures = {
            "per_second": round(each / sent.seconds), "p50_ms": round(sent.percentile(0.5), 1),
            "p99_ms": round(sent.percentile(0.99), 1),
            "processor_us": {part: round(seconds / each * 1e6) for part, seconds in spent.items()},
        }  # fmt: skip
        print(json.dumps(figures), flush=True)
        return figures, sent


def main() -> int:
    arguments = _arguments()
    city = City(DATABASE, arguments.people, arguments.history)
    if arguments.keep:
        city.cluster.start()
    else:
        city.build()
    accounts = sign_in(city, arguments.people)
    machine = start(city)
    try:
        results = measure(machine, accounts, arguments)
    finally:
        machine.server.terminate()
        machine.server.wait(20)
    print(json.dumps(results, indent=1))
    if not arguments.leave:
        city.drop()
    city.cluster.stop()
    return 0 if all(results["holds"].values()) else 1


def measure(machine: Machine, accounts: list[Account], arguments: argparse.Namespace) -> dict[str, object]:
    random = Random(1)

    def singles(count: int) -> list[bytes]:
        return [random.choice(accounts).single() for _each in range(count)]

    queries = statements_of_one(accounts[0])
    machine.measured(singles(600), 1, connections=WAITING)  # every process has then prepared its statements
    single, _sent = machine.measured(singles(arguments.singles), 1, connections=WAITING)
    batches = [random.choice(accounts).backlog(500) for _each in range(arguments.backlog // 500)]
    backlog, _sent = machine.measured(batches, 500, connections=4)
    count = PACED_PER_SECOND * arguments.seconds
    paced, _sent = machine.measured(singles(count), 1, connections=WAITING, per_second=PACED_PER_SECOND)
    figures = {
        "singles": single, "backlog": backlog, "paced": paced, "statements_of_one": queries,
        "morning": morning(machine, accounts, arguments, random),
    }  # fmt: skip
    holds = {
        "singles": single["per_second"] >= TARGETS["singles_per_second"],
        "backlog": backlog["per_second"] >= TARGETS["backlog_per_second"],
        "p99": paced["p99_ms"] < TARGETS["p99_ms"], "statements": queries <= TARGETS["statements"],
        "morning": figures["morning"]["lost"] == figures["morning"]["doubled"] == 0,
    }  # fmt: skip
    return figures | {"people": len(accounts), "history_months": machine.city.history, "holds": holds}


def statements_of_one(account: Account) -> int:
    """How many statements a single clock-in costs, with the beginning and the end of its transaction."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    headers = {"Authorization": f"Bearer {account.token}"}
    for _again in range(2):  # the first finds the month's intake
        content = account.phone.batch([account.phone.make("check_in", ON)])
        with CaptureQueriesContext(connection) as queries:
            answer = Client(SERVER_NAME="127.0.0.1").post(
                RECORDS, content, content_type="application/json", headers=headers
            )
        assert answer.json()["answers"][0]["outcome"] == "stored", answer.content
    connection.close()
    return len(queries)


def morning(
    machine: Machine, accounts: list[Account], arguments: argparse.Namespace, random: Random
) -> dict[str, object]:
    """Everybody once between 7:25 and 7:35, one in twenty sends again; time runs as many times faster as asked."""
    before = _counts(machine.city)
    people = [accounts[n % len(accounts)] for n in range(arguments.morning)]
    requests = [each.single() for each in people]
    requests += random.sample(requests, int(len(requests) * RETRIES))
    random.shuffle(requests)
    per_second = len(requests) / (MORNING_MINUTES * 60) * arguments.faster
    figures, sent = machine.measured(requests, 1, connections=WAITING, per_second=per_second)
    records, rows = (now - then for now, then in zip(_counts(machine.city), before, strict=True))
    outcomes = Counter(_outcomes(body)[0] for body in sent.bodies)
    return figures | {
        "people": len(people), "messages": len(requests), "times_faster": arguments.faster, "outcomes": outcomes,
        "lost": max(0, len(people) - min(records, rows)), "doubled": max(0, max(records, rows) - len(people)),
    }  # fmt: skip


def _counts(city: City) -> tuple[int, int]:
    """Records and check-ins from phones."""
    with psycopg.connect(city.cluster.url("postgres", city.name)) as connection:
        connection.execute("SELECT set_config('yigang.scope', '*', false)")
        records = connection.execute("SELECT count(*) FROM duty_record").fetchone()
        rows = connection.execute("SELECT count(*) FROM duty_checkin WHERE source = 'phone'").fetchone()
    return (records or (0,))[0], (rows or (0,))[0]


def _check(measured: Measured, records: int) -> None:
    """Every answer was one, and every record stored or known."""
    assert set(measured.statuses) == {200}, measured.statuses
    for body in measured.bodies:
        outcomes = _outcomes(body)
        assert len(outcomes) == records, body[:300]
        assert set(outcomes) <= {"stored", "known"}, body[:300]


def _outcomes(body: bytes) -> list[str]:
    return [each["outcome"] for each in json.loads(body)["answers"]]


def sign_in(city: City, people: int) -> list[Account]:
    """A phone for everybody, written into the tables as signing in would."""
    from yigang.duty.sync.phone import Clock, Phone, new_key

    now = int(time.time() * 1000)
    accounts, rows = [], []
    for person in range(1, people + 1):
        key, sign = new_key()
        device, token = str(uuid4()), secrets.token_urlsafe(32)
        accounts.append(Account(Phone(device, str(person), sign, Clock(now, offset=0)), token))
        rows.append((device, key, person, sha256(token.encode()).digest()))
    with psycopg.connect(city.cluster.url("postgres", city.name), autocommit=True) as connection:
        connection.execute("SELECT set_config('yigang.scope', '*', false)")
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            """INSERT INTO duty_device (id, key, name, first_seen, revoked_reason)
               SELECT id, key, '', now(), '' FROM unnest(%s::uuid[], %s::bytea[]) AS row (id, key)""", columns[:2],
        )  # fmt: skip
        connection.execute(
            """INSERT INTO duty_devicelogin (region_code, device_id, person_id, token_digest, created_at, last_seen)
               SELECT p.region_code, row.device, p.id, row.digest, now(), now()
               FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[]) AS row (device, person, digest)
               JOIN people_person p ON p.id = row.person""", [columns[0], columns[2], columns[3]],
        )  # fmt: skip
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('duty_intake', 'id'), 1000000)"
        )  # the city numbers its own
        connection.execute("ANALYZE")
    return accounts


def start(city: City) -> Machine:
    """The server as `yigang run` starts it."""
    from yigang.cli.run import APPLICATION, SERVER
    from yigang.config.serve import Family, python

    port = 18_000 + secrets.randbelow(2_000)
    family = Family()
    where = ["--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    command = python("-m", "granian", *SERVER, *where, APPLICATION)
    process = subprocess.Popen(command, env=environment(city), cwd=Path.cwd())
    family.children.append(process)
    assert family.until_it_listens("127.0.0.1", port), "the server does not listen"
    return Machine(city, process, port)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=15_455)
    parser.add_argument("--history", type=int, default=12, help="months before the one at hand")
    parser.add_argument("--singles", type=int, default=SINGLES)
    parser.add_argument("--backlog", type=int, default=BACKLOG)
    parser.add_argument("--seconds", type=int, default=20, help="of the steady stream")
    parser.add_argument("--morning", type=int, default=MORNING_PEOPLE)
    parser.add_argument("--faster", type=int, default=10, help="how many times faster the morning passes")
    parser.add_argument("--keep", action="store_true", help="measure over the database that an earlier run left")
    parser.add_argument("--leave", action="store_true", help="leave the database for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    import os

    whole = City(DATABASE, 0, 0).cluster
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "yigang.config.settings",
        "DATABASE_URL": whole.url("yigang_app", DATABASE), "DATABASE_OWNER_URL": whole.url("yigang_owner", DATABASE),
    }  # fmt: skip
    import django

    django.setup()
    sys.exit(main())
