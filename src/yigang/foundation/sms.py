"""Short messages. Who carries them is a contract of the office, so this is a port: off, or into a file or the log.

An office's own carrier is a class with `send`, named in `sender`; nothing else of the program knows who it is.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

log = logging.getLogger("yigang.sms")


class Sender(Protocol):
    """Hands one message to a carrier; raises when it is not taken."""

    def send(self, phone: str, text: str) -> None: ...


class LogSender:
    """Writes messages to the program's log. For trying things out: the log then holds codes and numbers."""

    def send(self, phone: str, text: str) -> None:
        log.info("SMS to %s: %s", phone, text)


@dataclass(frozen=True)
class FileSender:
    """Appends messages to a file, a line each: phone, tab, text. For a carrier's own program that watches the file."""

    file: Path

    def send(self, phone: str, text: str) -> None:
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(f"{phone}\t{text}\n")


def sender() -> Sender | None:
    """The carrier that `YIGANG_SMS` names: `log`, `file:/path`, or none."""
    kind, _colon, place = settings.SMS.partition(":")
    if kind == "log":
        return LogSender()
    return FileSender(Path(place)) if kind == "file" and place else None
