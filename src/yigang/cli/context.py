"""What commands that use the database share: Django, the embedded server, and on whose behalf they act."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def words() -> None:
    """Set Django up with the language that is spoken; the database is left alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")
    import django
    from django.utils import translation

    from yigang.config import messages

    messages.compile_all()  # before Django looks for them: what it did not find it would not find again
    django.setup()
    translation.activate(os.environ.get("YIGANG_LANGUAGE", "zh-hans"))


def ready() -> None:
    """`words`, and start the embedded server if it is meant and does not run."""
    words()
    from django.conf import settings

    if settings.EMBEDDED and not settings.TESTING:
        from yigang.config.paths import VAR
        from yigang.config.postgres import Cluster, ensure_database

        cluster = Cluster(VAR / "postgres")
        cluster.start()
        ensure_database(cluster, "yigang")


def actor_option(command: F) -> F:
    """`--as USERNAME`: the account whose rights and region the command acts under, and whom the audit trail names."""
    option = click.option(
        "--as", "username", envvar="YIGANG_ACTOR", required=True, help="Account to act as; its role and region apply."
    )
    return option(command)


def actor_named(username: str) -> Any:
    """The active account of that name, or a usage error."""
    from yigang.foundation.models import User

    user = User.objects.prefetch_related("scopes").filter(username=username, is_active=True).first()
    if user is None:
        raise click.UsageError(f"There is no active account {username!r}; add one with `yigang user add`.")
    return user
