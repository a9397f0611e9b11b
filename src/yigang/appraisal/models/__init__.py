"""What was judged: people by the month and the year, by their neighbours, units by cards; points, honours, appeals."""

from yigang.appraisal.models.appeals import Appeal
from yigang.appraisal.models.closings import Closing, PeriodResult
from yigang.appraisal.models.honours import Honour, HonourCandidate, HonourPoll, HonourVote
from yigang.appraisal.models.people import Appraisal, Finding, Mark, MarkWithdrawal, YearResult
from yigang.appraisal.models.points import PointEntry
from yigang.appraisal.models.reviews import Review, ReviewBox, ReviewPapers, ReviewResult, ReviewSlip
from yigang.appraisal.models.units import BoundMember, OwnTask, Ranking, RankingLine, RankingShare, Unit, UnitPoints

__all__ = [
    "Appeal", "Appraisal", "BoundMember", "Closing", "Finding", "Honour", "HonourCandidate", "HonourPoll", "HonourVote",
    "Mark", "MarkWithdrawal", "OwnTask", "PeriodResult", "PointEntry", "Ranking", "RankingLine", "RankingShare", "Review",
    "ReviewBox", "ReviewPapers", "ReviewResult", "ReviewSlip", "Unit", "UnitPoints", "YearResult",
]  # fmt: skip
