"""The rules over a year of a city: 15,455 people, some eight million check-ins, from the database to anomalies in the database.

python -m bench.anomalies                     fill a database of its own, measure in a fresh process
python -m bench.anomalies --people 2000       the same, smaller

People are honest with noise of their own, but for one of each rule's kind in a thousand: days by lot, minutes by lot within the
hour, six places to check in at, forty sentences to write. Said besides the time: which of the planted were found, which others.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

import psycopg
from bench.city import MONTH, PAST, VILLAGE, City, _span, environment
from psycopg import sql

MONTHS = 12
PLANTED = {
    "fixed_roster": 1, "moving_together": 3, "idle": 4, "paid_after_death": 5, "unsupported_pay": 6, "two_claims": 7,
    "paid_after_exit": 8, "works_elsewhere": 9,
}  # fmt: skip
"""Rule → the last three digits of the numbers of its people. `moving_together`: with the one before."""
CHANCE = "(('x' || substr(md5({parts}), 1, 7))::bit(28)::int)"


def lot(*parts: str) -> str:
    """A number by lot that is the same every time, of SQL expressions."""
    return CHANCE.format(parts=" || '.' || ".join(f"({part})::text" for part in parts))


AWAY, TYPED = "n % 20 = 0 AND d BETWEEN 23 AND 25", "n % 1000 = 6"
EVIDENCE = (
    """INSERT INTO duty_intake (id, region_code, "table", source, first, last, declared, rows_read, rows_added, rows_known,
              rows_unmatched, created_at, created_by_id, withdrawn_reason)
       SELECT {series} / 1000000000 * 3 + k, '520403000000', (ARRAY['check_ins', 'leaves', 'work_logs'])[k], 'sheet',
              {begin}::date, {end}::date, k > 1, 0, 0, 0, 0, now(), 1, '' FROM generate_series(1, 3) k""",
    f"""INSERT INTO duty_checkin (region_code, person_id, at, day, kind, result, place, address, source, external_key,
              intake_id, raw, correction_reason)
        SELECT {VILLAGE}, n, ({{begin}}::date + d)::timestamp AT TIME ZONE 'Asia/Shanghai' + interval '7 hours'
                 + k * interval '10 hours'
                 + ({lot("CASE WHEN n % 1000 = 3 THEN n - 1 ELSE n END", "{series} + d", "k")} % 3600
                    + CASE WHEN n % 1000 = 3 THEN 20 ELSE 0 END) * interval '1 second',
               {{begin}}::date + d, CASE k WHEN 0 THEN 'on' ELSE 'off' END, 'normal', 'inside',
               '平坝区' || n / {{per_village}}
                 || substr('会点路库场台', {lot("CASE WHEN n % 1000 = 3 THEN n - 1 ELSE n END", "{series} + d")} % 6 + 1, 1),
               CASE WHEN {TYPED} THEN 'proxy' ELSE 'dingtalk' END, sha256(({{series}} + n * 100 + d * 2 + k)::text::bytea),
               {{series}} / 1000000000 * 3 + 1, {{raw}}, ''
        FROM generate_series(1, {{people}}) n, generate_series(0, 27) d, generate_series(0, 1) k
        WHERE NOT ({AWAY}) AND (CASE WHEN n % 1000 = 1 THEN d < 22
          ELSE {lot("CASE WHEN n % 1000 = 3 THEN n - 1 ELSE n END", "{series}", "d")} % 100 < 80 END)""",
    f"""INSERT INTO duty_leave (region_code, person_id, kind, first, last, approved, approved_by, reason, source,
              external_key, intake_id, raw, cancelled)
        SELECT {VILLAGE}, n, 'sick', {{begin}}::date + 23, {{begin}}::date + 25, true, '乡镇', '', 'sheet',
               sha256(('l' || {{series}} + n)::bytea), {{series}} / 1000000000 * 3 + 2, '{{{{}}}}', false
        FROM generate_series(1, {{people}}) n WHERE n % 20 = 0 OR n % 1000 = 7""",
    f"""INSERT INTO duty_worklog (region_code, person_id, day, text, source, external_key, intake_id, raw, cancelled)
        SELECT {VILLAGE}, n, {{begin}}::date + d, '沿责任区巡护，第' || {lot("n", "{series}", "d")} % 40 || '段，'
                 || substr('清枯枝查虫情劝烧荒看水位修步道', {lot("n", "{series}", "d")} % 15 + 1, 3),
               'sheet', sha256(('w' || {{series}} + n * 100 + d)::bytea), {{series}} / 1000000000 * 3 + 3, '{{{{}}}}', false
        FROM generate_series(1, {{people}}) n, generate_series(0, 21) d WHERE n % 1000 NOT IN (4, 6)""",
)
REST = (
    "UPDATE people_person SET died_on = {first}::date - 75 WHERE id % 1000 = 5",
    "UPDATE tenure_appointment SET ends = {first}::date - 75 WHERE person_id % 1000 = 8",
    """INSERT INTO people_registeredition (id, region_code, quarter, as_of, digest, rows, added, loaded_at, loaded_by_id)
       VALUES (1, '520403000000', '2020Q1', '2020-03-31', '', 0, 0, now(), 1)""",
    """INSERT INTO people_labourrecord (region_code, edition_id, person_id, name, pinyin, birth, sex, employment, workplace,
              skills, wanted_kinds, free_months, away_months)
       SELECT region_code, 1, id, name, pinyin, birth, sex, 'flexible',
              CASE WHEN id % 1000 = 9 THEN 'elsewhere' ELSE 'village' END, '{{}}', '{{}}', '{{}}', '{{}}'
       FROM people_person""",
)


class Haunted(City):
    """A city with a year of its own."""

    def build(self) -> None:
        super().build()
        with psycopg.connect(self.cluster.url("postgres", self.name), autocommit=True) as connection:
            for statement in (*PAST, *REST):
                values = {**self.numbers(), **_span(MONTH)}
                connection.execute(sql.SQL(statement).format(**values))
        self.tidy()

    def _fill_month(self, month: Any) -> None:
        with psycopg.connect(self.cluster.url("postgres", self.name), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in EVIDENCE:
                connection.execute(sql.SQL(statement).format(**self.numbers(), **_span(month)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=15_455)
    parser.add_argument("--keep", action="store_true", help="leave the database for a look")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure()))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")
    import django

    django.setup()
    city = Haunted("bench_haunted", given.people, MONTHS - 1)
    begun = time.perf_counter()
    city.build()
    print(f"{'fill_s':24} {time.perf_counter() - begun:.0f}", flush=True)
    for key, value in child(city).items():
        print(f"{key:24} {value}")
    if not given.keep:
        city.drop()


def child(city: City) -> dict[str, Any]:
    """A fresh process that does nothing else."""
    command = [sys.executable, "-m", "bench.anomalies", "--measure"]
    output = subprocess.run(command, env=environment(city), check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def measure() -> dict[str, Any]:
    """All rules over the year, and the same again, which adds nothing."""
    import django

    django.setup()
    from django.db import connection

    from yigang.foundation import rls
    from yigang.oversight.domain import find_anomalies
    from yigang.oversight.models import Anomaly
    from yigang.posts.models import Programme

    with rls.everywhere("measuring"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM duty_checkin")
            (check_ins,) = cursor.fetchone()
        programme = Programme.objects.get()
        times = []
        for _run in range(2):
            begun, cpu = time.perf_counter(), time.process_time()
            looked = find_anomalies(programme, programme.region_code, MONTH.first, actor=None)
            times.append((time.perf_counter() - begun, time.process_time() - cpu))
        told = judged(list(Anomaly.objects.values_list("rule", "person", "others")))
    return {
        "check_ins": check_ins, "seconds": round(times[0][0], 1), "own_processor_s": round(times[0][1], 1),
        "again_s": round(times[1][0], 1), "again_new": looked.new, "load": os.getloadavg()[0],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, **told,
    }  # fmt: skip


def judged(found: list[tuple[str, int, list[int]]]) -> dict[str, Any]:
    """Planted and missed by rule, and how many others are suspected."""
    by_rule: dict[str, set[int]] = {}
    for rule, person, others in found:
        by_rule.setdefault(rule, set()).update([person, *others])
    from yigang.people.models import Person

    people = list(Person.objects.values_list("pk", flat=True))
    planted = {rule: {n for n in people if n % 1000 == digits} for rule, digits in PLANTED.items()}
    carriers = set().union(*planted.values()) | {n - 1 for n in planted["moving_together"]}
    wrongly = {rule: len(who - carriers) for rule, who in by_rule.items() if who - carriers}
    honest = len(people) - len(carriers)
    return {
        "planted": sum(map(len, planted.values())), "missed": {
            rule: len(who - by_rule.get(rule, set())) for rule, who in planted.items() if who - by_rule.get(rule, set())
        }, "honest": honest, "honest_suspected": len(set().union(*by_rule.values()) - carriers), "wrongly_by_rule": wrongly,
    }  # fmt: skip


if __name__ == "__main__":
    main()
