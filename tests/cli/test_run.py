"""`yigang run`: one command starts everything, Ctrl-C stops all of it, a hard stop loses nothing that was acknowledged."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from yigang.config.paths import WEB_DIST

pytestmark = pytest.mark.skipif(not WEB_DIST.exists(), reason="styles and scripts are not built; run `make web`")


NEW_ACCOUNT = ("user", "add", "keeps", "--name", "某人", "--role", "auditor", "--region", "520403")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """The program in a folder of its own, as an operator has it: started, watched by its words, stopped by signals."""

    def __init__(self, var: Path) -> None:
        self.var, self.port = var, free_port()
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("YIGANG", "DATABASE", "DJANGO"))
        }
        self.environment = {**kept, "YIGANG_VAR": str(var)}

    def yigang(self, *arguments: str) -> list[str]:
        return [sys.executable, "-u", "-m", "yigang.cli.main", *arguments]

    def start(self) -> subprocess.Popen[str]:
        """Returns when the program says that it listens."""
        command = self.yigang("run", "--no-demo", "--workers", "1", "--port", str(self.port))
        process = subprocess.Popen(
            command, env=self.environment, text=True, stdout=subprocess.PIPE, start_new_session=True
        )
        for line in process.stdout:
            if "Ctrl-C" in line:
                return process
        raise AssertionError(f"it ended with {process.wait()} before it listened")

    def do(self, *arguments: str) -> str:
        return subprocess.run(
            self.yigang(*arguments), env=self.environment, text=True, capture_output=True, check=True
        ).stdout

    def is_refused(self, word: str, *arguments: str) -> None:
        """A verb says no: a sentence with `word` and a status of its own, no trace of the program's inside."""
        refused = subprocess.run(
            self.yigang(*arguments), env=self.environment, text=True, capture_output=True, check=False
        )
        assert refused.returncode in (1, 3)
        assert word in refused.stderr
        assert "Traceback" not in refused.stderr

    def answers(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30) as answer:
            return answer.read().decode()

    def processes(self) -> list[psutil.Process]:
        """Everything that belongs to this program, the database's own processes too."""
        return [one for one in psutil.process_iter() if self._is_ours(one)]

    def kill(self) -> None:
        """All at once, as a power cut would; the database's own children may follow their parent by themselves."""
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and (
                str(self.var) in " ".join(process.cmdline()) or process.environ().get("YIGANG_VAR") == str(self.var)
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that no other run of the tests tidies up."""
    with tempfile.TemporaryDirectory(prefix="yigang-run-") as name:
        yield Path(name)


@pytest.fixture
def program(folder) -> Iterator[Program]:
    """Where the program may never have been started; whatever is left of it afterwards is ended."""
    program = Program(folder)
    yield program
    program.kill()


@dataclass(frozen=True)
class FirstStart:
    """What was seen when the program was started in an empty folder, and stopped."""

    page: str
    status: int
    left: list[psutil.Process]


@pytest.fixture(scope="module")
def first_start(folder) -> FirstStart:
    """Making and migrating a database is most of the time here, so all tests that need one share this."""
    program = Program(folder)
    try:
        process = program.start()
        page = program.answers()
        process.send_signal(signal.SIGINT)
        status = process.wait(timeout=60)
        process.stdout.close()
        return FirstStart(page, status, program.processes())
    finally:
        program.kill()


def test_one_command_starts_everything_and_ctrl_c_stops_all_of_it(first_start):
    assert "<html" in first_start.page
    assert first_start.status == 0
    assert first_start.left == []


@pytest.mark.usefixtures("first_start")
def test_a_hard_stop_of_all_processes_loses_nothing_acknowledged(program):
    """Also over the start after it, which finds what the killed database left lying about, the account among it."""
    killed = program.start()
    assert "keeps" in program.do(*NEW_ACCOUNT)
    program.kill()
    killed.wait(timeout=60)
    killed.stdout.close()
    second = program.start()
    assert "<html" in program.answers()
    program.is_refused("keeps", *NEW_ACCOUNT)
    assert program.do("audit", "verify")
    second.send_signal(signal.SIGINT)
    assert second.wait(timeout=60) == 0
    second.stdout.close()
    assert program.processes() == []


def test_a_port_in_use_is_said_before_anything_is_started(program):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", program.port))
        taken.listen()
        command = program.yigang("run", "--no-demo", "--port", str(program.port))
        refused = subprocess.run(command, env=program.environment, text=True, capture_output=True, check=False)
    assert refused.returncode == 1
    assert str(program.port) in refused.stderr
    assert program.processes() == []
