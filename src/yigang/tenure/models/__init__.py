"""Nouns of tenure: who holds which post, what they are given, how they come to leave it."""

from yigang.tenure.models.agreement import Agreement, AgreementSeries, AgreementTemplate
from yigang.tenure.models.appointment import Appointment
from yigang.tenure.models.exits import Exit, ExitFile, Vacancy
from yigang.tenure.models.ledger import LedgerEntry
from yigang.tenure.models.letter import DutyLetter
from yigang.tenure.models.provision import Certificate, Provision
from yigang.tenure.models.renewal import RenewalProposal, RenewalRound
from yigang.tenure.models.rotation import RotationMove, RotationNeed, RotationRound, RotationWish
from yigang.tenure.models.team import SendingUnit, Team, TeamMember

__all__ = [
    "Agreement", "AgreementSeries", "AgreementTemplate", "Appointment", "Certificate", "DutyLetter", "Exit", "ExitFile",
    "LedgerEntry", "Provision", "RenewalProposal", "RenewalRound", "RotationMove", "RotationNeed", "RotationRound",
    "RotationWish", "SendingUnit", "Team", "TeamMember", "Vacancy",
]  # fmt: skip
