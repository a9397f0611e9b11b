"""What phones sent, as they sent it: only ever added."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import ClockSource, Lane, MediaKind, Outcome
from yigang.duty.models.devices import Device
from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.posts.models import Programme


class Record(models.Model):
    """A signed record of a phone, word for word, with the server's time beside the phone's.

    The nouns of duty (a check-in, a log, a patrol) are made of it by its kind's projection.
    """

    id = models.UUIDField(primary_key=True, help_text="made on the phone")
    region_code = RegionCodeField()
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=20)
    body = models.TextField(help_text="JSON, exactly as it was signed")
    sha256 = models.BinaryField(help_text="of the body's UTF-8 bytes")
    seq = models.BigIntegerField(help_text="counted by the phone from 1; a number that is missing has not arrived")
    wall = models.BigIntegerField(help_text="the phone's clock, milliseconds since 1970")
    mono = models.BigIntegerField(help_text="milliseconds since the phone's program was started")
    boot = models.CharField(max_length=64, help_text="which start that was")
    fix = models.BigIntegerField(null=True, help_text="time of the position, milliseconds since 1970")
    offset = models.BigIntegerField(null=True, help_text="the server's clock minus the phone's, milliseconds")
    prev = models.BinaryField(help_text="digest of the phone's record before this; empty of the first")
    sig = models.BinaryField(help_text="ECDSA P-256 over the head, r and s")
    at = models.DateTimeField(help_text="when it happened, as judged")
    clock = models.CharField(max_length=8, choices=ClockSource.choices, help_text="what `at` was judged by")
    lane = models.CharField(max_length=8, choices=Lane.choices)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "seq"]
        indexes = [
            models.Index(fields=["device", "seq"], name="record_device_seq"),
            models.Index(fields=["person", "at"], name="record_person_at"),
            BrinIndex(fields=["received_at"], name="record_received", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class LateRecord(models.Model):
    """A record that counts in a month that was over when it came in. Where that month is sealed, an officer looks."""

    region_code = RegionCodeField()
    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="+", primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="its first day")
    received_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("what was decided"), max_length=200, blank=True)

    class Meta:
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["month", "region_code"], name="late_record_month")]

    def __str__(self) -> str:
        return f"{self.person} {self.month:%Y-%m}"


class SetAside(models.Model):
    """A record that does not count, with the reason: refused, or in conflict with another of its number.

    A record that its projection refused lies in `Record` too; any other is kept here, as it came.
    """

    region_code = RegionCodeField()
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records_set_aside")
    record_id = models.UUIDField(null=True, help_text="the number it came with, when it was one")
    fingerprint = models.BinaryField(help_text="SHA-256 of `raw`; the same is kept once")
    raw = models.BinaryField(help_text="as it came, JSON")
    outcome = models.CharField(max_length=8, choices=[(o.value, o.label) for o in (Outcome.CONFLICT, Outcome.REFUSED)])
    code = models.CharField(max_length=40)
    detail = models.CharField(_("why"), max_length=400)
    received_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    seen_note = models.CharField(_("what was found"), max_length=200, blank=True)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["device", "person", "fingerprint"], name="set_aside_once"),
            models.CheckConstraint(condition=Q(seen_at=None) | ~Q(seen_note=""), name="set_aside_seen_with_a_note"),
        ]
        indexes = [
            models.Index(fields=["record_id"], name="set_aside_record"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="set_aside_region"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.received_at:%Y-%m-%d %H:%M}"


class Media(models.Model):
    """A photo or voice note that records name by the digest of what the phone sent."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="media")
    sha256 = models.BinaryField(help_text="of the bytes as the phone sent them")
    original_sha256 = models.BinaryField(
        null=True, help_text="of the picture before the phone reduced it, in its words"
    )
    kind = models.CharField(max_length=8, choices=MediaKind.choices)
    record_id = models.UUIDField(null=True, help_text="the record it was taken for")
    captured_at = models.DateTimeField(null=True, help_text="in the phone's words")
    capture = models.JSONField(
        default=dict, help_text="what the file said of itself (EXIF), before it was written anew"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    withheld_at = models.DateTimeField(null=True, help_text="kept and shown to nobody: consent had been withdrawn")

    class Meta:
        ordering = ["received_at"]
        constraints = [models.UniqueConstraint(fields=["person", "sha256"], name="media_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_at:%Y-%m-%d %H:%M}"


class Withheld(models.Model):
    """That what a record or patrol holds of one use is no longer used: the person had said no before it was recorded."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    capability = models.CharField(max_length=20)
    record = models.UUIDField(help_text="of the record, or of the patrol")
    at = models.DateTimeField(help_text="when it was recorded")
    since = models.DateTimeField(help_text="when the person said no")
    withheld_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["record", "capability"], name="withheld_once")]
        indexes = [models.Index(fields=["person", "-at"], name="withheld_person")]

    def __str__(self) -> str:
        return f"{self.capability} {self.at:%Y-%m-%d %H:%M}"


class Upload(models.Model):
    """A photo or voice note on its way, in pieces. What is complete becomes `Media`; what cannot be used says why."""

    id = models.UUIDField(primary_key=True, help_text="made here, not to be guessed")
    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    sha256 = models.BinaryField(help_text="of the whole, as announced")
    original_sha256 = models.BinaryField(null=True)
    kind = models.CharField(max_length=8, choices=MediaKind.choices)
    record_id = models.UUIDField(null=True)
    captured_at = models.DateTimeField(null=True)
    length = models.BigIntegerField(help_text="bytes")
    offset = models.BigIntegerField(default=0, help_text="bytes that have arrived")
    pieces = models.JSONField(default=list, help_text="names of the pieces in the storage, in order")
    refused = models.CharField(_("why"), max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(length__gt=0, offset__gte=0, offset__lte=models.F("length")), name="upload_within_length"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "sha256"], name="upload_person_sha256"),
            models.Index(fields=["touched_at"], name="upload_touched"),
        ]

    def __str__(self) -> str:
        return f"{self.offset} / {self.length}"
