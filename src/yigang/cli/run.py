"""`yigang run`: everything that the program needs, started in one command and stopped by Ctrl-C."""

import socket
import sys

import click

from yigang.cli.context import ready
from yigang.cli.migrate import migrate, pending
from yigang.config.paths import VAR, WEB_DIST
from yigang.config.postgres import Cluster
from yigang.config.serve import Family, python

APPLICATION = "yigang.config.wsgi:application"


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def collect_static() -> None:
    """Put styles and scripts where the server looks, when they were built after the last time."""
    from django.core.management import call_command

    stamp = VAR / "static" / ".collected"
    newest = max((file.stat().st_mtime for file in WEB_DIST.rglob("*") if file.is_file()), default=0.0)
    if not WEB_DIST.exists():
        raise click.ClickException("The styles and scripts are not built. Run `make web`.")
    if not stamp.exists() or stamp.stat().st_mtime < newest:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.touch()


THREADS = 32
"""Of one process: phones that wait for a commit together. Pages take four of them (`config/wsgi.py`)."""
SERVER = ("--interface", "wsgi", "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "error")
"""How the web server is started, here and where it is measured."""


def prepare(*, demo: bool) -> None:
    """Database, migrations, region names, styles; and the demo district when the database is empty."""
    ready()
    if pending():
        click.echo("Bringing the database to this version …")
        migrate()
    from yigang.foundation import regions
    from yigang.foundation.models import User

    if not regions.loaded():
        click.echo("Loading region codes …")
        regions.load_country()
    collect_static()
    if demo and not User.objects.exists():
        from yigang.demo import build

        build.build_district(progress=lambda note: click.echo(f"  {note}"))


def announce(address: str) -> None:
    """Say where it is, and with which accounts of the demo one can sign in, if they are there."""
    from django.db import connections

    from yigang.demo import accounts, phone
    from yigang.foundation.models import User

    known = set(User.objects.filter(is_active=True).values_list("username", flat=True))
    rangers = phone.listed()
    connections.close_all()
    click.secho(f"\n益岗 Yigang  →  {address}\n", bold=True)
    for account in accounts.listed():
        if account.username in known:
            click.echo(f"  {account.username:<12} {account.password:<18} {account.role_label}")
    for ranger in rangers:
        click.echo(f"  {ranger.phone:<12} {ranger.password:<18} {ranger.role_label} {ranger.name} · {address}field/")
    if not known:
        click.echo("  No account yet: yigang user add NAME --name … --role county_manager --region 520403")
    click.echo("\nCtrl-C stops everything.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, envvar="YIGANG_PORT", show_default=True)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes of the web server.")
@click.option(
    "--demo/--no-demo", default=True, show_default=True, help="Fill an empty database with the demo district."
)
def command(host: str, port: int, workers: int, demo: bool) -> None:
    """Start everything: the embedded database (or DATABASE_URL), the worker and the console."""
    if not port_is_free(host, port):
        raise click.ClickException(
            f"Port {port} is in use. Stop what uses it, or choose another: yigang run --port 8001"
        )
    from django.conf import settings

    try:
        prepare(demo=demo)
        status = serve(host, port, workers)
    finally:
        if settings.EMBEDDED:
            Cluster(VAR / "postgres").stop()
    sys.exit(status)


def serve(host: str, port: int, workers: int) -> int:
    """Run the server and the worker until one of them ends or somebody stops us."""
    from django.db import connections

    connections.close_all()
    family = Family()  # the worker comes second: whoever waits at the browser is not kept waiting by it
    family.heed()
    where = ["--host", host, "--port", str(port), "--workers", str(workers)]
    family.start(python("-m", "granian", *SERVER, *where, APPLICATION))
    if family.until_it_listens(host, port):
        announce(f"http://{host}:{port}/")
    if not family.stopping:
        family.start(python("-m", "yigang.cli.main", "worker"))
    return family.watch()
