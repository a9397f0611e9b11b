"""`yigang migrate`: bring the database to this version of the program."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from yigang.cli.context import ready


def pending() -> bool:
    """True when a migration of this version has not run on the database."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _without_their_neighbours() -> Iterator[None]:
    """While this lasts, a step of a migration draws up anew the model that it changes, not all that are related to it.

    Here nearly every model points at a region and a user, so Django draws up most of the project at every one of several
    hundred steps, which grows with the square of the project. What the neighbours are drawn up for, a key whose type changes
    and with it the columns that point to it, no migration of ours does (docs/decisions/0028).
    """
    from django.db.migrations.state import ProjectState

    def itself(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:  # noqa: ARG001 - Django hands it in
        if "apps" in vars(state):  # asking for them would draw all
            state.apps.unregister_model(app_label, model_name)
            state.apps.render_multiple([state.models[app_label, model_name]])

    theirs = ProjectState.reload_model
    setattr(ProjectState, "reload_model", itself)  # noqa: B010 - mypy forbids assigning to a method
    try:
        yield
    finally:
        setattr(ProjectState, "reload_model", theirs)  # noqa: B010 - as above


def migrate() -> None:
    from django.core.management import call_command

    with _without_their_neighbours():
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
