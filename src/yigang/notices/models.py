"""Notices with their rows and files, the county's rules for them, and what people say against them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.notices.enums import (
    Decision,
    FilePurpose,
    Legibility,
    NoticeKind,
    NoticeState,
    ObjectionKind,
    ObjectionState,
)
from yigang.posts.models import Programme


class NoticeRules(models.Model):
    """How a county publishes. A county without a row follows the defaults."""

    region_code = RegionCodeField(unique=True)
    mask_names = models.BooleanField(_("hide a part of each name"), default=False)
    two_persons = models.BooleanField(_("another person publishes than the one who wrote"), default=False)
    answer_days = models.PositiveSmallIntegerField(_("working days to answer an objection"), default=5)
    complaint_days = models.PositiveSmallIntegerField(_("working days to answer a complaint"), default=15)
    contact = models.CharField(
        _("where objections are taken in person"), max_length=200, blank=True,
        help_text=_("Office, address and telephone of the office, shown on every notice. No private number."),
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, complaint_days__gte=1), name="notice_answers_take_a_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.region_code)


class Notice(models.Model):
    """A text with a list, public from its first to its last day. Once published only its state changes."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="notices")
    programme_name = models.CharField(max_length=120, blank=True, help_text="as it was called then")
    kind = models.CharField(_("kind"), max_length=16, choices=NoticeKind.choices)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text of the notice"), blank=True)
    issuer = models.CharField(_("issued by"), max_length=120)
    contact = models.CharField(_("where objections are taken in person"), max_length=200, blank=True)
    fields = ArrayField(models.CharField(max_length=16), verbose_name=_("columns"), default=list)
    mask_names = models.BooleanField(default=False)
    about_type = models.CharField(max_length=60, blank=True, help_text="what it is about, such as payment.settlement")
    about_id = models.BigIntegerField(null=True)
    state = models.CharField(_("state"), max_length=12, choices=NoticeState.choices, default=NoticeState.DRAFT)
    opens = models.DateField(_("first day"))
    working_days = models.PositiveSmallIntegerField(_("working days"))
    closes = models.DateField(_("last day"))
    year = models.PositiveSmallIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField(_("number"), max_length=160, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    publisher = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    rows_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was published")
    rendered = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    taken_down_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_down_at = models.DateTimeField(null=True)
    taken_down_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-opens", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["region_code", "year", "serial"], name="notice_number_once"),
            models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="notice_closes_after_opening"),
            models.CheckConstraint(condition=Q(working_days__gte=1), name="notice_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(state=NoticeState.DRAFT)
                | ~Q(number="") & ~Q(rows_digest="") & Q(publisher__isnull=False, published_at__isnull=False),
                name="notice_published_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region_code", "-opens"], opclasses=["text_pattern_ops", "date_ops"], name="notice_region"
            ),
            models.Index(fields=["about_type", "about_id"], name="notice_about"),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="notice_title_trigram"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class NoticeRow(models.Model):
    """A line of the list: what everybody may read, and which object of the office it is about, which nobody is shown."""

    region_code = RegionCodeField()
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=60)
    shown_name = models.CharField(max_length=60, help_text="the name as published, perhaps with signs hidden")
    village = models.CharField(_("village"), max_length=80, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    amount_fen = models.BigIntegerField(_("amount"), null=True)
    days = models.IntegerField(_("days"), null=True)
    extra = models.JSONField(default=dict, help_text="further allowed columns: rank, score, result …")
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["notice", "position"], name="notice_position_once")]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="notice_row_subject")]

    def __str__(self) -> str:
        return f"{self.position} {self.shown_name}"


class NoticeFile(models.Model):
    """A file of a notice: an attachment that everybody may fetch, or a photo of the notice on the wall."""

    region_code = RegionCodeField()
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="files")
    purpose = models.CharField(max_length=12, choices=FilePurpose.choices)
    name = models.CharField(_("name"), max_length=120)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(
        max_length=200, help_text="in the store, for the public role, which reads no stored file's row"
    )
    place = models.CharField(_("place"), max_length=80, blank=True)
    pictured = models.PositiveSmallIntegerField(default=0, help_text="pages that show more than text")
    legibility = models.CharField(
        max_length=8, choices=Legibility.choices, default=Legibility.TEXT, blank=True,
        help_text="what is known of these pages",
    )  # fmt: skip
    seen = models.CharField(max_length=120, blank=True, help_text="what was found on which page, or which are unread")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Objection(models.Model):
    """What somebody says against a notice, or a complaint or suggestion without one. Who it was lies encrypted."""

    region_code = RegionCodeField()
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="objections")
    row = models.ForeignKey(NoticeRow, on_delete=models.PROTECT, null=True, related_name="objections")
    kind = models.CharField(_("kind"), max_length=12, choices=ObjectionKind.choices)
    receipt = models.CharField(_("receipt"), max_length=14, unique=True)
    text = models.TextField(_("what is said"))
    sender_cipher = models.BinaryField(null=True, help_text="name and contact as JSON; null without a name")
    record_id = models.UUIDField(
        null=True, unique=True, help_text="the record of a phone that it came by; the sender finds the answer by it"
    )
    state = models.CharField(_("state"), max_length=12, choices=ObjectionState.choices, default=ObjectionState.RECEIVED)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="who wrote it down; null from the site"
    )
    due_on = models.DateField(_("to be answered by"))
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    finding = models.TextField(_("what was found"), blank=True)
    rechecked_at = models.DateTimeField(null=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    answer = models.TextField(_("published answer"), blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=ObjectionKind.OBJECTION) | Q(notice__isnull=False), name="objection_to_a_notice"
            ),
            models.CheckConstraint(
                condition=~Q(state=ObjectionState.ANSWERED)
                | ~Q(decision="") & ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="answer_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="objection_due"),
            models.Index(
                fields=["region_code", "-received_at"], opclasses=["text_pattern_ops", "timestamptz_ops"],
                name="objection_region",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.receipt
