"""Rows that are waited for are read as they stand afterwards, with what is joined to them."""

import ast
import threading
from datetime import date

import psycopg
import pytest
from django.db import connections, transaction
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.config.paths import ROOT
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.tenure import domain
from yigang.tenure.domain import Leaving, Terms
from yigang.tenure.enums import ExitKind, ExitReason, TrainingBasis
from yigang.tenure.models import Vacancy

LOCK, JOIN = "select_for_update", "select_related"


def chain(node: ast.AST) -> tuple[set[str], str]:
    """The names called one after another in an expression, and the variable that it begins with."""
    names: set[str] = set()
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return names, node.id if isinstance(node, ast.Name) else ""


def joined_while_locked(source: str) -> set[int]:
    """Lines on which rows are locked and others joined, in one chain or by way of a variable; dropping a join is none."""
    tree, found = ast.parse(source.replace(f"{JOIN}(None)", "all()")), set()
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        kept: dict[str, set[str]] = {}
        for node in sorted((one for one in ast.walk(scope) if hasattr(one, "lineno")), key=lambda one: one.lineno):
            names, root = chain(node)
            if {LOCK, JOIN} <= names | kept.get(root, set()) and names & {LOCK, JOIN}:
                found.add(node.lineno)
            if scope is not tree and isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                names = chain(node.value)[0]
                kept[node.targets[0].id] = set() if names & {"get", "first"} else names & {LOCK, JOIN}
    return found


def test_the_search_finds_what_must_not_be():
    assert joined_while_locked("x = A.objects.select_for_update().select_related('b').get(pk=1)") == {1}
    assert joined_while_locked("A.objects.select_related('b').filter(c=1).select_for_update()") == {1}
    by_a_variable = "def f():\n    rows = A.objects.select_related('b')\n    return rows.select_for_update().get(pk=1)"
    assert joined_while_locked(by_a_variable) == {3}
    assert not joined_while_locked("A.objects.select_related(None).select_for_update()")
    assert not joined_while_locked("A.objects.select_for_update().get(pk=1)\nA.objects.select_related('b')")


def test_no_statement_joins_rows_while_it_locks_others():
    """PostgreSQL reads the locked row again after the wait, but not the joined ones: `foundation.locks.hold` reads both."""
    sources = [*(ROOT / "src").rglob("*.py")]
    assert len(sources) > 400
    found = {str(file.relative_to(ROOT)): lines for file in sources if (lines := joined_while_locked(file.read_text()))}
    assert not found


def waiting_for_a_lock() -> bool:
    settings = connections["default"].settings_dict
    with psycopg.connect(host=settings["HOST"], dbname=settings["NAME"], user="postgres") as raw:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        return raw.execute(query, [settings["NAME"]]).fetchone()[0] > 0


@pytest.mark.req("P3")
@pytest.mark.usefixtures("committed_db")
def test_who_waited_for_a_vacancy_sees_who_has_filled_it(make_user, town_officer, county_manager):
    post = make_post(make_programme())
    terms = Terms(date(2020, 7, 1), training=TrainingBasis.TAKEN_OVER)
    held = domain.appoint(make_person("张三", 1), post, terms, actor=town_officer)
    leaving = Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, date(2020, 9, 30), "外出务工")
    domain.leave(held, leaving, actor=town_officer)
    vacancy, newcomer, said = Vacancy.objects.get(), make_person("李四", 2), []

    def give_the_place_up() -> None:
        try:
            with rls.everywhere("the test's second officer"):
                domain.close_vacancy(vacancy, "撤销岗位", actor=county_manager)
                said.append("closed")
        except Refusal as refusal:
            said.append(f"{refusal.code} {refusal}")
        finally:
            connections.close_all()

    second = threading.Thread(target=give_the_place_up)
    with transaction.atomic():
        domain.appoint(newcomer, post, Terms(date(2020, 10, 8), training=TrainingBasis.TAKEN_OVER), actor=town_officer)
        second.start()
        while not waiting_for_a_lock():
            assert second.is_alive(), said
    second.join(30)
    assert len(said) == 1
    assert said[0].startswith("vacancy_filled")
    assert "李四" in said[0]
    vacancy.refresh_from_db()
    assert (vacancy.filled_by.person, vacancy.closed_on) == (newcomer, None)
