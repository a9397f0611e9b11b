"""`yigang simulate-day`: many phones against a running server, to see that nothing is lost before people rely on it."""

import sys

import click

from yigang.cli.context import actor_option
from yigang.cli.months import NOTED, acting_as, echo_json, json_option, progress_bar


@click.command("simulate-day")
@click.option(
    "--phones", type=click.IntRange(1, 20_000), default=20, show_default=True, help="How many phones at most."
)
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the server answers.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed, the same day.")
@actor_option
@json_option
def command(phones: int, url: str, seed: int, username: str, as_json: bool) -> None:
    """Give people in post a code, sign them in over HTTP, and let them live a day: what the policy of the post uses of
    consents, check-in with a photo, patrol, log and check-out. Some have no signal until the evening, some answers get lost.

    Real records of real accounts come of it: for a trial, never on a county that is at work. The account must be allowed to issue
    codes where the people live.

    Exit status: 0 everything arrived and counts, 1 something did not, 2 wrong usage, 3 refused.
    """
    with acting_as(username) as actor:
        from yigang.duty.domain.logins import holders, issue_code
        from yigang.duty.sync.simulate import Person, simulate
        from yigang.people.models import Person as Row

        rows = list(Row.objects.filter(holders()).exclude(phone="").order_by("pk")[:phones])
        if not rows:
            raise click.UsageError("Nobody in post there has a phone number on file.")
        people = [Person(row.phone, issue_code(row, actor=actor)[1], 26.41, 106.25) for row in rows]
        with progress_bar("phones", hidden=as_json) as progress:
            outcome = simulate(url, people, seed=seed, told=lambda done: progress(done, len(people)))
    if as_json:
        echo_json(outcome.as_json())
    else:
        for name, value in outcome.as_json().items():
            click.echo(f"{name:<12} {value}")
    sys.exit(0 if outcome.whole else NOTED)
