"""Choices about inspections and what follows from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InspectionKind(models.TextChoices):
    """How a village is looked at."""

    ON_SITE = "on_site", _("On site")
    PHONE = "phone", _("By telephone")
    VIDEO = "video", _("By video call")
    NIGHT = "night", _("At night")
    CLOSED_BOOK = "closed_book", _("Closed-book test")
    UNANNOUNCED = "unannounced", _("Unannounced, straight to the spot")


class InspectionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    BEGUN = "begun", _("Begun")
    DONE = "done", _("Sheet handed in")
    MISSED = "missed", _("Did not take place")


class Presence(models.TextChoices):
    """The first of the six checks."""

    PRESENT = "present", _("At the post")
    EXCUSED = "excused", _("Absent with cause")
    ABSENT = "absent", _("Absent without cause")


class Check(models.TextChoices):
    """What an inspector says of one of the other five checks."""

    GOOD = "good", _("Good")
    POOR = "poor", _("Poor")
    NOT_CHECKED = "not_checked", _("Not checked")


class FoundBy(models.TextChoices):
    """Where a point of the rectification list comes from."""

    VISIT = "visit", _("Visit sheet")
    LIST = "list", _("List handed in")
    ENTERED = "entered", _("Entered by hand")
    MEETING = "meeting", _("Follow-up of a meeting")


class RectificationState(models.TextChoices):
    OPEN = "open", _("Being put right")
    HANDED_IN = "handed_in", _("Waiting for acceptance")
    CLOSED = "closed", pgettext_lazy("point", "Closed")


class RectificationDeed(models.TextChoices):
    """What happened to a point of the list."""

    OPENED = "opened", _("Entered on the list")
    HANDED_IN = "handed_in", _("Reported as put right")
    RETURNED = "returned", _("Sent back")
    CLOSED = "closed", _("Accepted and closed")
    REOPENED = "reopened", _("Opened again")
    REMINDED = "reminded", _("Reminded")
    ESCALATED = "escalated", _("Passed on to the county")


class InterviewKind(models.TextChoices):
    INTERVIEW = "interview", _("Interview")
    WARNING = "warning", _("Warning")


class ProposalState(models.TextChoices):
    OPEN = "open", _("Not decided yet")
    CONFIRMED = "confirmed", _("Confirmed")
    DISMISSED = "dismissed", _("Dismissed")


class AnomalyState(models.TextChoices):
    """What somebody found out about an anomaly. One that the evidence no longer bears falls away by itself."""

    OPEN = "open", _("To be looked into")
    TRUE = "true", _("Turned out true")
    FALSE = "false", _("Turned out untrue")
    UNCLEAR = "unclear", _("Could not be settled")
    FALLEN = "fallen", _("No longer borne by the evidence")


class AnomalyOutcome(models.TextChoices):
    TRUE = "true", _("Turned out true")
    FALSE = "false", _("Turned out untrue")
    UNCLEAR = "unclear", _("Could not be settled")
    REOPENED = "reopened", _("Opened again")


class MeetingState(models.TextChoices):
    """How it stands with a meeting that a period asks for."""

    AHEAD = "ahead", _("Ahead")
    DUE = "due", _("To be held")
    OVERDUE = "overdue", _("Overdue")
    MISSED = "missed", _("Not held")
    HELD = "held", _("Held in time")
    LATE = "late", _("Held late")
