"""A town of Zaozhuang whose months were sealed, so that quarters and years can be closed."""

from datetime import date
from decimal import Decimal

from tests.payment.world import TOWN, World

from yigang.appraisal.models import Appraisal, Mark
from yigang.payment.models import Settlement

YEAR, QUARTER = date(2023, 1, 1), date(2023, 7, 1)
SCORES = ("88.40", "90.00", "86.80")
"""Three months whose mean is 88.40."""


class YearWorld(World):
    """People with sealed months, and the marks of their quarter."""

    def judged(self, name: str, scores=SCORES, *, first: int = 7, starts=date(2023, 7, 1)):
        held = self.hire(name, starts=starts)
        Appraisal.objects.bulk_create(
            Appraisal(
                region_code=held.region_code, appointment=held, period="month", first=date(2023, first + number, 1),
                grade="合格" if Decimal(score) >= 60 else "不合格", score=Decimal(score), passed=Decimal(score) >= 60,
                policy_digest="x",
            )
            for number, score in enumerate(scores)
        )  # fmt: skip
        return held

    def seal(self, months=range(7, 10)) -> None:
        Settlement.objects.bulk_create(
            Settlement(
                region_code=TOWN, programme=self.programme, month=date(2023, month, 1), step="sealed", approver=self.clerk
            )
            for month in months
        )  # fmt: skip

    def given(self, held, *, town="95", day="9.2", first=QUARTER, rhythm="quarter") -> None:
        rows = [("day", date(2023, 7, 3), "当日表现", day, 10), (rhythm, first, "镇街季评", town, 100)]
        Mark.objects.bulk_create(
            Mark(
                region_code=held.region_code, appointment=held, rhythm=code, month=month, name=name, most=most,
                value=Decimal(value), reason="评", given_by=self.clerk,
            )
            for code, month, name, value, most in rows if value
        )  # fmt: skip

    def day_marked(self, held, day: date, value: str) -> None:
        Mark.objects.create(
            region_code=held.region_code, appointment=held, rhythm="day", month=day, name="当日表现", most=10,
            value=Decimal(value), reason="评", given_by=self.clerk,
        )  # fmt: skip
