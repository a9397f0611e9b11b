"""Starting and stopping the program's processes together: web server, worker, and the embedded database below them."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 20


def _die_with_parent() -> None:
    """On Linux a child whose parent was killed gets SIGTERM too, so that nothing holds the port for the next start."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Family:
    """Child processes that live and die together."""

    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    stopping: bool = False

    def heed(self) -> None:
        """From here on Ctrl-C and its like ask to stop, whatever they interrupt; `watch` carries it out."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def start(self, command: Sequence[str]) -> None:
        # A session of its own: Ctrl-C reaches us only, and we stop the children in order.
        self.children.append(
            subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603 - before any thread
        )

    def until_it_listens(self, host: str, port: int) -> bool:
        """Wait for the server's port; False when a child ended, or somebody asked to stop, before it opened."""
        while not self.stopping and not any(child.poll() is not None for child in self.children):
            try:
                socket.create_connection((host, port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return True
        return False

    def watch(self) -> int:
        """Wait until somebody asks to stop or a child ends by itself; returns the exit status to end with."""
        while not self.stopping:
            ended = [child for child in self.children if child.poll() is not None]
            if ended:
                self.end()
                return ended[0].returncode or 1
            time.sleep(0.2)
        self.end()
        return 0

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the handler's signature
        self.stopping = True

    def end(self) -> None:
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
