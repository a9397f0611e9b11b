"""Choices about notices and what is said against them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """公告, 公示, 结果, 发放公示. The word stands in the notice's number."""

    ANNOUNCEMENT = "announcement", _("Announcement")
    PUBLICITY = "publicity", _("Publicity list")
    RESULT = "result", _("Result")
    PAYMENT_LIST = "payment_list", _("Payment list")


NUMBER_WORDS = {"announcement": "公告", "publicity": "公示", "result": "结果公布", "payment_list": "发放公示"}
"""The word of an official number is Chinese in every language."""


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CLOSED = "closed", _("Closed")
    TAKEN_DOWN = "taken_down", _("Taken down")


class FilePurpose(models.TextChoices):
    ATTACHMENT = "attachment", _("Attachment")
    """Everybody may fetch it while the notice is open."""
    WALL_PHOTO = "wall_photo", _("Photo of the posted notice")
    """Evidence; never on the site."""


class Legibility(models.TextChoices):
    """What is known of an attachment's pictures and scanned pages."""

    TEXT = "", _("Nothing but text")
    WAITING = "waiting", _("Being read")
    CLEAR = "clear", _("Read, nothing private found")
    FOUND = "found", _("Something private found")
    UNREAD = "unread", _("Not readable here; a person looks")


class ObjectionKind(models.TextChoices):
    OBJECTION = "objection", _("Objection")
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")


class ObjectionState(models.TextChoices):
    RECEIVED = "received", _("Received")
    ASSIGNED = "assigned", _("Being checked")
    RECHECKED = "rechecked", _("Checked again")
    ANSWERED = "answered", _("Answered")


class Decision(models.TextChoices):
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")
