"""`yigang migrate`: bring the database to this version of the program."""

import click

from yigang.cli.context import ready


def pending() -> bool:
    """True when a migration of this version has not run on the database."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0, interactive=False)


@click.command()
def command() -> None:
    """Bring the database to this version of the program. Runs as the owner of the tables, not as the serving role."""
    ready()
    if pending():
        migrate()
        click.echo("The database is now at this version.")
    else:
        click.echo("Nothing to do.")
