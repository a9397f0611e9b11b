"""`DATABASE_URL`: an office's own PostgreSQL instead of the embedded one, 15 or newer, by a role that is no superuser."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yigang.config import postgres

DEBIANS = Path("/usr/lib/postgresql/15/bin")
"""The oldest server that the program runs on. All other tests migrate the embedded one, by a role that is no superuser too."""


@pytest.fixture
def server(monkeypatch) -> Iterator[str]:
    """The address of a database of the office, owned by its role `yigang`."""
    programs = DEBIANS if DEBIANS.exists() else postgres.binaries()
    monkeypatch.setattr(postgres, "binaries", lambda: programs)
    with tempfile.TemporaryDirectory(prefix="yigang-own-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, postgres.system_user().pw_uid, postgres.system_user().pw_gid)
        data = str(folder / "data")
        postgres.binary_command(
            "initdb", "-D", data, "-U", "office", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        options = f"-c listen_addresses='' -k {folder} -c fsync=off"
        postgres.binary_command("pg_ctl", "-D", data, "start", "-w", "-l", str(folder / "log"), "-o", options)
        try:
            with psycopg.connect(f"postgresql://office@/postgres?host={folder}", autocommit=True) as connection:
                connection.execute("CREATE ROLE yigang LOGIN CREATEROLE")
                connection.execute("CREATE DATABASE yigang OWNER yigang")
            yield f"postgresql://yigang@/yigang?host={folder}"
        finally:
            postgres.binary_command("pg_ctl", "-D", data, "stop", "-m", "immediate", "-w")


def yigang(address: str, var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YIGANG", "DATABASE", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "yigang.cli.main", *arguments], env={**kept, "YIGANG_VAR": str(var), "DATABASE_URL": address},
        text=True, capture_output=True, check=False,
    )  # fmt: skip


def test_an_offices_own_server_is_migrated_and_used(server, tmp_path):
    migrated = yigang(server, tmp_path, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    added = yigang(
        server, tmp_path, "user", "add", "wang", "--name", "王芳", "--role", "town_officer", "--region", "520403101"
    )
    assert added.returncode == 0, added.stderr
    assert not (tmp_path / "postgres").exists(), "the embedded server was not needed"
    with psycopg.connect(server) as connection:
        connection.execute("SET ROLE yigang_app")
        assert connection.execute("SELECT count(*) FROM people_person").fetchone() == (0,)
        connection.execute("SELECT set_config('yigang.scope', '*', false)")
        entries = connection.execute("SELECT count(*) FROM foundation_auditentry").fetchone()
        assert entries > (0,)
        assert connection.execute("DELETE FROM foundation_auditentry").rowcount == 0
        assert connection.execute("SELECT count(*) FROM foundation_auditentry").fetchone() == entries
