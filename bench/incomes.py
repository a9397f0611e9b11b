"""The ledger of household income for 60,000 households of 150,000 people, each with a year of paid months.

python -m bench.incomes                 150,000 people
python -m bench.incomes --people 15000  fewer
python -m bench.incomes --kept          the database of an earlier --keep once more
"""

import argparse
import json
import os
import subprocess
import sys

import psycopg
from bench.city import VILLAGE, City, environment
from bench.lists import measure, report
from psycopg import sql

YEAR = 2019
PAGES = (
    ("incomes", "incomes-year", {}),
    ("incomes, by household number", "incomes-year", {"q": "H1234"}),
    ("incomes, by name", "incomes-year", {"q": "巡护员14"}),
    ("incomes, by initials", "incomes-year", {"q": "xhy"}),
    ("incomes, page 200", "incomes-year", {"page": "200"}),
    ("incomes, sorted by number", "incomes-year", {"sort": "number"}),
    ("incomes, sorted by head", "incomes-year", {"sort": "head"}),
    ("incomes, sorted by net income", "incomes-year", {"sort": "net_fen"}),
    ("incomes, sorted per head, downwards", "incomes-year", {"sort": "-per_head_fen"}),
    ("incomes, below the line", "incomes-year", {"state": "under"}),
    ("incomes, undetermined", "incomes-year", {"state": "unknown"}),
    ("incomes, with an open plan", "incomes-year", {"plan": "yes"}),
)

# Two fifths as many households as people, so that a village's twenty people make eight whole households.
HOUSEHOLDS = (
    f"""INSERT INTO people_household (id, region_code, number, address, poor_kind, income_fen)
        SELECT DISTINCT n * 2 / 5, {VILLAGE}, 'H' || n * 2 / 5, '', 'none', NULL::bigint
        FROM generate_series(1, {{people}}) n""",
    """UPDATE people_person SET household_id = id * 2 / 5,
              relation = CASE WHEN (id - 1) * 2 / 5 < id * 2 / 5 THEN 'head' ELSE 'other' END""",
    """INSERT INTO people_incomeyear (region_code, household_id, year, wage_fen, business_fen, property_fen, transfer_fen,
              cost_fen, source, recorded_by_id, recorded_at)
       SELECT region_code, id, {year}, id % 977 * 1000, id % 571 * 1000, 0, CASE WHEN id % 50 <> 0 THEN id % 91 * 1000 END,
              id % 313 * 1000, '', 1, now() FROM people_household WHERE id % 20 <> 0""",
    """INSERT INTO people_warningline (region_code, year, per_head_fen, source, set_by_id, set_at)
       VALUES ('520403000000', {year}, 400000, '县办文件', 1, now())""",
    """INSERT INTO payment_fund (id, region_code, name, year) VALUES (1, '520403000000', '专项资金', {year})""",
    """INSERT INTO payment_budgetline (id, region_code, fund_id, programme_id, amount_fen)
       VALUES (1, '520403000000', 1, 1, 1000000000000)""",
    """INSERT INTO people_bankaccount (id, region_code, person_id, bank, holder, card_cipher, card_index, card_last4_index,
              active, created_at)
       SELECT id, region_code, id, '信用社', name, sha256(id::text::bytea), sha256(id::text::bytea), '\\x00', true, now()
       FROM people_person""",
)
MONTH_PAID = (
    """INSERT INTO payment_settlement (region_code, programme_id, month, step, policy_digest, lines_digest, facts_digest,
              people, undetermined, total_fen, approver_id, returned_reason)
       SELECT DISTINCT left(region_code, 9) || '000', 1, {month}::date, 'sealed', '', '', '', 0, 0, 0, 1, ''
       FROM tenure_appointment""",
    """INSERT INTO payment_subsidyline (id, region_code, settlement_id, appointment_id, person_id, month, kind, state, grade,
              score, amount_fen, missing, consequences, trace, reason)
       SELECT {series} + a.id, a.region_code, s.id, a.id, a.person_id, {month}::date, 'regular', 'settled', '合格', 90, 83333,
              '{{}}', '{{}}', '{{}}', ''
       FROM tenure_appointment a JOIN payment_settlement s
         ON s.region_code = left(a.region_code, 9) || '000' AND s.month = {month}::date""",
    """INSERT INTO payment_bankbatch (id, region_code, programme_id, budget_line_id, number, layout, state, count, total_fen,
              file_name, file_digest, author_id, created_at)
       VALUES ({series}, '520403000000', 1, 1, 'B' || {series}, '', 'returned', 0, 0, '', '', 1, now())""",
    """INSERT INTO payment_batchentry (id, region_code, batch_id, serial, person_id, account_id, amount_fen, state, bank_reason)
       SELECT id, region_code, {series}, id - {series}, person_id, person_id, 83333,
              CASE WHEN id % 40 = 0 THEN 'refused' ELSE 'paid' END, ''
       FROM payment_subsidyline WHERE month = {month}::date""",
    """INSERT INTO payment_payment (region_code, entry_id, line_id, amount_fen, live)
       SELECT region_code, id, id, amount_fen, state = 'paid' FROM payment_batchentry WHERE batch_id = {series}""",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=150_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the database for a look")
    parser.add_argument("--kept", action="store_true", help="measure the database that was left")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(PAGES, args=[YEAR])))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")
    import django

    django.setup()
    city = City("bench_incomes", given.people, 0, evidence=False)
    if given.kept:
        city.cluster.start()
    else:
        city.build()
        fill(city)
        city.tidy()
    command = [sys.executable, "-m", "bench.incomes", "--measure"]
    output = subprocess.run(command, env=environment(city), check=True, stdout=subprocess.PIPE, text=True).stdout
    report(json.loads(output.splitlines()[-1]), as_json=given.json)
    if not given.keep:
        city.drop()


def fill(city: City) -> None:
    """Households with their figures, and twelve paid months of everybody; triggers off, since the rows are whole already."""
    with psycopg.connect(city.cluster.url("postgres", city.name), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        numbers = {**city.numbers(), "year": sql.Literal(YEAR)}
        for statement in HOUSEHOLDS:
            connection.execute(sql.SQL(statement).format(**numbers))
        for month in range(1, 13):
            told = {"month": sql.Literal(f"{YEAR}-{month:02d}-01"), "series": sql.Literal(month * 1_000_000)}
            for statement in MONTH_PAID:
                connection.execute(sql.SQL(statement).format(**told))
        connection.execute("SELECT yigang_count_members(NULL)")
        connection.execute("SELECT yigang_count_household_pay()")


if __name__ == "__main__":
    main()
