"""Plans and visits, sheets, points to be put right, interviews and recalls, consequences, anomalies, meetings."""

from yigang.oversight.models.anomalies import Anomaly, AnomalyAnswer
from yigang.oversight.models.arrivals import Arrival
from yigang.oversight.models.measures import Interview, InterviewPart, RecallOrder
from yigang.oversight.models.meetings import Meeting
from yigang.oversight.models.phones import SheetPhone
from yigang.oversight.models.plans import Group, Inspection, Plan, PlanList
from yigang.oversight.models.proposals import Proposal
from yigang.oversight.models.rectifying import Rectification, RectificationFile, RectificationStep
from yigang.oversight.models.sheets import SheetPhoto, SheetRow, VisitSheet

__all__ = [
    "Anomaly", "AnomalyAnswer", "Arrival", "Group", "Inspection", "Interview", "InterviewPart", "Meeting", "Plan",
    "PlanList", "Proposal", "RecallOrder", "Rectification", "RectificationFile", "RectificationStep", "SheetPhone",
    "SheetPhoto", "SheetRow", "VisitSheet",
]  # fmt: skip
