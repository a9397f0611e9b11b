"""The office's files brought in by the people whose part it is, through the importers and verbs that everybody uses."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from yigang.appraisal.domain import GivenMark, give_marks
from yigang.demo.files import MonthFiles
from yigang.demo.plan import Plan
from yigang.duty import domain as duty
from yigang.duty.models import UnmatchedRow
from yigang.exchange import domain as exchange
from yigang.exchange import tables
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.models import FileImport
from yigang.foundation import identity, regioncode, rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.models import Person
from yigang.posts import domain as posts
from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

Note = Callable[[str], None]
MARK_COLUMNS = (
    ColumnSpec("identity", "身份证号", required=True, kind="identity"),
    ColumnSpec("post_number", "岗位编号", required=True),
    ColumnSpec("name", "评定名称", required=True),
    ColumnSpec("value", "分数", required=True, kind="decimal"),
    ColumnSpec("reason", "理由", required=True),
)
"""The town's list of marks, as it hands it in on paper or as a table."""


class Staff:
    """Who does what: the county's people by role, and one officer for each town."""

    def __init__(self, prefix: str) -> None:
        county = list(User.objects.filter(scopes__prefix=prefix).order_by("pk").prefetch_related("scopes"))
        self._by_role = {user.role: user for user in reversed(county)}
        self.deputy = [user for user in county if user.role == Role.COUNTY_MANAGER][-1]
        """A second county manager: nobody approves what he has computed."""
        self.surveyors = [user for user in county if user.role == Role.STATION_OFFICER]
        """Who marks applicants at their homes."""
        self.inspectors = [user for user in county if user.role == Role.INSPECTOR]
        """Each goes alone as a group of a drawn week."""
        self.clerk = User.objects.filter(role=Role.VILLAGE_CLERK).prefetch_related("scopes").first()
        clerks = User.objects.filter(role=Role.VILLAGE_CLERK, is_active=True).prefetch_related("scopes")
        self._clerks = {prefix[:9]: user for user in clerks for prefix in user.prefixes}
        self.station = User.objects.filter(username="station").prefetch_related("scopes").first()
        officers = User.objects.filter(role=Role.TOWN_OFFICER, is_active=True).order_by("pk").prefetch_related("scopes")
        self.officers = {regioncode.pad(prefix): user for user in officers for prefix in user.prefixes}

    def officer_of(self, region_code: str) -> User:
        """The town officer in whose town a village lies."""
        return self.officers[regioncode.pad(region_code[:9])]

    def clerk_of(self, town: str) -> User:
        """Who clerks for the villages of a town."""
        return self._clerks[town]

    def __getitem__(self, role: Role) -> User:
        return self._by_role[role]


@contextmanager
def acting(user: User) -> Iterator[User]:
    """See what the account sees, and nothing else."""
    with rls.scope(user):
        yield user


def programme(plan: Plan, county: User) -> Programme:
    """The programme, set up by the county when it is not there."""
    with acting(county):
        found = Programme.objects.filter(code=plan.programme).first()
        return found or posts.create_programme(
            plan.programme, name=plan.programme_name, kind=ProgrammeKind(plan.kind), region_code=regioncode.pad(plan.prefix),
            policy_code=plan.policy, starts=min(plan.term_before[0], plan.months[0]), actor=county,
        )  # fmt: skip


def file_in(
    file: Path, kind: ImportKind, programme: Programme | None, region_code: str, actor: User, **options: str
) -> FileImport:
    """One file through the whole life of an import: received, looked at, applied. A file with errors is refused."""
    with acting(actor):
        received = exchange.receive(
            file.read_bytes(), name=file.name, kind=kind, region_code=region_code, programme=programme, actor=actor,
            options=options,
        )  # fmt: skip
        seen = exchange.preview(received, actor=actor)
        if seen.state != ImportState.PREVIEW:
            raise Refusal(_("%(file)s: %(message)s"), {"file": file.name, "message": _first_error(seen)})
        return exchange.apply(seen, actor=actor)


def _first_error(seen: FileImport) -> str:
    errors = [problem for problem in seen.problems if problem["severity"] == "error"]
    return "; ".join(f"{problem['row']} {problem['column']}: {problem['message']}" for problem in errors[:3])


def month_in(files: MonthFiles, programme: Programme, plan: Plan, county: User) -> None:
    """A month's evidence, handed in by the county for all its towns."""
    region = regioncode.pad(plan.prefix)
    file_in(files.attendance, ImportKind.DINGTALK, programme, region, county)
    others_in(files, programme, region, county)


def others_in(files: MonthFiles, programme: Programme, region: str, county: User) -> None:
    """Everything of a month but the attendance."""
    file_in(files.leaves, ImportKind.LEAVE, programme, region, county)
    file_in(files.work_logs, ImportKind.WORK_LOG, programme, region, county)
    file_in(files.findings, ImportKind.FINDING, programme, region, county)


def resolve(known: dict[str, str], county: User) -> int:
    """Say whose the waiting rows are, as far as the office knows the machine's key; `known` is UserId → identity number."""
    with acting(county):
        waiting = UnmatchedRow.objects.filter(person=None, key__in=known)
        for unmatched in waiting:
            index = vault().index(identity.parse(known[unmatched.key]).number18, IDENTITY)
            duty.resolve(unmatched, Person.objects.get(identity_index=index), actor=county)
        return len(waiting)


def marks_in(file: Path, programme: Programme, month: date, staff: Staff) -> int:
    """The towns' marks, each given by the town's own officer."""
    table = tables.read(file, MARK_COLUMNS)
    if errors := [problem for problem in table.problems if problem.severity == "error"]:
        raise Refusal(_("%(file)s: %(message)s"), {"file": file.name, "message": errors[0].message})
    with acting(staff[Role.COUNTY_MANAGER]):
        served = _appointments(programme, month)
    by_town: dict[str, list[GivenMark]] = defaultdict(list)
    for place, row in enumerate(table.row_numbers):
        cell = {key: values[place] for key, values in table.columns.items()}
        read = cell["identity"]
        assert isinstance(read, identity.Identity)
        index = vault().index(read.number18, IDENTITY)
        appointment = served[index, str(cell["post_number"])]
        mark = GivenMark(appointment, str(cell["name"]), Decimal(str(cell["value"])), str(cell["reason"]), row)
        by_town[appointment.region_code[:9]].append(mark)
    for town, given in by_town.items():
        officer = staff.officers[regioncode.pad(town)]
        with acting(officer):
            give_marks(programme, month, given, actor=officer)
    return table.height


def _appointments(programme: Programme, month: date) -> dict[tuple[bytes, str], Appointment]:
    """Who serves in the month, by index of the identity number and post number."""
    found = Appointment.objects.filter(programme=programme, days__overlap=_days(month)).select_related("person", "post")
    return {(bytes(one.person.identity_index), one.post.number): one for one in found}


def _days(month: date) -> tuple[date, date]:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return month, following
