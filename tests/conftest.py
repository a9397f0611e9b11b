"""One PostgreSQL for the tests, under `var/`; a migrated template is copied for every worker, so a run starts in a second.

Tests run as the serving role under row-level security. Inside a test everything is visible unless it opens a scope.
"""

import fcntl
import gc
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from asgiref.sync import SyncToAsync
from django.db import connections
from django.utils.translation.reloader import translation_file_changed
from hypothesis import HealthCheck, settings
from psycopg import sql

from yigang.cli.migrate import migrate
from yigang.config import messages
from yigang.config.paths import ROOT, ensure_var
from yigang.config.postgres import Cluster, ensure_database
from yigang.foundation import regions, rls
from yigang.foundation.enums import Role
from yigang.foundation.models import User, UserScope

CLUSTER = Cluster(ensure_var() / "test-postgres")
LOCK = ensure_var() / "test-postgres.lock"
LOCK_KEY = pytest.StashKey()
SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "max_connections=100")
"""Nothing of these databases outlives a run."""
LONG = (
    ("tests/journeys/test_from_request_to_first_day.py", "tests/journeys/test_month.py", "tests/journeys/"),
    (
        "tests/cli/test_own_server.py", "tests/cli/test_run.py", "tests/demo/", "tests/people/idcard/",
        "tests/notices/test_scans.py", "tests/duty/sync/", "tests/console/test_every_link.py", "tests/policy/test_laws.py",
        "tests/recruitment/",
    ),
)  # fmt: skip
"""The longest files in the order in which they begin, for one worker and for the next; the browser's are one worker's."""
NUMBERS = count(1)
TOO_SLOW = [HealthCheck.too_slow]  # a busy machine is slow, not wrong
settings.register_profile("suite", derandomize=True, database=None, deadline=None, suppress_health_check=TOO_SLOW)
settings.load_profile("suite")
COUNTY, TOWN, OTHER_TOWN, VILLAGE = "520403", "520403100", "520403101", "520403100201"


def pytest_configure(config: pytest.Config) -> None:
    """Every process of a run holds the lock together; the last one to leave stops the server. Words are compiled once."""
    config.stash[LOCK_KEY] = LOCK.open("w")
    fcntl.flock(config.stash[LOCK_KEY], fcntl.LOCK_SH)
    if not hasattr(config, "workerinput"):
        messages.compile_all()
        translation_file_changed(None, Path("django.mo"))  # words that were read before they were compiled


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first, dealt among the workers, and a file's tests stay together.

    xdist gives each worker its share of the list and lets whoever has none left take from the end of another's, where what is
    short lies now. So no long test begins when the others have ended, and no module's set-up is made by both.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    hands: list[list[pytest.Item]] = [[] for _worker in range(workers)]
    for number, prefixes in enumerate(LONG):
        for prefix in prefixes:
            for path in [path for path in files if path.startswith(prefix)]:
                hands[number % workers] += files.pop(path)
    for tests in files.values():
        hand = next((hand for hand in hands if len(hand) < len(items) // workers), hands[-1])
        hand += tests
    items[:] = [item for hand in hands for item in hand]


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end; the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    handle = config.stash.get(LOCK_KEY, None)
    if handle is None or hasattr(config, "workerinput"):
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        CLUSTER.stop()
    except BlockingIOError:
        return
    finally:
        handle.close()


def migrations_digest() -> str:
    files = [*sorted((ROOT / "src").glob("yigang/*/migrations/*.py")), ROOT / "uv.lock"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def as_superuser(statement: sql.Composable | str) -> bool:
    """Run one statement as the cluster's superuser; True when it returned a row."""
    with psycopg.connect(CLUSTER.url("postgres", "postgres"), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.description is not None and cursor.fetchone() is not None


def point_to(database: str) -> None:
    """Every alias of this process opens `database` from now on, in the thread that serves coroutines too."""
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database


def ensure_template() -> str:
    """The migrated, empty database that copies are made from; remade when a migration changes."""
    name = f"template_{migrations_digest()}"
    if as_superuser(sql.SQL("SELECT 1 FROM pg_database WHERE datname = {}").format(name)):
        return name
    building = f"{name}_building"
    drop(building)
    ensure_database(CLUSTER, building)
    point_to(building)
    migrate()
    point_to("postgres")
    as_superuser(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))
    return name


def copy_template(name: str) -> None:
    """Copied file by file, which costs less than half of copying through the log."""
    template = sql.Identifier(ensure_template())
    drop(name)
    copy = "CREATE DATABASE {} OWNER yigang_owner TEMPLATE {} STRATEGY FILE_COPY"
    as_superuser(sql.SQL(copy).format(sql.Identifier(name), template))


def drop(name: str) -> None:
    as_superuser(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """Replaces pytest-django's: our own template, our two roles."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock(), (ensure_var() / "test-template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        CLUSTER.start(*SETTINGS)
        copy_template(name)
        point_to(name)
    yield
    with django_db_blocker.unblock():
        point_to("postgres")
        drop(name)


@contextmanager
def own_database(blocker: Any) -> Iterator[str]:
    """A database in which commits are real. No two have one name, since a program may remember what is committed in one."""
    name = f"own_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{next(NUMBERS)}"
    with blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        copy_template(name)
        point_to(name)
        with rls.everywhere("the test's own set-up"):
            yield name
        point_to(before)
        drop(name)


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker) -> Iterator[str]:
    """For tests of crashes, several connections and the browser."""
    with own_database(django_db_blocker) as name:
        yield name


@pytest.fixture(scope="module")
def database_of_module(django_db_setup, django_db_blocker) -> Iterator[str]:
    """For thousands of verbs in a row: in one transaction each looks for its row among all that those before have left."""
    with own_database(django_db_blocker) as name:
        yield name


@pytest.fixture
def db(db) -> Iterator[None]:
    """pytest-django's `db`, a transaction that is rolled back, with every region visible to the set-up."""
    with rls.everywhere("the test's own set-up"):
        yield


@pytest.fixture(autouse=True)
def fresh_region_names() -> None:
    """Names of regions are kept per process, and every test has regions of its own."""
    regions.forget()


@pytest.fixture
def make_user(request) -> Callable[..., User]:
    """`make_user(Role.TOWN_OFFICER, "520403100")`; without a prefix the account sees nothing."""
    if "committed_db" not in request.fixturenames:
        request.getfixturevalue("db")

    def make(role: Role, *prefixes: str, username: str = "") -> User:
        number = User.objects.count() + 1
        user = User.objects.create(
            username=username or f"{role}{number}", name=f"{role}{number}", role=role, must_change_password=False
        )
        UserScope.objects.bulk_create(UserScope(user=user, prefix=prefix) for prefix in prefixes)
        return user

    return make


@pytest.fixture
def county_manager(make_user) -> User:
    return make_user(Role.COUNTY_MANAGER, COUNTY)


@pytest.fixture
def town_officer(make_user) -> User:
    return make_user(Role.TOWN_OFFICER, TOWN)


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path) -> None:
    """Uploads of a test go with the test."""
    storages = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}},
    }
    settings.STORAGES = storages


@pytest.fixture
def shared_data() -> Path:
    """Real input that is not part of the project; absent outside the engineers' machines."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.exists():
        pytest.skip("the folder of real input is not beside this checkout")
    return folder
