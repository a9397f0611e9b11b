"""The whole demo: files written, then brought in as an office would, by people who may."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.config.paths import VAR
from yigang.demo import (
    accounts,
    agreements,
    assets,
    bring,
    choosing,
    doubts,
    files,
    ghosts,
    going_on,
    held,
    leaving,
    money,
    papers,
    patrols,
    phone,
    places,
    requests,
    training,
    work,
)
from yigang.demo.accounts import Account
from yigang.demo.bring import Staff
from yigang.demo.cases import HANDED_ON, LEFT_TO_DO
from yigang.demo.papers import Papers
from yigang.demo.plan import Plan, pingba
from yigang.demo.planted import Garden
from yigang.demo.registers import SelectionFiles
from yigang.demo.systems import build as systems
from yigang.demo.systems.kinds import YEAR
from yigang.duty.domain.flags import find_flags, looked_until
from yigang.exchange.enums import ImportKind
from yigang.foundation import domain, regioncode, regions, rls
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.oversight.domain import find_anomalies
from yigang.posts.models import Programme

Note = Callable[[str], None]
BATCH_EVERY = 3
"""Months between two payments of the demo."""


def build_district(plan: Plan | None = None, folder: Path | None = None, *, progress: Note) -> Papers | None:
    """Write the plan's files and bring them in; where they lie. A district that is there already is left as it is: None."""
    plan = plan or pingba()
    folder = folder or folder_of(plan)
    with rls.everywhere("the demo is built by the machine's administrator"):
        if Programme.objects.filter(code=plan.programme).exists():
            progress(_("The demo is there already."))
            return None
        progress(_("Writing the office's files to %(folder)s …") % {"folder": folder})
        garden = papers.garden_of(plan)
        written = papers.write_all(plan, folder)
        load_places(plan.prefix)
        open_accounts(staff_of(plan))
        staff = Staff(plan.prefix)
    bring_in(plan, garden, written, staff, progress)
    if plan.planted:  # else the first minute's look would go through as many months as the last five minutes brought in
        with rls.everywhere("the rules have looked at the district"):
            looked_until(timezone.now())
    return written


def staff_of(plan: Plan) -> list[Account]:
    """The district has its towns' officers; a city is brought in by its own office alone."""
    if plan.prefix != accounts.COUNTY:
        return accounts.of_region(plan.prefix)
    return [
        *accounts.listed(),
        *accounts.SURVEYORS,
        *accounts.INSPECTORS,
        *accounts.CLERKS,
        *accounts.of_towns(places.villages(plan.prefix)),
    ]


def folder_of(plan: Plan) -> Path:
    return VAR / "demo" if plan.planted else VAR / f"demo-{plan.slug}"


def load_places(prefix: str) -> None:
    """Region names of the country, and the villages of the demo."""
    if not regions.loaded():
        regions.load_country()
    regions.load_villages(prefix)


def open_accounts(wanted: Iterable[Account]) -> None:
    """Open the accounts that are not there yet, ready to be used without changing the password."""
    known = set(User.objects.values_list("username", flat=True))
    for account in wanted:
        if account.username not in known:
            domain.create_user(
                account.username, name=account.name, role=account.role, prefixes=account.prefixes,
                password=account.password, actor=None, must_change_password=False,
            )  # fmt: skip


