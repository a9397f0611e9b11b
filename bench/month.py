"""One month of a city, from facts in the database to draft lines with their explanation in the database.

python -m bench.month                           15,455 people, without and with twelve months of history, and the reference
python -m bench.month --people 1000 15000 150000   the same work at several sizes
python -m bench.month --json                    one JSON object a line, for docs/performance.md

Every size has a database of its own, filled by statements; the measured process is a fresh one that does nothing else.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from typing import Any

from bench.city import CHECKS, MONTH, City, environment

REFERENCE_PEOPLE = 150
"""How many people the reference settles one by one; its time per person is what is compared."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[15_455])
    parser.add_argument("--history", type=int, default=12, help="months of history in the second run; 0 for none")
    parser.add_argument("--runs", type=int, default=3, help="fresh processes per size; the median counts")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the databases for a look")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--reference", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure or given.reference:
        print(json.dumps(measure() if given.measure else reference()))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")
    import django

    django.setup()
    for people in given.people:
        bare = run(City("bench_month", people, 0), given, with_reference=True)
        report(bare, as_json=given.json)
        if given.history:
            report(run(City("bench_months", people, given.history), given, with_reference=False), as_json=given.json)


def run(city: City, given: argparse.Namespace, *, with_reference: bool) -> dict[str, Any]:
    """Fill, measure in fresh processes, report the median."""
    begun = time.perf_counter()
    city.build()
    filled = time.perf_counter() - begun
    measured = sorted((child(city, "--measure") for _ in range(given.runs)), key=lambda one: float(one["seconds"]))
    result = {"people": city.people, "check_ins": city.people * CHECKS, "history_months": city.history,
              "fill_s": round(filled, 1), **measured[len(measured) // 2]}  # fmt: skip
    result["ms_per_person"] = round(1000 * result["seconds"] / city.people, 4)
    if with_reference:
        beside = child(city, "--reference")
        result |= beside
        result["ratio"] = round(beside["reference_ms_per_person"] / result["ms_per_person"], 1)
    if not given.keep:
        city.drop()
    return result


def child(city: City, what: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.month", what, city.name]
    output = subprocess.run(command, env=environment(city), check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def set_up() -> tuple[Any, Any]:
    """Django, the actor and the programme of a measured process."""
    import django

    django.setup()
    from yigang.foundation import rls
    from yigang.foundation.models import User
    from yigang.posts.models import Programme

    with rls.everywhere("the benchmark's own set-up"):
        return User.objects.get(username="manager"), Programme.objects.get(code="city")


def measure() -> dict[str, Any]:
    """Settle once, with nothing computed before: what a worker does when somebody presses the button."""
    actor, programme = set_up()
    from django.db import connection

    from yigang.foundation import rls
    from yigang.payment.models import Settlement
    from yigang.payment.settlement.calculate import settle

    marks: list[float] = []
    with rls.scope(actor):
        begun = time.perf_counter()
        result = settle(
            programme, "520403000000", MONTH.first, actor=actor,
            progress=lambda _done, _total: marks.append(time.perf_counter()),
        )  # fmt: skip
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        read, judged, written = (now - then for then, now in zip([begun, *marks], marks, strict=False))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM payment_subsidyline WHERE month = %s", [MONTH.first])
        Settlement.objects.filter(month=MONTH.first).delete()
    return {
        "seconds": round(seconds, 3), "read_s": round(read, 3), "judge_s": round(judged, 3),
        "write_s": round(written, 3), "peak_mb": peak, "undetermined": result.undetermined,
        "total_fen": result.total_fen, "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
    }  # fmt: skip


def reference() -> dict[str, Any]:
    """Settle some people one by one with ORM queries, and say whether the amounts agree."""
    actor, programme = set_up()
    from bench.reference import settle_one_by_one

    from yigang.foundation import rls

    with rls.scope(actor):
        begun = time.perf_counter()
        amounts = settle_one_by_one(programme, MONTH, REFERENCE_PEOPLE)
        seconds = time.perf_counter() - begun
    return {"reference_people": len(amounts), "reference_ms_per_person": round(1000 * seconds / len(amounts), 3),
            "reference_fen": sum(amounts.values())}  # fmt: skip


def report(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result))
        return
    for key, value in result.items():
        print(f"{key:24} {value}")
    print(flush=True)


if __name__ == "__main__":
    main()
