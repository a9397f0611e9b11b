"""What was judged: people by the month and the year, units by their cards."""

from yigang.appraisal.models.people import Appraisal, Finding, Mark, MarkWithdrawal, YearResult
from yigang.appraisal.models.units import BoundMember, OwnTask, Ranking, RankingLine, RankingShare, Unit, UnitPoints

__all__ = [
    "Appraisal", "BoundMember", "Finding", "Mark", "MarkWithdrawal", "OwnTask", "Ranking", "RankingLine", "RankingShare",
    "Unit", "UnitPoints", "YearResult",
]  # fmt: skip