def bring_in(plan: Plan, garden: Garden, written: Papers, staff: Staff, progress: Note) -> None:
    """Rosters, then month by month: evidence, marks, every step to the seal, and every third month the bank."""
    county = staff[Role.COUNTY_MANAGER]
    programme = bring.programme(plan, county)
    for file in before_the_months(written):
        progress(_("Importing %(file)s …") % {"file": file.name})
        bring.file_in(file, ImportKind.ROSTER, programme, regioncode.pad(plan.prefix), county)
    known = dict(files.called(garden).select("user_id", "identity").iter_rows())
    for number, (month, papers_) in enumerate(zip(plan.closed_months, written.months, strict=False), 1):
        progress(_("Closing %(month)s …") % {"month": f"{month:%Y-%m}"})
        bring.month_in(papers_, programme, plan, county)
        bring.resolve(known, county)
        bring.marks_in(papers_.marks, programme, month, staff)
        money.close_month(programme, month, staff)
        if number % BATCH_EVERY == 0 or month == plan.closed_months[-1]:
            pay_out(programme, month, staff, first=number == BATCH_EVERY)
    if written.selection:
        fill_posts(garden, written.selection, programme, staff, progress)
    if written.holders:
        for file, kind in written.holders.kinds:
            progress(_("Importing %(file)s …") % {"file": file.name})
            bring.file_in(file, kind, programme, regioncode.pad(plan.prefix), county)
    if plan.planted:
        leave_open(garden, written, programme, staff, progress)
        phone.give_phones(programme)
        if len(plan.months) >= YEAR:
            progress(_("Telling a year of the four other programmes …"))
            systems.make(staff, written.folder / "四个项目")
    else:
        progress(_("Importing %(month)s …") % {"month": f"{plan.open_month:%Y-%m}"})
        bring.month_in(written.months[-1], programme, plan, county)
        bring.resolve(known, county)


def before_the_months(written: Papers) -> list[Path]:
    """The rosters; where the round is told, the new term's holders come from it and only their data from a file."""
    return [written.rosters[0], written.selection.people] if written.selection else list(written.rosters)


def fill_posts(
    garden: Garden, handed_in: SelectionFiles, programme: Programme, staff: Staff, progress: Note
) -> None:  # fmt: skip
    """Requests, registers, the round of June, what July changes, and what is left on its way for whoever tries."""
    county, region = staff[Role.COUNTY_MANAGER], regioncode.pad(garden.plan.prefix)
    progress(_("Filling the posts of the new term …"))
    with bring.acting(county):
        first, second = handed_in.labour
        bring.file_in(handed_in.centres, ImportKind.CENTRE, None, region, county)
        bring.file_in(first, ImportKind.REGISTER, None, region, county)
        for kind, file in handed_in.registers.items():
            bring.file_in(file, ImportKind.COMPARISON, None, region, county, register=kind)
        asked = requests.ask(programme, staff)
        choosing.choose(garden, programme, staff, asked)
        agreements.make(programme, garden.plan.term[0], staff)
        bring.file_in(second, ImportKind.REGISTER, None, region, county)
        leaving.leave_and_follow(garden, programme, staff)
        going_on.leave_running(programme, staff, asked)
    work.keep(programme, staff)
    assets.keep(programme, staff)
    patrols.walk(garden.plan, programme, staff, handed_in.centres.parent)
    training.teach(garden.plan, programme, staff, handed_in.centres.parent)


def pay_out(programme: Programme, month: date, staff: Staff, *, first: bool) -> None:
    """A batch; of the first one three payments bounce and wait with corrected accounts for the next."""
    batch = money.pay(programme, month, staff, bounced=len(money.BOUNCED) if first else 0)
    money.correct_accounts(batch, staff)


def leave_open(garden: Garden, written: Papers, programme: Programme, staff: Staff, progress: Note) -> None:
    """The open month: everything is in but the attendance of two towns; drafts are made, two towns are ahead."""
    plan, county, last = garden.plan, staff[Role.COUNTY_MANAGER], written.months[-1]
    progress(_("Preparing %(month)s …") % {"month": f"{plan.open_month:%Y-%m}"})
    bring.others_in(last, programme, regioncode.pad(plan.prefix), county)
    for file in last.towns:
        town = file.stem.rsplit("-", 1)[-1]
        if town not in LEFT_TO_DO:
            bring.file_in(file, ImportKind.DINGTALK, programme, regioncode.pad(plan.prefix), county)
    bring.marks_in(last.marks, programme, plan.open_month, staff)
    with rls.everywhere("phones send from where their people are"):
        doubts.send(garden, programme)
    towns = places.villages(plan.prefix).filter(pl.col("town").is_in(HANDED_ON))["town_code"].unique()
    money.draft_month(programme, plan.open_month, staff, handed_on=[regioncode.pad(town) for town in towns])
    with rls.everywhere("the rules look at everybody's evidence"):
        find_flags(programme, plan.prefix, plan.open_month)
        ghosts.haunt(garden, programme, staff, written.folder)
        find_anomalies(programme, programme.region_code, plan.open_month, actor=None)
    held.hold_back(garden, programme, staff)
