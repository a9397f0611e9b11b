"""Rules of lists: read, put to the database, judged for one person; both ways say the same."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.people.factories import VILLAGE, make_person

from yigang.foundation.errors import Refusal
from yigang.people.ages import age_on
from yigang.people.enums import Education, Employment, Health, PoorKind, Residence, Sex, Workplace
from yigang.people.models import Hardship, LabourRecord, RegisterEdition
from yigang.people.register import rules
from yigang.people.register.lists import ensure_lists, judged, members, tallies
from yigang.people.register.rules import condition, facts_of, judge, read_rule

ON = date(2020, 6, 30)


def make_edition(user, quarter="2020Q2", **columns) -> RegisterEdition:
    values = {"region_code": "520403000000", "as_of": ON, "rows": 0, "digest": quarter, "loaded_by": user, **columns}
    return RegisterEdition.objects.create(quarter=quarter, **values)


def make_record(edition, order=1, name="张三", **columns) -> LabourRecord:
    values = {"birth": date(1980, 3, 7), "sex": "M", "region_code": VILLAGE, **columns}
    person = make_person(name, order, region_code=values["region_code"])
    return LabourRecord.objects.create(edition=edition, person=person, name=name, pinyin=name, **values)


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("就业状态 = '摸鱼'", "未就业"),
        ("就业状态 = 就业状态", "一个取值"),
        ("出勤天数 > 3", "没有「出勤天数」"),
        ("年龄 + 1", "条件"),
        ("年龄 / 2 > 3", "不能用"),
        ("case when 劳动能力 then 正在培训 else 培训意愿 end", "不能用"),
        ("年龄 > 16.5", "整数"),
        ("(劳动能力 and 正在培训) = true", "再与别的值比较"),
        ("劳动能力 and (", "读不懂"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_what_to_do(rule, part):
    with pytest.raises(Refusal) as caught:
        read_rule(rule)
    assert part in f"{caught.value} {caught.value.remedy}"
    assert caught.value.field == "rule"


def test_what_the_register_does_not_say_is_carried_through():
    rule = read_rule("劳动能力 and 就业意愿 and 年龄 >= 16").node
    facts = {"劳动能力": True, "就业意愿": None, "年龄": Fraction(15)}
    assert judge(rule, facts).holds is False, "one no decides, whatever is unknown"
    unknown = judge(rule, {**facts, "年龄": Fraction(20)})
    assert (unknown.holds, unknown.missing) == (None, ("就业意愿",))
    known = judge(rule, {**facts, "年龄": Fraction(20), "就业意愿": True})
    assert known.holds is True
    assert (
        rules.reason(known.because, {**facts, "年龄": Fraction(20), "就业意愿": True})
        == "劳动能力 是、就业意愿 是、年龄 20"
    )


ATOMS = st.sampled_from(
    [
        "劳动能力", "就业意愿", "正在培训", "培训意愿", "就业困难", "劳动能力 = true", "正在培训 = 培训意愿", "年龄 >= 45",
        "年龄 < 16 + 2", "年龄 = 40", "性别 = '男'", "就业状态 = '未就业'", "就业状态 in ('已就业', '灵活就业')",
        "务工地点 = '省外'", "健康状况 = '健康'", "文化程度 = '初中'", "户籍性质 = '农村'", "贫困户属性 in ('监测户')",
        "able_to_work", "employment = '在家务农'",
    ]
)  # fmt: skip
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner), st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)  # fmt: skip


def maybe(choices):
    return st.none() | st.sampled_from(choices)


RECORDS = st.fixed_dictionaries(
    {
        "able": st.none() | st.booleans(), "willing": st.none() | st.booleans(),
        "in_training": st.none() | st.booleans(), "wants_training": st.none() | st.booleans(),
        "employment": maybe(Employment.values), "workplace": maybe(Workplace.values), "health": maybe(Health.values),
        "education": maybe(Education.values), "residence": maybe(Residence.values),
        "poor_kind": maybe(PoorKind.values), "sex": st.sampled_from(Sex.values),
        "birth": st.dates(date(1950, 1, 1), date(2010, 12, 31)),
    }
)  # fmt: skip


@pytest.mark.req("T1")
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(texts=st.lists(RULES, min_size=1, max_size=4), rows=st.lists(st.tuples(RECORDS, st.booleans()), max_size=4))
def test_the_database_and_the_scalar_judgement_agree_on_every_rule_and_person(county_manager, texts, rows):
    with transaction.atomic():
        edition = make_edition(county_manager)
        records = [make_record(edition, order, **columns) for order, (columns, _hard) in enumerate(rows, start=1)]
        hard = {record.pk for record, (_columns, is_hard) in zip(records, rows, strict=True) if is_hard}
        for record in records:
            if record.pk in hard:
                Hardship.objects.create(
                    region_code=VILLAGE, person=record.person, kind="poor", evidence="x", since=date(2019, 1, 1)
                )
        for text in texts:
            rule = read_rule(text)
            found = dict(edition.records.annotate(it=condition(rule, ON)).values_list("pk", "it"))
            for record in records:
                facts = facts_of(record, ON, in_hardship=record.pk in hard)
                verdict = judge(rule.node, facts)
                assert found[record.pk] is verdict.holds, (text, facts)
                assert (verdict.holds is None) == bool(verdict.missing)
        transaction.set_rollback(True)


@pytest.mark.req("T1")
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=st.lists(RECORDS, max_size=5))
def test_the_five_lists_are_what_each_persons_own_facts_give(county_manager, rows):
    """One register, five lists: the lists counted in the database are those that every person is judged on alone."""
    with transaction.atomic():
        edition, lists = make_edition(county_manager), ensure_lists("520403")
        records = [make_record(edition, order, **columns) for order, columns in enumerate(rows, start=1)]
        alone = judged(records, lists, ON)
        counted = tallies(lists, edition, edition.records.all())
        for position, tally in enumerate(counted.lists):
            on = {each.record.pk for each in alone if each.standings[position].verdict.holds}
            assert set(members(tally.list, edition).values_list("pk", flat=True)) == on
            assert tally.on == len(on)
            assert tally.open == sum(each.standings[position].verdict.holds is None for each in alone)
        assert counted.nowhere == sum(not each.on for each in alone)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("birth", "day"),
    [
        (date(2000, 2, 29), date(2021, 2, 28)),
        (date(2000, 2, 29), date(2021, 3, 1)),
        (date(1980, 6, 30), date(2020, 6, 30)),
        (date(1980, 7, 1), date(2020, 6, 30)),
    ],
)
def test_ages_are_whole_years_in_the_database_too(county_manager, birth, day):
    edition = make_edition(county_manager)
    make_record(edition, birth=birth)
    rule = read_rule(f"年龄 = {age_on(birth, day)}")
    assert edition.records.annotate(it=condition(rule, day)).get().it is True
