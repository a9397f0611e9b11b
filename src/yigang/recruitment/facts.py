"""Applicants as the engine's columns: what the clauses and the ranking ask of each, on one day.

Whether somebody of the household holds a post is asked of the whole database: one post per household does not end at the
border of a town. Only the number comes back.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

import polars as pl

from yigang.foundation import facts, regioncode, rls
from yigang.people.enums import HardshipKind, PoorKind
from yigang.policy import applicants as words
from yigang.policy.recruitment import MarksRule
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.models import Application, PeerTally, ReviewMark, Round, StepRecord

REGISTERED = (PoorKind.REGISTERED, PoorKind.LIFTED, PoorKind.MONITORED)
"""建档立卡户 stay that when they are lifted out of poverty or monitored."""

CATEGORIES = {
    HardshipKind.POOR: "农村贫", HardshipKind.WEAK: "农村弱", HardshipKind.DISABLED: "农村残", HardshipKind.OLD: "农村老",
    HardshipKind.ZERO_EMPLOYMENT: "零就业", HardshipKind.OLDER_JOBLESS: "大龄失业",
}  # fmt: skip
REFORM = date(2025, 1, 1)
"""From here on the statutory age rises step by step (国务院关于渐进式延迟法定退休年龄的办法)."""

WHO_APPLIED = """
SELECT a.id, a.person_id, a.region_code, coalesce(w.region_code, a.region_code) AS wanted, a.declared
FROM recruitment_application a LEFT JOIN posts_post w ON w.id = a.post_wanted_id
WHERE a.round_id = %s AND a.state = %s AND starts_with(a.region_code, %s)
"""
"""Each row is one who is asked about: a key, the person, the village lived in and the one wanted, what was declared."""
WHO_THEY_ARE = """
SELECT p.id, p.id AS person_id, p.region_code, p.region_code AS wanted, %s::jsonb AS declared
FROM people_person p WHERE p.id = ANY(%s::bigint[])
"""
QUERY = """
WITH judged AS (SELECT %s::date AS day), who AS (--who--)
SELECT a.id, p.birth, p.sex, extract(year FROM age(day, p.birth))::int,
  CASE p.sex WHEN 'M' THEN '男' ELSE '女' END,
  CASE WHEN h.id IS NOT NULL THEN (h.poor_kind = ANY(%s))::int END,
  CASE WHEN h.id IS NOT NULL THEN (
    SELECT count(*) FROM people_person m JOIN tenure_appointment t ON t.person_id = m.id
    WHERE m.household_id = h.id AND m.id <> p.id AND t.days @> day) END,
  EXISTS (SELECT FROM tenure_appointment t WHERE t.person_id = p.id AND t.days @> day)::int,
  (a.declared->>'public_payroll')::boolean::int,
  CASE WHEN EXISTS (SELECT FROM people_kinship k WHERE k.person_id = p.id) THEN 1
       ELSE (a.declared->>'village_officer_kin')::boolean::int END,
  coalesce(
    (SELECT r.able::int FROM people_labourrecord r JOIN people_registeredition e ON e.id = r.edition_id
     WHERE r.person_id = p.id AND e.as_of <= day ORDER BY e.as_of DESC, e.id DESC LIMIT 1),
    (a.declared->>'able_to_work')::boolean::int),
  coalesce(c.disabled, false)::int, (c.kind IS NOT NULL)::int, c.kind,
  (SELECT coalesce(sum(least(coalesce(t.ends, day), day) - t.starts + 1), 0) * 100 / 365
   FROM tenure_appointment t WHERE t.person_id = p.id AND t.starts <= day)::bigint,
  h.income_fen,
  CASE WHEN h.id IS NOT NULL THEN (
    SELECT count(*) FROM people_person m WHERE m.household_id = h.id AND (m.died_on IS NULL OR m.died_on > day)) END,
  (a.region_code = a.wanted AND starts_with(a.region_code, %s))::int,
  (NOT EXISTS (SELECT FROM tenure_appointment t WHERE t.person_id = p.id AND t.starts <= day))::int
FROM who a CROSS JOIN judged JOIN people_person p ON p.id = a.person_id
  LEFT JOIN people_household h ON h.id = p.household_id
  LEFT JOIN LATERAL (
    SELECT (array_agg(d.kind ORDER BY d.since, d.id))[1] AS kind, bool_or(d.kind = 'disabled') AS disabled
    FROM people_hardship d WHERE d.person_id = p.id AND d.since <= day AND (d.until IS NULL OR d.until >= day)) c ON true
