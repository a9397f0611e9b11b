"""What was judged: people by the month and the year, units by their cards."""

from yigang.appraisal.models.closings import Closing, PeriodResult
from yigang.appraisal.models.people import Appraisal, Finding, Mark, MarkWithdrawal, YearResult
from yigang.appraisal.models.units import BoundMember, OwnTask, Ranking, RankingLine, RankingShare, Unit, UnitPoints

__all__ = [
    "Appraisal", "BoundMember", "Closing", "Finding", "Mark", "MarkWithdrawal", "OwnTask", "PeriodResult", "Ranking",
    "RankingLine", "RankingShare", "Unit", "UnitPoints", "YearResult",
]  # fmt: skip
