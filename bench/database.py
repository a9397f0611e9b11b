"""A database of the measurement's own, below a temporary folder, gone afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_database() -> Iterator[Path]:
    """Django set up on a new, migrated cluster in the yielded folder; every region is visible inside."""
    with tempfile.TemporaryDirectory(prefix="yigang-bench-", dir="/tmp") as folder:
        os.environ |= {"YIGANG_VAR": folder, "DJANGO_SETTINGS_MODULE": "yigang.config.settings"}
        Path(folder).chmod(0o711)
        import django

        django.setup()
        from yigang.cli.migrate import migrate
        from yigang.config.postgres import Cluster, ensure_database
        from yigang.foundation import rls

        cluster = Cluster(Path(folder) / "postgres")
        cluster.start()
        try:
            ensure_database(cluster, "yigang")
            migrate()
            with rls.everywhere("measuring"):
                yield Path(folder)
        finally:
            cluster.stop()
