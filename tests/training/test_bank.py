"""The bank takes sound questions only; a paper that it cannot fill is refused with what is lacking."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.training.conftest import COUNTY, RULE, asked, at, refused

from yigang.foundation import rls
from yigang.foundation.errors import Forbidden
from yigang.training import domain
from yigang.training.drawing import Row
from yigang.training.enums import QuestionKind, Subject
from yigang.training.models import Paper, Question

pytestmark = pytest.mark.req("P6")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"right": []}, "right_missing"), ({"right": ["E"]}, "right_unknown"), ({"right": ["A", "B"]}, "right_many"),
        ({"kind": QuestionKind.MULTIPLE}, "right_few"), ({"options": ["甲"]}, "options"), ({"options": ["甲", "甲"]}, "options"),
        ({"options": ["甲", " "]}, "options"), ({"options": []}, "options"), ({"text": " "}, "text_missing"),
        ({"source": ""}, "source_missing"), ({"kind": QuestionKind.TRUTH, "options": [], "right": ["C"]}, "right_unknown"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_rightly_is_refused_with_its_neighbours(county_manager, changes, code):
    wrong = replace(asked(2), **changes)
    assert refused(domain.add_questions, COUNTY, [asked(1), wrong], actor=county_manager).code == code
    assert not Question.objects.exists()


def test_a_question_comes_once_and_is_never_rewritten(bank, county_manager, town_officer):
    assert refused(domain.add_questions, COUNTY, [asked(1)], actor=county_manager).code == "question_known"
    assert refused(domain.add_questions, COUNTY, [asked(9), asked(9)], actor=county_manager).code == "question_known"
    with pytest.raises(Forbidden):
        domain.add_questions(COUNTY, [asked(10)], actor=town_officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        Question.objects.update(right=["B"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Question.objects.all().delete()
    with rls.scope(town_officer):
        assert Question.objects.count() == 8, "towns read the county's bank"


def test_a_question_out_of_use_is_not_drawn_and_may_come_back_corrected(set_paper, county_manager):
    assert (
        refused(domain.retire_questions, list(Question.objects.all()[:1]), "", actor=county_manager).code
        == "reason_missing"
    )
    domain.retire_questions(
        list(Question.objects.filter(kind=QuestionKind.SINGLE)[:3]), "法规已修订", actor=county_manager
    )
    short = refused(set_paper)
    assert (short.code, "4" in str(short), "3" in str(short)) == ("bank_short", True, True)
    assert not Paper.objects.exists()
    domain.add_questions(COUNTY, [asked(0)], actor=county_manager)
    assert len(set_paper().bank) == 6


def test_what_is_lacking_is_named_kind_by_kind(set_paper):
    rule = [
        *RULE,
        Row(Subject.PEST, QuestionKind.TRUTH, 5, Decimal(1)),
        Row(Subject.FIRE, QuestionKind.SINGLE, 9, Decimal(1)),
    ]
    sentence = str(refused(set_paper, rule))
    assert "林业有害生物防治 判断：需要 5 题，现有 0 题" in sentence
    assert "森林防火 单选：需要 9 题，现有 2 题" in sentence


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"closes_at": at("08:00") - timedelta(hours=1)}, "dates"), ({"minutes": 0}, "minutes"), ({"minutes": 301}, "minutes"),
        ({"pass_mark": Decimal(101)}, "pass_mark"), ({"attempts": 0}, "attempts"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused(set_paper, terms, code):
    assert refused(set_paper, **terms).code == code


def test_a_contest_asks_everybody_the_same(set_paper, county_manager):
    each = set_paper()
    assert refused(domain.hold_contest, each, "大比武", actor=county_manager).code == "not_same_for_all"
    same = set_paper(same_for_all=True)
    domain.hold_contest(same, "大比武", actor=county_manager)
    assert refused(domain.hold_contest, same, "大比武", actor=county_manager).code == "contest_known"
