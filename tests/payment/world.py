"""A town with rangers and a month of evidence, written straight into the tables so that a test says only what matters."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from django.db import connection

from yigang.appraisal.models import Finding, Mark
from yigang.duty.enums import Source, Table
from yigang.duty.models import Intake, Leave, WorkLog
from yigang.foundation.models import User
from yigang.payment.enums import Step
from yigang.payment.models import Settlement
from yigang.people.models import Person
from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Post, Programme
from yigang.tenure.models import Appointment

JULY = date(2020, 7, 1)
AUGUST = date(2020, 8, 1)
HUNG = date(2020, 9, 1)
"""When the lists of these months were hung: long ago."""
COUNTY, TOWN, OTHER_TOWN = "520403000000", "520403100000", "520403101000"
VILLAGE, OTHER_VILLAGE, FAR_VILLAGE = "520403100201", "520403100202", "520403101201"
CHINA_HOURS = timedelta(hours=8)
ADD_CHECK_IN = """
INSERT INTO duty_checkin (region_code, person_id, at, day, kind, source, external_key, intake_id, raw)
VALUES (%s, %s, %s, %s, %s, 'dingtalk', %s, %s, '{}')
"""


def weeks_pass() -> None:
    """The lists that hang now were hung long ago: for pages, which know no other day than today."""
    Settlement.objects.filter(step=Step.PUBLISHED).update(published_at=datetime(2020, 9, 1, 4, tzinfo=UTC))


@dataclass
class World:
    """`clerk` is whoever entered things; what he may do does not matter here."""

    clerk: User
    policy: str = "pingba-ranger"
    numbers: Iterable[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.programme = Programme.objects.create(
            region_code=COUNTY, code="pingba", name="平坝护林员", kind=ProgrammeKind.RANGER, policy_code=self.policy,
            starts=date(2020, 1, 1),
        )  # fmt: skip
        self.intakes: dict[str, Intake] = {}

    def next(self) -> int:
        return next(iter(self.numbers))

    def hire(
        self, name: str, village: str = VILLAGE, *, starts: date = date(2020, 1, 1), ends: date | None = None
    ) -> Appointment:  # fmt: skip
        number = self.next()
        key = number.to_bytes(8, "big")
        person = Person.objects.create(
            region_code=village, name=name, pinyin=name, initials=name, identity_cipher=key, identity_index=key,
            identity_last4_index=key, birth=date(1970, 1, 1), sex="M",
        )  # fmt: skip
        post = Post.objects.create(region_code=village, programme=self.programme, number=f"P{number}", kind="护林员")
        return Appointment.objects.create(
            region_code=village, person=person, post=post, programme=self.programme, starts=starts, ends=ends
        )

    def intake(self, table: Table, *, region: str = COUNTY, month: date = JULY, declared: bool = False) -> Intake:
        last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return Intake.objects.create(
            region_code=region, table=table, source=Source.SHEET, first=month, last=last, declared=declared,
            created_by=self.clerk,
        )  # fmt: skip

    def declare(self, *tables: Table, region: str = COUNTY, month: date = JULY) -> None:
        """A person's word that these tables are complete for the region and month."""
        for table in tables:
            self.intake(table, region=region, month=month, declared=True)

    def attend(self, appointment: Appointment, days: Iterable[int], *, month: date = JULY) -> None:
        """One check-in on duty at 7:30 on each day of the month."""
        intake = self._shared(Table.CHECK_INS, month)
        with connection.cursor() as cursor:
            cursor.execute("SELECT yigang_check_in_month(%s)", [month])
            for day in days:
                date_ = month.replace(day=day)
                at = datetime.combine(date_, time(7, 30), UTC) - CHINA_HOURS
                key = self.next().to_bytes(8, "big")
                cursor.execute(
                    ADD_CHECK_IN,
                    [appointment.region_code, appointment.person_id, at, date_, "on", key, intake.pk],
                )

    def log(self, appointment: Appointment, days: Iterable[int], *, month: date = JULY) -> None:
        intake = self._shared(Table.WORK_LOGS, month)
        WorkLog.objects.bulk_create(
            WorkLog(
                region_code=appointment.region_code, person_id=appointment.person_id, day=month.replace(day=day),
                text="巡山", source=Source.SHEET, external_key=self.next().to_bytes(8, "big"), intake=intake, raw="{}",
            )
            for day in days
        )  # fmt: skip

    def leave(self, appointment: Appointment, first: date, last: date, kind: str = "sick") -> Leave:
        return Leave.objects.create(
            region_code=appointment.region_code, person_id=appointment.person_id, kind=kind, first=first, last=last,
            approved=True, source=Source.SHEET, external_key=self.next().to_bytes(8, "big"),
            intake=self._shared(Table.LEAVES, first.replace(day=1)), raw="{}",
        )  # fmt: skip

    def mark(self, appointment: Appointment, value: str = "18", *, month: date = JULY, name: str = "乡镇评定") -> Mark:
        return Mark.objects.create(
            region_code=appointment.region_code, appointment=appointment, month=month, name=name, value=Decimal(value),
            reason="巡护认真", given_by=self.clerk,
        )  # fmt: skip

    def find_absent(self, appointment: Appointment, day: date) -> Finding:
        return Finding.objects.create(
            region_code=appointment.region_code, person_id=appointment.person_id, day=day, kind="absent",
            external_key=self.next().to_bytes(8, "big"), intake=self._shared(Table.FINDINGS, day.replace(day=1)),
        )  # fmt: skip

    def work(self, appointment: Appointment, days: int = 22, *, month: date = JULY, mark: str = "18") -> Appointment:
        """A month as it should be: check-ins and logs on the first `days` days, and the town's mark."""
        self.attend(appointment, range(1, days + 1), month=month)
        self.log(appointment, range(1, days + 1), month=month)
        self.mark(appointment, mark, month=month)
        return appointment

    def _shared(self, table: Table, month: date) -> Intake:
        key = f"{table}{month}"
        if key not in self.intakes:
            self.intakes[key] = self.intake(table, month=month)
        return self.intakes[key]
