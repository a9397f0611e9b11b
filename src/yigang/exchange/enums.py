"""Choices about imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    ROSTER = "roster", _("Roster")
    DINGTALK = "dingtalk", _("DingTalk attendance")
    ATTENDANCE = "attendance", _("Attendance table")
    LEAVE = "leave", _("Leave table")
    WORK_LOG = "work_log", _("Work logs")
    FINDING = "finding", _("Absences found")
    COMPARISON = "comparison", _("Register for comparison")
    MARK = "mark", _("Marks")
    REGISTER = "register", _("Labour-force register")
    CENTRE = "centre", _("Where villages lie")
    PROVISION = "provision", _("Insurance and gear")
    GROUND = "ground", _("Duty areas, key points and routes")
    YEAR_RESULT = "year_result", _("Results of the year")
    PAIRING = "pairing", _("Helpers and households")
    WECOM = "wecom", _("WeCom attendance")
    TRACK = "track", _("Tracks")
    QUESTION = "question", _("Questions of the bank")
    RECTIFICATION = "rectifying", _("Rectification list")
    ASSET_INCOME = "asset_income", _("Asset income")
    HOUSEHOLD_INCOME = "home_income", _("Household income")
    VISIT = "visit", _("Visits to households")


class ImportState(models.TextChoices):
    READING = "reading", _("Being read")
    PREVIEW = "preview", _("Waiting for a look")
    REFUSED = "refused", _("Has errors")
    APPLIED = "applied", _("Imported")
    UNDONE = "undone", _("Undone")


class SourceKind(models.TextChoices):
    """Services that attendance is fetched from."""

    DINGTALK = "dingtalk", _("DingTalk")
    WECOM = "wecom", _("WeCom")


class Datum(models.TextChoices):
    """What coordinates mean; the words are those of the imports."""

    GCJ02 = "GCJ-02", _("GCJ-02 (maps in China)")
    WGS84 = "WGS-84", _("WGS-84 (satellites)")


class PullState(models.TextChoices):
    RUNNING = "running", _("Being fetched")
    WAITING = "waiting", _("Goes on later")
    FAILED = "failed", _("Stopped")
    LOOK = "look", _("Fetched, waiting for a look")
    DONE = "done", _("Fetched")
