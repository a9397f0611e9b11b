"""The house is one story: the order of chapters is the same in the linter, in Django, in the docs and in the database."""

import re
import tomllib

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader
from tests.conftest import LONG

from yigang.config.paths import ROOT

SURFACES = {"cli", "demo", "config"}
"""Layers that hold no tables: they are not chapters of the story."""


def layers() -> list[str]:
    """The chapters from first to last, as import-linter is told."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = config["tool"]["importlinter"]["contracts"][0]
    side_by_side = [chapter.strip() for layer in contract["layers"] for chapter in layer.split("|")]
    return [chapter for chapter in reversed(side_by_side) if chapter not in SURFACES]


def test_the_files_that_the_suite_begins_with_are_there():
    assert [prefix for prefixes in LONG for prefix in prefixes if not (ROOT / prefix).exists()] == []


def test_django_knows_the_chapters_in_the_order_of_the_story():
    installed = [app.removeprefix("yigang.") for app in settings.INSTALLED_APPS if app.startswith("yigang.")]
    assert ["policy", *installed] == layers()  # the engine comes first and is no Django application


def test_every_package_is_a_chapter_or_a_surface():
    packages = {folder.name for folder in (ROOT / "src" / "yigang").iterdir() if (folder / "__init__.py").exists()}
    assert packages - SURFACES == set(layers())


def test_foreign_keys_point_to_the_same_or_an_earlier_chapter():
    order = {name: number for number, name in enumerate(layers())}
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            there = field.related_model._meta.app_label if field.is_relation and field.concrete else None
            if here in order and there in order:
                assert order[there] <= order[here], f"{model.__name__}.{field.name} points forward, to {there}"


def tables() -> list:
    """Models with a table of their own; the public site's are views of what is published."""
    return [model for model in apps.get_models() if model._meta.managed]


def models_with_a_region() -> list[str]:
    return [
        model._meta.db_table
        for model in tables()
        if any(field.column == "region_code" for field in model._meta.concrete_fields)
    ]


@pytest.mark.req("P5")
@pytest.mark.parametrize("table", models_with_a_region())
def test_every_row_with_a_region_is_under_row_level_security(db, table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
        assert cursor.fetchone() == (True, True)
        cursor.execute("SELECT count(*) FROM pg_policies WHERE tablename = %s AND policyname = 'in_scope'", [table])
        assert cursor.fetchone() == (1,)


def test_tables_without_a_region_are_known_by_name():
    """A new table has a region, or stands here with the reason why everybody may read it."""
    open_to_all = {
        "foundation_region",  # public codes and names
        "foundation_user",  # looked up before anybody is signed in
        "foundation_userscope",
        "payment_owedchange",  # numbers of people whose sums are to be added up again
        "foundation_audithead",  # digests only
        "foundation_throttle",
        "duty_device",  # a key and a name, looked up before anybody is known; who uses it stands in its logins
        "duty_flagrun",  # a moment: up to when the rules have looked
        "posts_postkind",  # what kinds of posts there are: words, no people
    }
    ours = {model._meta.db_table for model in tables() if model._meta.app_label in layers()}
    assert ours - set(models_with_a_region()) == open_to_all


def protects(operation: object) -> bool:
    return isinstance(operation, RunSQL) and "ENABLE ROW LEVEL SECURITY" in str(operation.sql)


def test_a_migration_that_protects_a_table_comes_after_the_roles_and_functions_it_uses():
    """Whatever Django's order: roles before any table, and the guards' functions before whoever calls them."""
    loader = MigrationLoader(None)

    def before(key: tuple[str, str]) -> set[tuple[str, str]]:
        return set(loader.graph.forwards_plan(key))

    ours = {key: one for key, one in loader.disk_migrations.items() if type(one).__module__.startswith("yigang.")}
    wanting = {key for key, one in ours.items() if any(protects(each) for each in one.operations)}
    assert len(wanting) > 10
    assert [key for key in wanting if ("foundation", "0001_roles") not in before(key)] == []
    making = [key for key in ours if key[0] != "foundation" and not loader.graph.node_map[key].parents]
    assert making == [("public", "0001_views")], "it makes no table; any other could run before the roles are there"


def test_the_story_tells_every_chapter_in_order():
    headings = re.findall(r"^## ([a-z]+)$", (ROOT / "docs" / "story.md").read_text(), re.MULTILINE)
    assert headings == layers()
