"""`yigang user`: accounts, for whoever administers the machine."""

import json
import secrets
import sys

import click

from yigang.cli.context import actor_named, ready
from yigang.foundation.enums import Role

PASSWORD_BYTES = 12


@click.group("user")
def command() -> None:
    """Add, list and close accounts, and give passing passwords."""


@command.command()
@click.argument("username")
@click.option("--name", required=True, help="Name of the person.")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="What the account may do."
)
@click.option(
    "--region", "regions", multiple=True, metavar="PREFIX",
    help="Code prefix it works in (520403 a county, 520403100 a town); repeat for several. Without one it sees nothing.",
)  # fmt: skip
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
def add(username: str, name: str, role: str, regions: tuple[str, ...], password_stdin: bool) -> None:
    """Add an account. Prints a passing password once; it must be changed at the first sign-in."""
    ready()
    from yigang.foundation import domain, rls
    from yigang.foundation.errors import Refusal

    password = _given() if password_stdin else secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        with rls.everywhere("the machine's administrator"):
            domain.create_user(username, name=name, role=Role(role), prefixes=regions, password=password, actor=None)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{username} added." if password_stdin else f"{username} added. Passing password: {password}")


def _given() -> str:
    """The first line of standard input, held to the rules of passwords."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    return password


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> None:
    """Print every account with its role, its regions and whether it is open."""
    ready()
    from yigang.foundation.models import User

    users = [(user, user.prefixes) for user in User.objects.order_by("username")]
    if as_json:
        rows = [
            {
                "username": user.username,
                "name": user.name,
                "role": user.role,
                "regions": regions,
                "open": user.is_active,
            }
            for user, regions in users
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for user, regions in users:
        closed = "" if user.is_active else "  (closed)"
        click.echo(f"{user.username:20} {user.role:16} {','.join(regions) or '-':24} {user.name}{closed}")


@command.command()
@click.argument("username")
def close(username: str) -> None:
    """Close an account; its history stays."""
    ready()
    from yigang.foundation import domain, rls

    with rls.everywhere("the machine's administrator"):
        domain.close_user(actor_named(username), actor=None)
    click.echo(f"{username} closed.")


@command.command("reset-password")
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
def reset_password(username: str, password_stdin: bool) -> None:
    """Give a passing password, lift a lock, and ask for a new one at the next sign-in."""
    ready()
    from yigang.foundation import domain, rls

    password = _given() if password_stdin else secrets.token_urlsafe(PASSWORD_BYTES)
    with rls.everywhere("the machine's administrator"):
        domain.reset_password(actor_named(username), password, actor=None)
    click.echo(f"{username}: password changed." if password_stdin else f"{username}: passing password: {password}")
