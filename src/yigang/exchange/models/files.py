"""Imports as people meet them: a file, what would change, what is wrong, and the way back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigang.duty.models import Intake
from yigang.exchange.enums import ImportKind, ImportState
from yigang.foundation.models import JobRun, RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.posts.models import Programme


class ColumnMapping(models.Model):
    """How a file's headings map to our columns, remembered by the headings' digest so that nobody maps twice."""

    region_code = RegionCodeField()
    kind = models.CharField(max_length=12, choices=ImportKind.choices)
    header_digest = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region_code", "kind", "header_digest"], name="mapping_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.header_digest[:8]}"


class FileImport(models.Model):
    """One file on its way in: read, looked at, applied all or not at all, undone while nothing has built on it."""

    region_code = RegionCodeField()
    kind = models.CharField(_("kind"), max_length=12, choices=ImportKind.choices)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    options = models.JSONField(default=dict, help_text="what was said beside the file, by the kind's own keys")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.READING)
    mapping = models.JSONField(default=dict, help_text="our column → the file's heading")
    headings = models.JSONField(default=list, help_text="all headings of the file, in its order")
    counts = models.JSONField(default=dict, help_text="new, changed, unchanged, vanished, errors, warnings")
    plan = models.BinaryField(null=True, help_text="the rows to apply, then what an undo puts back; encrypted")
    problems = models.JSONField(default=list, help_text="the first problems, each with its place")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey(JobRun, on_delete=models.SET_NULL, null=True, related_name="+")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file}"


class ImportChange(models.Model):
    """One difference that an import makes or would make."""

    region_code = RegionCodeField()
    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="changes")
    row = models.PositiveIntegerField(null=True, help_text="as the table program numbers it")
    what = models.CharField(max_length=10, help_text="new, changed or vanished")
    label = models.CharField(max_length=120, help_text="whom it concerns, masked")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label


class ImportTouch(models.Model):
    """That an import wrote something about a person: the person's own trace of it, readable where the person is.

    File and name are kept here because the import itself may be the county's and not readable in the village.
    """

    region_code = RegionCodeField()
    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="touches", db_constraint=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=10, help_text="new or changed")
    file_name = models.CharField(max_length=200)
    actor_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["file_import"], name="touch_by_import")]

    def __str__(self) -> str:
        return self.file_name
