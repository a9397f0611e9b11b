"""A city's rangers and their evidence, made by statements over `generate_series`: the same rows every time, no importer."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg import sql

from yigang.config.paths import ensure_var
from yigang.config.postgres import Cluster, ensure_database
from yigang.policy import Period

MONTH = Period.parse("2020-07")
WRITERS = 2
"""Months that are filled at one time."""
PEOPLE_PER_VILLAGE, VILLAGES_PER_TOWN = 20, 20
CHECKS, LOGS = 44, 22
RAW = (
    '{"姓名":"巡护员","考勤组":"平坝区生态护林员","部门":"鼓楼街道/大寨村","UserId":"manager4711","考勤日期":"20-07-01","考勤时间":"07:30",'
    '"打卡时间":"07:21","打卡结果":"正常","打卡地址":"贵州省安顺市平坝区"}'
)
"""A check-in's row as DingTalk gives it, so that the table is as wide as a real one."""


@dataclass(frozen=True)
class City:
    """A database of its own on the benchmark's server, filled for the month and the months before it."""

    name: str
    people: int
    history: int
    evidence: bool = True
    """Without it, people and their posts only."""

    @property
    def cluster(self) -> Cluster:
        return Cluster(ensure_var() / "bench-postgres")

    @property
    def url(self) -> str:
        return self.cluster.url("yigang_app", self.name)

    def build(self) -> None:
        """Create, migrate, fill, analyse. Durability is as the program has it."""
        self.cluster.start()
        self.drop()
        ensure_database(self.cluster, self.name)
        migrate(self)
        with psycopg.connect(self.cluster.url("postgres", self.name), autocommit=True) as connection:
            connection.execute("SELECT set_config('yigang.scope', '*', false)")
            for statement in ROSTER:
                connection.execute(sql.SQL(statement).format(**self.numbers()))
            if self.evidence:
                self._fill_months(connection)
        self.tidy()

    def _fill_months(self, connection: psycopg.Connection) -> None:
        for statement in JUDGED:
            connection.execute(sql.SQL(statement).format(**self.numbers()))
        for month in self.months():
            connection.execute(sql.SQL(MONTH_OF_CHECK_INS).format(**_span(month)))
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self._fill_month, self.months()))
        for month in self.months()[1:]:
            for statement in PAST:
                connection.execute(sql.SQL(statement).format(**self.numbers(), **_span(month)))

    def _fill_month(self, month: Period) -> None:
        """The evidence of a month; whose it is need not be looked up for every row, since the roster has just been made."""
        with psycopg.connect(self.cluster.url("postgres", self.name), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in EVIDENCE:
                connection.execute(sql.SQL(statement).format(**self.numbers(), **_span(month)))

    def tidy(self) -> None:
        """Vacuum and analyse."""
        with psycopg.connect(self.cluster.url("postgres", self.name), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def months(self) -> list[Period]:
        """The month to settle, then those before it, latest first."""
        found = [MONTH]
        for _ in range(self.history):
            found.append(found[-1].previous())
        return found

    def drop(self) -> None:
        with psycopg.connect(self.cluster.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def numbers(self) -> dict[str, sql.Literal]:
        return {
            "people": sql.Literal(self.people), "raw": sql.Literal(RAW), "first": sql.Literal(MONTH.first),
            "per_village": sql.Literal(PEOPLE_PER_VILLAGE), "villages": sql.Literal(VILLAGES_PER_TOWN),
        }  # fmt: skip


def _span(month: Period) -> dict[str, sql.Literal]:
    number = (MONTH.number - month.number) * 1_000_000_000
    return {"begin": sql.Literal(month.first), "end": sql.Literal(month.last), "series": sql.Literal(number)}


def migrate(city: City) -> None:
    """Bring the database to this version, as its owner."""
    from django.db import connections

    from yigang.cli import migrate as command

    owner = connections["owner"]
    owner.close()
    owner.settings_dict["NAME"], owner.settings_dict["HOST"] = city.name, str(city.cluster.socket_folder)
    command.migrate()
    owner.close()


VILLAGE = """('520403' || lpad((100 + n / ({per_village} * {villages}))::text, 3, '0')
             || lpad((200 + n / {per_village} % {villages})::text, 3, '0'))"""

ROSTER = (
    """INSERT INTO foundation_user (id, username, name, role, phone, is_active, must_change_password, failures, language,
                                    created_at, password)
       VALUES (1, 'manager', '县级管理员', 'county_manager', '', true, false, 0, 'zh-hans', now(), '')""",
    "INSERT INTO foundation_userscope (user_id, prefix) VALUES (1, '520403')",
    """INSERT INTO posts_programme (id, region_code, code, name, kind, policy_code, capabilities, starts)
       VALUES (1, '520403000000', 'city', '护林员', 'ranger', 'pingba-ranger', '{{}}', '2019-01-01')""",
    f"""INSERT INTO people_person (id, region_code, name, pinyin, initials, identity_cipher, identity_index,
              identity_last4_index, identity_converted, birth, sex, residence, phone, relation, created_at)
        SELECT n, {VILLAGE}, '巡护员' || n, 'xunhuyuan' || n, 'xhy', sha256(n::text::bytea), sha256(n::text::bytea),
               '\\x00', false, date '1970-01-01' + (n % 9000)::int, 'M', 'rural', '', 'other', now()
        FROM generate_series(1, {{people}}) n""",
    f"""INSERT INTO posts_post (id, region_code, programme_id, number, kind, duties, head_count)
        SELECT n, {VILLAGE}, 1, 'P' || n, '护林员', '{{{{}}}}', 1 FROM generate_series(1, {{people}}) n""",
    f"""INSERT INTO tenure_appointment (id, region_code, person_id, post_id, programme_id, place, starts, agreement_number,
              exit_kind, exit_reason)
        SELECT n, {VILLAGE}, n, n, 1, 1, CASE WHEN n % 50 = 0 THEN {{first}}::date + 9 ELSE date '2019-01-01' END, '', '', ''
        FROM generate_series(1, {{people}}) n""",
)

JUDGED = (
    f"""INSERT INTO appraisal_mark (region_code, appointment_id, month, rhythm, name, value, reason, given_by_id, given_at)
        SELECT {VILLAGE}, n, {{first}}::date, 'month', '乡镇评定', 20 - n % 7, '按月评定', 1, now()
        FROM generate_series(1, {{people}}) n WHERE n % 40 <> 0""",
)

MONTH_OF_CHECK_INS = "SELECT yigang_check_in_month({begin}::date)"
EVIDENCE = (
    """INSERT INTO duty_intake (id, region_code, "table", source, first, last, declared, rows_read, rows_added, rows_known,
              rows_unmatched, created_at, created_by_id, withdrawn_reason)
       SELECT {series} / 1000000000 * 3 + k, '520403000000', (ARRAY['check_ins', 'leaves', 'work_logs'])[k], 'sheet',
              {begin}::date, {end}::date, k > 1, 0, 0, 0, 0, now(), 1, '' FROM generate_series(1, 3) k""",
    f"""INSERT INTO duty_checkin (region_code, person_id, at, day, kind, result, place, address, source, external_key,
              intake_id, raw, correction_reason)
        SELECT {VILLAGE}, n, ({{begin}}::date + d)::timestamp AT TIME ZONE 'Asia/Shanghai' + interval '7 hours 21 minutes'
                 + k * interval '10 hours',
               {{begin}}::date + d, CASE k WHEN 0 THEN 'on' ELSE 'off' END,
               CASE WHEN (n * 7919 + d * 31 + k) % 97 = 0 THEN 'not_signed' ELSE 'normal' END, 'inside',
               '贵州省安顺市平坝区', 'dingtalk', sha256(({{series}} + n * 100 + d * 2 + k)::text::bytea),
               {{series}} / 1000000000 * 3 + 1, {{raw}}, ''
        FROM generate_series(1, {{people}}) n, generate_series(0, 21) d, generate_series(0, 1) k""",
    f"""INSERT INTO duty_leave (region_code, person_id, kind, first, last, approved, approved_by, reason, source,
              external_key, intake_id, raw, cancelled)
        SELECT {VILLAGE}, n, 'sick', {{begin}}::date + 23, {{begin}}::date + 25, true, '乡镇', '', 'sheet',
               sha256(('l' || {{series}} + n)::bytea), {{series}} / 1000000000 * 3 + 2, '{{{{}}}}', false
        FROM generate_series(1, {{people}}) n WHERE n % 20 = 0""",
    f"""INSERT INTO duty_worklog (region_code, person_id, day, text, source, external_key, intake_id, raw, cancelled)
        SELECT {VILLAGE}, n, {{begin}}::date + d, '沿责任区巡护，无异常', 'sheet',
               sha256(('w' || {{series}} + n * 100 + d)::bytea), {{series}} / 1000000000 * 3 + 3, '{{{{}}}}', false
        FROM generate_series(1, {{people}}) n, generate_series(0, 21) d""",
)

PAST = (
    f"""INSERT INTO appraisal_appraisal (region_code, appointment_id, period, first, grade, score, passed, policy_digest)
        SELECT {VILLAGE}, n, 'month', {{begin}}::date, CASE WHEN n % 30 = 0 THEN '不合格' ELSE '合格' END, 90, n % 30 <> 0, ''
        FROM generate_series(1, {{people}}) n WHERE n % 50 <> 0""",
    """INSERT INTO payment_settlement (region_code, programme_id, month, step, policy_digest, lines_digest, facts_digest,
              people, undetermined, total_fen, approver_id, returned_reason)
       SELECT DISTINCT left(region_code, 9) || '000', 1, {begin}::date, 'approved', '', '', '', 0, 0, 0, 1, ''
       FROM tenure_appointment""",
    """INSERT INTO payment_subsidyline (region_code, settlement_id, appointment_id, person_id, month, kind, state, grade,
              score, amount_fen, missing, consequences, trace, reason)
       SELECT a.region_code, s.id, a.id, a.person_id, {begin}::date, 'regular', 'settled', '合格', 90, 83333, '{{}}', '{{}}',
              jsonb_build_object('出勤天数', 22, 'raw', {raw}), ''
       FROM tenure_appointment a JOIN payment_settlement s
         ON s.region_code = left(a.region_code, 9) || '000' AND s.month = {begin}::date""",
    "UPDATE payment_settlement SET step = 'sealed' WHERE month = {begin}::date",
)
"""What earlier months left behind: appraisals, and sealed lines."""


def environment(city: City) -> dict[str, str]:
    """The environment in which a process of the program works on this database."""
    return {**os.environ, "DATABASE_URL": city.url, "DJANGO_SETTINGS_MODULE": "yigang.config.settings"}


def first_of_month() -> date:
    return MONTH.first
