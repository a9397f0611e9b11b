"""The whole demo: files written, then brought in as an office would, by people who may."""

from collections.abc import Callable, Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from yigang.config.paths import VAR
from yigang.demo import accounts, papers, places
from yigang.demo.accounts import Account
from yigang.demo.plan import Plan, pingba
from yigang.foundation import domain, regioncode, regions, rls
from yigang.foundation.models import User

Note = Callable[[str], None]


def build_district(plan: Plan | None = None, folder: Path | None = None, *, progress: Note) -> None:
    """Write the plan's files and bring them in. What is there already is left as it is."""
    plan = plan or pingba()
    folder = folder or VAR / "demo" / plan.slug
    progress(_("Writing the office's files to %(folder)s …") % {"folder": folder})
    papers.write_all(plan, folder)
    with rls.everywhere("the demo district is built by the machine's administrator"):
        if not regions.children(regioncode.pad(plan.prefix)):
            regions.load_country()
        regions.load_villages(plan.prefix)
        progress(_("Opening accounts …"))
        open_accounts([*accounts.listed(), *accounts.of_towns(places.villages(plan.prefix))])


def open_accounts(wanted: Iterable[Account]) -> None:
    """Open the accounts that are not there yet, ready to be used without changing the password."""
    known = set(User.objects.values_list("username", flat=True))
    for account in wanted:
        if account.username not in known:
            domain.create_user(
                account.username, name=account.name, role=account.role, prefixes=account.prefixes,
                password=account.password, actor=None, must_change_password=False,
            )  # fmt: skip