ORDER BY a.id
"""
TRUTHS = (
    "registered_poor", "holds_post", "public_payroll", "village_officer_kin", "able_to_work", "disabled", "in_hardship",
    "local", "new_person",
)  # fmt: skip
READ: dict[str, pl.DataType | type[pl.DataType]] = {
    "applicant": pl.Int64, "birth": pl.Date, "sign": pl.String, "age": pl.Int64, "sex": pl.String,
    "registered_poor": pl.Int64, "household_posts": pl.Int64, "holds_post": pl.Int64, "public_payroll": pl.Int64,
    "village_officer_kin": pl.Int64, "able_to_work": pl.Int64, "disabled": pl.Int64, "in_hardship": pl.Int64,
    "hardship_category": pl.String, "years_in_posts": pl.Int64, "household_income": pl.Int64,
    "household_size": pl.Int64, "local": pl.Int64, "new_person": pl.Int64,
}  # fmt: skip


def applicants(one: Round, prefix: str, day: date) -> pl.DataFrame:
    """Everybody in the running whose village lies under a prefix, one row each with the columns of the clauses."""
    return _asked(WHO_APPLIED, [one.pk, ApplicationState.RUNNING.value, prefix], one.region_code, day)


def regions(one: Round) -> pl.DataFrame:
    """`applicant`, `region_code` of everybody who applied and whom the reader may see."""
    query = "SELECT id, region_code FROM recruitment_application WHERE round_id = %s"
    return facts.read(query, [one.pk], {"applicant": pl.Int64, "region_code": pl.String})


def persons(
    ids: Iterable[int], home: str, day: date, declared: Mapping[str, bool] | None = None
) -> pl.DataFrame:  # fmt: skip
    """The same columns for people who have not applied, by person; `local` asks for the region of `home`.

    What only the form asks is unknown, unless `declared` says it for all of them.
    """
    return _asked(WHO_THEY_ARE, [json.dumps(dict(declared or {})), sorted(ids)], home, day)


def _asked(who: str, parameters: list[object], home: str, day: date) -> pl.DataFrame:
    everything = [day, *parameters, list(REGISTERED), regioncode.prefix_of(home)]
    with rls.everywhere("one post per household does not end at the border of a town"):
        read = facts.read(QUERY.replace("--who--", who), everything, READ)
    return read.with_columns(
        *(pl.col(name).cast(pl.Boolean) for name in TRUTHS),
        pl.col("hardship_category").replace_strict(
            {str(code): word for code, word in CATEGORIES.items()}, default=None
        ),
        years_to_retirement(day).alias("years_to_retirement"),
    ).select(name for name in words.schema() if name in {*READ, "years_to_retirement"})


def years_to_retirement(day: date) -> pl.Expr:
    """Hundredths of years from `day` to the statutory age, by the columns `birth` and `sign` (M or F).

    Men 60, women 50; from 2025 on those born since January 1965 (men) or 1975 (women) retire later, one month more for every
    four or two months of birth, up to 63 and 55.
    """
    born = pl.col("birth").dt.year() * 12 + pl.col("birth").dt.month() - 1
    man = pl.col("sign") == "M"
    if day >= REFORM:
        delay = (
            pl.when(man)
            .then(((born - 1965 * 12) // 4 + 1).clip(0, 36))
            .otherwise(((born - 1975 * 12) // 2 + 1).clip(0, 60))
        )
    else:
        delay = pl.lit(0)
    base = pl.when(man).then(60 * 12).otherwise(50 * 12)
    begun = (pl.col("birth").dt.day() < day.day).cast(pl.Int32)
    months = born + base + delay - (day.year * 12 + day.month - 1) - begun
    return (months * 100 // 12).cast(pl.Int64)


def with_reviews(people: pl.DataFrame, one: Round, rule: tuple[StepRecord, MarksRule] | None) -> pl.DataFrame:
    """The same with what reviewers and the village said, and the order of application: what a ranking may ask."""
    ids = people["applicant"].to_list()
    order = list(Application.objects.filter(round=one).order_by("applied_on", "pk").values_list("pk", flat=True))
    placed = {pk: place for place, pk in enumerate(order, 1)}
    marks = _mark_points(ids, *rule) if rule else {}
    shares = _shares(ids)
    return people.with_columns(
        pl.Series("mark_points", [marks.get(pk) for pk in ids], dtype=pl.Int64),
        pl.Series("peer_share", [shares.get(pk) for pk in ids], dtype=pl.Int64),
        pl.Series("application_order", [placed.get(pk) for pk in ids], dtype=pl.Int64),
    )


def _mark_points(ids: Iterable[int], step: StepRecord, rule: MarksRule) -> dict[int, int]:
    """Hundredths of the mean of the totals of those who marked every item, half up; none below the number asked for."""
    given: dict[int, dict[int, dict[str, Fraction]]] = {}
    rows = ReviewMark.objects.filter(step=step, application__in=ids)
    for application, by, item, points in rows.values_list("application", "by", "item", "points"):
        given.setdefault(application, {}).setdefault(by, {})[item] = Fraction(points)
    items = {item.name for item in rule.items}
    means = {}
    for application, by_reviewer in given.items():
        totals = [sum(points.values()) for points in by_reviewer.values() if set(points) == items]
        if len(totals) >= rule.reviewers:
            means[application] = int(Fraction(sum(totals)) * 100 / len(totals) + Fraction(1, 2))
    return means


def _shares(ids: Iterable[int]) -> dict[int, int]:
    """Hundredths of a percent that voted for each, of the last meeting that counts, half up."""
    rows = PeerTally.objects.filter(application__in=ids).exclude(review__step__state="undone").order_by("review")
    return {
        application: (agree * 20_000 + present) // (2 * present)
        for application, agree, present in rows.values_list("application", "agree", "present")
    }
