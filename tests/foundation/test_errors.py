"""Refusals and problems carry the same sentence, the one raised, the other gathered."""

from yigang.foundation.errors import Problem, Refusal


def test_a_refusal_becomes_a_problem_at_a_place() -> None:
    refusal = Refusal("%(count)d rows are empty.", {"count": 3}, code="empty_rows", remedy="Delete them.", row=7)
    problem = Problem.of(refusal, column="C 姓名", sheet="花名册", severity="warning")
    assert problem.message == str(refusal) == "3 rows are empty."
    assert (problem.row, problem.column, problem.sheet, problem.code) == (7, "C 姓名", "花名册", "empty_rows")
    assert (problem.severity, problem.remedy) == ("warning", "Delete them.")


def test_a_sentence_without_parameters_may_hold_a_percent_sign() -> None:
    assert str(Refusal("100 % is too much.")) == "100 % is too much."


def test_where_a_refusal_was_raised_can_be_made_more_exact() -> None:
    assert Problem.of(Refusal("x", row=7, field="name"), row=8).row == 8
    assert Problem.of(Refusal("x", row=7, field="name")).field == "name"
