"""The `yigang` command. Subcommands are imported when they are asked for, so that `--help` stays instant."""

import sys
from importlib import import_module

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "policy": ("yigang.cli.policy", "Check, describe and list the policies and their measures."),
    "engine": ("yigang.cli.engine", "Settle and explain from files, without a database."),
    "track": ("yigang.cli.track", "Measure a patrol's track from its file, without a database."),
    "run": ("yigang.cli.run", "Start everything: database, worker, console."),
    "worker": ("yigang.cli.worker", "Run the jobs of the queue."),
    "migrate": ("yigang.cli.migrate", "Bring the database to this version."),
    "demo": ("yigang.cli.demo", "Build the demo district and import its files."),
    "regions": ("yigang.cli.regions", "Load region codes and names."),
    "user": ("yigang.cli.user", "Add accounts."),
    "keys": ("yigang.cli.keys", "Rotate the keys that personal data is encrypted with."),
    "audit": ("yigang.cli.audit", "Verify the audit trail."),
    "records": ("yigang.cli.records", "Verify what phones sent."),
    "import": ("yigang.cli.imports", "Import a roster, attendance, leave or logs."),
    "pull": ("yigang.cli.pull", "Fetch attendance from DingTalk or WeCom."),
    "simulate-day": ("yigang.cli.simulate_day", "Let many phones work a day against a running server."),
    "settle": ("yigang.cli.settle", "Compute a month."),
    "explain": ("yigang.cli.explain", "Say why a line is what it is."),
    "seal": ("yigang.cli.seal", "Close a reviewed month for good."),
    "verify": ("yigang.cli.verify", "Compute a sealed month again and compare."),
    "inspection": ("yigang.cli.inspection", "Draw a week's inspections again from what was laid open."),
    "anomalies": ("yigang.cli.anomalies", "Look for what a year of evidence and pay does not explain."),
    "bank": ("yigang.cli.bank", "Write a batch for the bank, read its return."),
}
"""Command name → module that holds a click command called `command`, and its one-line help."""


REFUSALS = ("yigang.foundation.errors.Refusal", "yigang.foundation.errors.Forbidden")
REFUSED = 3
"""Exit status when a verb refused: nothing was changed, and the sentence says what to do."""


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported on use. What a verb refuses is a sentence, not a trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ValueError, PermissionError) as error:
            if not _is_refusal(error):
                raise
            click.secho(str(error), fg="red", err=True)
            sys.exit(REFUSED)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in sorted(COMMANDS.items())])


def _is_refusal(error: Exception) -> bool:
    """Asked without importing the chapter, which would slow every command down by Django."""
    return any(f"{kind.__module__}.{kind.__name__}" in REFUSALS for kind in type(error).__mro__)


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yigang")
def main() -> None:
    """Yigang 益岗: from a roster and a month of attendance to money that can be explained."""


if __name__ == "__main__":
    main()
