"""Processor time of this process and of those it measures, which tells a busy machine from a slow program."""

import os
from typing import Any

import psutil


def processor_seconds() -> float:
    """Of this process, and of the server below the benchmark's folder with its children."""
    everyone = [
        psutil.Process(),
        *(one for one in psutil.process_iter() if os.environ["YIGANG_VAR"] in " ".join(_args(one))),
    ]
    for parent in everyone[1:]:
        everyone += parent.children(recursive=True)
    times = [one.cpu_times() for one in {each.pid: each for each in everyone}.values()]
    return sum(each.user + each.system for each in times)


def processor_of(process: psutil.Process) -> float:
    """Seconds of a process, its children, and those of them that have ended."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


def _args(process: Any) -> list[str]:
    try:
        found: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return found
