"""An empty database migrated twice, by `yigang migrate` and by Django's own way: the time of both, and that they end the same.

python -m bench.migrations
"""

import subprocess
import sys
import time
from pathlib import Path

from bench.database import own_database


def dump(database: str) -> str:
    """The tables, functions, policies and rights of a database as SQL, which is the same text for the same schema."""
    from yigang.config.paths import VAR
    from yigang.config.postgres import Cluster, binaries

    url = Cluster(VAR / "postgres").url("postgres", database)
    command = [binaries() / "pg_dump", "--schema-only", "--restrict-key=same", url]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def theirs(folder: Path) -> float:
    """Seconds that Django's own migration of a second database takes."""
    from django.core.management import call_command
    from django.db import connections

    from yigang.config.postgres import Cluster, ensure_database

    ensure_database(Cluster(folder / "postgres"), "theirs")
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict |= {"NAME": "theirs"}
    start = time.process_time()
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    return time.process_time() - start


def main() -> int:
    start = time.process_time()
    with own_database() as folder:
        ours = time.process_time() - start
        longer = theirs(folder)
        one, other = dump("yigang"), dump("theirs")
    print(f"yigang migrate {ours:.1f} s of the processor, Django alone {longer:.1f} s: {longer / ours:.0f} times")
    print(f"schema of {one.count(chr(10)):,} lines: {'the same to the byte' if one == other else 'NOT THE SAME'}")
    return int(one != other)


if __name__ == "__main__":
    sys.exit(main())
