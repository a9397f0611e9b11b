"""What the commands about a programme's month share: reading the month, finding the settlements, saying no.

Exit status: 0 done, 1 done with something to look at (undetermined people, differences), 2 wrong usage, 3 refused.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from yigang.cli.context import actor_named, ready
from yigang.policy.period import Period

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from yigang.foundation.jobs import Progress
    from yigang.foundation.models import User
    from yigang.payment.models import Settlement

NOTED, REFUSED = 1, 3
F = TypeVar("F", bound=Callable[..., Any])


class Month(click.ParamType[date]):
    """A month written like 2020-07, given as its first day."""

    name = "MONTH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else Period.parse(value).first
        except ValueError as error:
            self.fail(str(error), param, ctx)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print as JSON.")(command)


def region_option(*, required: bool) -> Callable[[F], F]:
    return click.option("--region", required=required, metavar="CODE", help="Code or prefix of a county or town.")


def programme_option(*, required: bool) -> Callable[[F], F]:
    return click.option("--programme", required=required, metavar="CODE", help="Code of the programme.")


@contextmanager
def acting_as(username: str) -> Iterator["User"]:
    """Act as an account, in its language of work and its region; a refusal becomes exit status 3."""
    ready()
    from yigang.foundation import rls
    from yigang.foundation.errors import Forbidden, Refusal

    actor = actor_named(username)
    try:
        with rls.scope(actor):
            yield actor
    except Refusal as refusal:
        remedy = f"\n{refusal.remedy}" if str(refusal.remedy) else ""
        click.echo(f"{refusal}{remedy}", err=True)
        sys.exit(REFUSED)
    except Forbidden as forbidden:
        click.echo(str(forbidden), err=True)
        sys.exit(REFUSED)


def full_code(region: str) -> str:
    """A code or prefix as twelve digits."""
    from yigang.foundation import regioncode

    if not region.isdigit() or len(region) not in (*regioncode.LENGTHS.values(), 12):
        raise click.BadParameter(f"{region!r} is no region code.", param_hint="--region")
    return regioncode.pad(region)


def settlements(month: date, region: str | None, programme: str | None) -> "QuerySet[Settlement]":
    """The settlements of a month that are visible, narrowed by region and programme."""
    from yigang.foundation import regioncode
    from yigang.payment.models import Settlement

    found = (
        Settlement.objects.filter(month=month).select_related("programme").order_by("programme__code", "region_code")
    )
    if region:
        found = found.filter(region_code__startswith=regioncode.prefix_of(full_code(region)))
    return found.filter(programme__code=programme) if programme else found


def echo_json(value: Any) -> None:
    from django.core.serializers.json import DjangoJSONEncoder

    click.echo(json.dumps(value, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder))


@contextmanager
def progress_bar(label: str, *, hidden: bool) -> Iterator["Progress"]:
    """A bar on standard error that takes (done, total)."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def note(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield note
