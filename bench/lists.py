"""Every list page of the console at 150,000 people: database queries and server time of a request.

python -m bench.lists                    150,000 people
python -m bench.lists --people 15000     fewer
python -m bench.lists --rounds           only the pages about 200 rounds and 20,000 applicants, who alone are on file: two minutes
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench import rounds as bench_rounds
from bench.city import City, environment

REQUESTS = 15
"""Requests of a page after a first one that fills the caches; the median counts."""

ROUNDS = (
    ("rounds", "recruitment", {}),
    ("applicants", "recruitment-applicants", {}),
    ("applicants, by name", "recruitment-applicants", {"q": "巡护员14"}),
    ("applicants, by initials", "recruitment-applicants", {"q": "xhy"}),
    ("applicants, sorted by name", "recruitment-applicants", {"sort": "name"}),
    ("applicants, page 100", "recruitment-applicants", {"page": "100"}),
    ("applicants of a round", "recruitment-applicants", {"round": "1"}),
    ("what comparison has found", "comparison-hits", {}),
    ("rounds compared", "comparison-rounds", {}),
    ("registers", "comparison-registers", {}),
    ("reserve pool", "pool", {}),
)
PAGES = (
    ("people", "people", {}),
    ("people, by name", "people", {"q": "巡护员14"}),
    ("people, by initials", "people", {"q": "xhy"}),
    ("people, by last four", "people", {"q": "0017"}),
    ("people, page 200", "people", {"page": "200"}),
    ("posts", "posts", {}),
    ("programmes", "programmes", {}),
    ("months", "months", {}),
    ("intakes", "duty", {}),
    ("unmatched", "duty-unmatched", {}),
    ("leaves", "duty-leaves", {}),
    ("imports", "imports", {}),
    ("batches", "bank-batches", {}),
    ("waiting for a correct account", "bank-waiting", {}),
    ("the same, its part that comes later", "bank-waiting-people", {}),
    ("jobs", "jobs", {}),
    *ROUNDS,
    ("post requests", "post-requests", {}),
    ("in post", "tenure", {}),
    ("agreements", "tenure-agreements", {}),
    ("agreements, not made", "tenure-agreements", {"state": "none"}),
    ("agreements, by initials", "tenure-agreements", {"q": "xhy"}),
    ("vacancies", "tenure-vacancies", {}),
    ("ledger of changes", "tenure-ledger", {}),
    ("notices", "notices", {}),
    ("objections", "objections", {}),
    ("audit", "audit", {}),
    ("accounts", "accounts", {}),
)
"""What a list is called here, its address, its query."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int)
    parser.add_argument(
        "--rounds", action="store_true", help="the pages about rounds alone; 20,000 people when not said"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the database for a look")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--give-numbers", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.give_numbers:
        give_numbers()
        bench_rounds.fill()
        return
    if given.measure:
        print(json.dumps(measure(ROUNDS if given.rounds else PAGES)))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")
    import django

    django.setup()
    city = _city(given)
    city.build()
    command = [sys.executable, "-m", "bench.lists", *(["--rounds"] if given.rounds else [])]
    subprocess.run([*command, "--give-numbers"], env=environment(city), check=True)
    city.tidy()  # as the server does by itself within minutes of so many changed rows
    command.append("--measure")
    output = subprocess.run(command, env=environment(city), check=True, stdout=subprocess.PIPE, text=True).stdout
    result = json.loads(output.splitlines()[-1])
    report(result, as_json=given.json)
    if not given.keep:
        city.drop()


def _city(given: argparse.Namespace) -> City:
    if given.rounds:
        return City("bench_rounds", given.people or bench_rounds.ROUNDS * bench_rounds.APPLICANTS, 0, evidence=False)
    return City("bench_lists", given.people or 150_000, 1)


def measure(pages: tuple[tuple[str, str, dict[str, str]], ...], args: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """What each page costs; `args` belong to the address of each."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from yigang.foundation import rls
    from yigang.foundation.models import User

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    with rls.everywhere("the benchmark's own set-up"):
        manager = User.objects.get(username="manager")
    client = Client()
    client.force_login(manager)
    return [{"page": label, **measured(client, name, query, args)} for label, name, query in pages]


def give_numbers() -> None:
    """The city's people get ciphertexts that open, as a list's masked column needs."""
    import django

    django.setup()
    from django.db import connection

    from yigang.foundation import rls, secrets

    vault = secrets.vault()
    with rls.everywhere("the benchmark's own set-up"), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person ORDER BY id")
        keys = [row[0] for row in cursor.fetchall()]
        numbers = [f"52040319700101{key % 10_000:04d}" for key in keys]
        sealed = vault.encrypt_all(numbers, secrets.IDENTITY)
        cursor.execute("CREATE TEMP TABLE sealed (id bigint, cipher bytea, last4 bytea)")
        with cursor.cursor.copy("COPY sealed FROM STDIN") as copy:
            for key, cipher, number in zip(keys, sealed, numbers, strict=True):
                copy.write_row((key, cipher, vault.index_last4(number, secrets.IDENTITY)))
        cursor.execute(
            "UPDATE people_person p SET identity_cipher = s.cipher, "
            "identity_last4_index = s.last4 FROM sealed s WHERE s.id = p.id"
        )


def measured(client: Any, name: str, query: dict[str, str], args: Sequence[Any] = ()) -> dict[str, Any]:
    """Queries and the median server time of one page, in milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    address = reverse(f"console:{name}", args=args)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, query)
    assert answer.status_code == 200, (address, answer.status_code)
    count = len(queries)  # the next request empties the log
    times, busy = [], processor_ms()
    for _ in range(REQUESTS):
        begun = time.perf_counter()
        client.get(address, query)
        times.append(1000 * (time.perf_counter() - begun))
    busy = (processor_ms() - busy) / REQUESTS
    return {
        "queries": count, "median_ms": round(statistics.median(times), 1), "processor_ms": round(busy, 1),
        "bytes": len(answer.content),
    }  # fmt: skip


def processor_ms() -> float:
    """Of this process and of the database's for it: what a request costs, however busy the machine is."""
    import psutil
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return 1000 * (time.process_time() + server.user + server.system)


def report(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    for row in rows:
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
            continue
        figures = f"{row['queries']:3} queries  {row['median_ms']:7.1f} ms, processors {row['processor_ms']:6.1f} ms"
        print(f"{row['page']:38} {figures}")


if __name__ == "__main__":
    main()
