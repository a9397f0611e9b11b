"""The administrator's commands: accounts, audit trail, regions. Each exit status means something."""

import json
from datetime import date

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connections

from yigang.cli.main import main
from yigang.foundation import audit, regions
from yigang.foundation.models import AuditEntry, Region, User
from yigang.people.models import Person


def run(*arguments: str, stdin: str = ""):
    return CliRunner().invoke(main, list(arguments), input=stdin)


def add_wang():
    return run("user", "add", "wang", "--name", "王芳", "--role", "town_officer", "--region", "520403101")


@pytest.fixture
def clerk(db):
    assert add_wang().exit_code == 0
    return User.objects.get(username="wang")


def test_an_account_gets_a_passing_password_once(db):
    result = add_wang()
    password = result.output.split()[-1]
    user = User.objects.get(username="wang")
    assert user.check_password(password)
    assert user.must_change_password
    assert user.prefixes == ("520403101",)
    assert AuditEntry.objects.filter(verb="foundation.create_user", region_code="520403101000").exists()
    assert password not in json.dumps([entry.after for entry in AuditEntry.objects.all()])


def test_a_given_password_is_held_to_the_rules(db):
    add = ("user", "add", "li", "--name", "李", "--role", "finance", "--region", "520403", "--password-stdin")
    refused = run(*add, stdin="short\n")
    assert refused.exit_code == 1
    assert not User.objects.filter(username="li").exists()
    assert run(*add, stdin="a long enough one 7\n").exit_code == 0
    assert User.objects.get(username="li").check_password("a long enough one 7")


def test_a_taken_name_is_refused(clerk):
    result = run("user", "add", "wang", "--name", "王", "--role", "leader")
    assert result.exit_code == 1
    assert "wang" in result.output


def test_a_region_that_is_no_level_is_refused(db):
    result = run("user", "add", "li", "--name", "李", "--role", "finance", "--region", "52040")
    assert result.exit_code == 1
    assert "52040" in result.output
    assert not User.objects.filter(username="li").exists()


def test_closing_and_resetting(clerk):
    assert run("user", "reset-password", "wang").exit_code == 0
    assert run("user", "close", "wang").exit_code == 0
    clerk.refresh_from_db()
    assert not clerk.is_active
    assert run("user", "close", "wang").exit_code == 2, "there is no open account of that name any more"
    listed = json.loads(run("user", "list", "--json").output)
    assert listed == [
        {"username": "wang", "name": "王芳", "role": "town_officer", "regions": ["520403101"], "open": False}
    ]


def test_a_sound_trail_exits_with_zero(clerk):
    result = run("audit", "verify", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == {"entries": 1, "breaks": []}
    assert run("audit", "heads").output.startswith("520403 1 ")


def test_a_tampered_trail_exits_with_one_and_names_the_place(committed_db):
    for number in range(3):
        audit.record("test.verb", ("thing", str(number)), actor=None, region_code="520403101000")
    settings = connections["default"].settings_dict
    with psycopg.connect(host=settings["HOST"], dbname=settings["NAME"], user="postgres", autocommit=True) as raw:
        raw.execute("SET session_replication_role = replica")
        raw.execute("UPDATE foundation_auditentry SET verb = 'test.other' WHERE sequence = 2")
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert "520403#2: tampered" in result.output


def test_regions_come_from_the_register_and_from_an_own_file(db, tmp_path, settings):
    settings.REGION_FILES = tmp_path
    rows = {"provinces": "52,贵州省", "cities": "5204,安顺市", "areas": "520403,平坝区", "streets": ""}
    for name, text in rows.items():
        (tmp_path / f"{name}.csv").write_text(f"code,name\n{text}\n", encoding="utf-8")
    own = tmp_path / "own.csv"
    own.write_text("区划代码,名称,启用年份,停用年份\n520403101,白云镇,2010,\n520403101201,高寨村,,\n", encoding="utf-8")
    result = run("regions", "load", "--file", str(own))
    assert result.exit_code == 0, result.output
    assert "own.csv: 2 added" in result.output
    assert regions.name_of("520403101000", 2012) == "白云镇"


def test_wrong_rows_of_an_own_file_are_named(db, tmp_path, settings):
    settings.REGION_FILES = tmp_path
    for name in ("provinces", "cities", "areas", "streets"):
        (tmp_path / f"{name}.csv").write_text("code,name\n", encoding="utf-8")
    own = tmp_path / "own.csv"
    own.write_text("区划代码,名称,启用年份,停用年份\n52,贵州省,二零,\n5204031,半镇,,\n", encoding="utf-8")
    result = run("regions", "load", "--file", str(own))
    assert result.exit_code == 1
    assert "own.csv:2:" in result.output
    assert not Region.objects.exists()


def test_keys_are_rotated(db, tmp_path, monkeypatch):
    from yigang.foundation import secrets
    from yigang.foundation.vault import open_vault

    vault = open_vault(tmp_path / "keys", {})
    monkeypatch.setattr(secrets, "vault", lambda: vault)
    Person.objects.create(
        region_code="520403101201", name="人", pinyin="ren", initials="r", birth=date(1949, 12, 31), sex="M",
        identity_cipher=vault.encrypt("11010519491231002X", secrets.IDENTITY), identity_index=b"1", identity_last4_index=b"2",
    )  # fmt: skip
    result = run("keys", "rotate", "--retire")
    assert result.exit_code == 0, result.output
    assert "1 values under key 2." in result.output
    assert vault.decrypt(Person.objects.get().identity_cipher, secrets.IDENTITY) == "11010519491231002X"
