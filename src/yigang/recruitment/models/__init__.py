"""Rounds and their steps, who applied, everything that was said and decided about each applicant, and who fits where."""

from yigang.recruitment.models.agreements import AgreementDraft
from yigang.recruitment.models.applications import Application, EligibilityResult, EligibilityRun, StepOutcome
from yigang.recruitment.models.comparison import Comparison, ComparisonHit, ComparisonRegister, ComparisonRow
from yigang.recruitment.models.matching import (
    MatchLeftOpen,
    MatchLeftOver,
    MatchProposal,
    MatchRun,
    PoolEntry,
    PoolMember,
    PoolRun,
    Replacement,
)
from yigang.recruitment.models.reviews import DeclaredTie, JointReview, PeerReview, PeerTally, ReviewMark, ReviewSeat
from yigang.recruitment.models.rounds import Round, RoundEntry, RoundPost, StepDocument, StepRecord

__all__ = [
    "AgreementDraft", "Application", "Comparison", "ComparisonHit", "ComparisonRegister", "ComparisonRow", "DeclaredTie",
    "EligibilityResult", "EligibilityRun", "JointReview", "MatchLeftOpen", "MatchLeftOver", "MatchProposal", "MatchRun",
    "PeerReview", "PeerTally", "PoolEntry", "PoolMember", "PoolRun", "Replacement", "ReviewMark", "ReviewSeat", "Round",
    "RoundEntry", "RoundPost", "StepDocument", "StepOutcome", "StepRecord",
]  # fmt: skip
