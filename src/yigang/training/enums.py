"""Choices about training."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    """What a course or a question is about."""

    FOREST = "forest", _("Forest protection")
    FIRE = "fire", _("Forest fires")
    PEST = "pest", _("Forest pests")
    SAFETY = "safety", _("Safety at work")
    SUBSIDY = "subsidy", _("Posts and subsidies")
    OTHER = "other", _("Other")


class Terrain(models.TextChoices):
    """The land that somebody works on."""

    MOUNTAIN = "mountain", _("Mountains")
    HILL = "hill", _("Hills")
    FLAT = "flat", _("Flat land")
    WATER = "water", _("Rivers and reservoirs")


class SessionKind(models.TextChoices):
    LECTURE = "lecture", _("Lecture")
    MEETING = "meeting", _("Study meeting")
    SITE = "site", _("Teaching on site")
    MENTOR = "mentor", _("With a mentor")


class SessionState(models.TextChoices):
    PLANNED = "planned", _("Session planned")
    CLOSED = "closed", _("Sign-in closed")
    CANCELLED = "cancelled", _("Cancelled")


class SignedBy(models.TextChoices):
    """How somebody's presence came to be known."""

    CODE = "code", _("Code on the wall")
    OFFLINE = "offline", _("Code on the wall, sent later")
    LIST = "list", _("List signed on paper")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    TRUTH = "truth", _("True or false")


class SittingState(models.TextChoices):
    RUNNING = "running", _("Running")
    HANDED_IN = "handed_in", _("Handed in")
    OVER = "over", _("Time was up")
    PAPER = "paper", _("Written on paper")
    VOID = "void", _("Void")


class Lack(models.TextChoices):
    """What somebody lacks of what the policy asks."""

    HOURS = "hours", _("Training hours")
    SESSIONS = "sessions", _("Sessions")
    TEST = "test", _("Test")


class RemedialState(models.TextChoices):
    OPEN = "open", _("To be made up")
    PROVEN = "proven", _("Proof waits for acceptance")
    DONE = "done", _("Put right")
    DROPPED = "dropped", _("Dropped")


class RemedialStepKind(models.TextChoices):
    OPENED = "opened", _("Opened")
    REMINDED = "reminded", _("Reminded")
    ESCALATED = "escalated", _("Overdue, told to the county")
    PROVEN = "proven", _("Proof handed in")
    SENT_BACK = "sent_back", _("Proof sent back")
    DONE = "done", _("Put right")
    DROPPED = "dropped", _("Dropped")
