"""What the database shows to everybody: five views, read as the role `yigang_public`. See decisions/0013.

No row can be written here, and what is not published is not in them, whatever a query forgets to ask.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yigang.notices.enums import Decision, NoticeKind


class PublicNotice(models.Model):
    """A published notice that has begun; `open` until its last day, afterwards text without list."""

    region_code = models.CharField(max_length=12)
    programme_id = models.BigIntegerField(null=True)
    programme_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=NoticeKind.choices)
    title = models.CharField(max_length=120)
    body = models.TextField()
    issuer = models.CharField(max_length=120)
    contact = models.CharField(max_length=200)
    fields = ArrayField(models.CharField(max_length=16))
    number = models.CharField(max_length=160)
    opens = models.DateField()
    closes = models.DateField()
    working_days = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    open = models.BooleanField()

    class Meta:
        managed = False
        db_table = "public_notice"
        ordering = ["-opens", "-id"]

    def __str__(self) -> str:
        return self.title


class PublicRemoved(models.Model):
    """A notice that was taken down: that it was there, and whether its list is made anew."""

    region_code = models.CharField(max_length=12)
    number = models.CharField(max_length=160)
    removed_on = models.DateField()
    made_anew = models.BooleanField()

    class Meta:
        managed = False
        db_table = "public_removed"

    def __str__(self) -> str:
        return self.number


class PublicRow(models.Model):
    """A line of a list whose term runs. Columns that the notice does not show are empty."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.DO_NOTHING, related_name="rows")
    region_code = models.CharField(max_length=12)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    village = models.CharField(max_length=80)
    post = models.CharField(max_length=60)
    amount_fen = models.BigIntegerField(null=True)
    days = models.IntegerField(null=True)
    extra = models.JSONField()

    class Meta:
        managed = False
        db_table = "public_row"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class PublicFile(models.Model):
    """An attachment of a notice whose term runs, and where it lies in the store."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.DO_NOTHING, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "public_file"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class PublicAnswer(models.Model):
    """A decision about an objection, without who objected and about whom."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.DO_NOTHING, related_name="answers")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    answer = models.TextField()
    answered_on = models.DateField()

    class Meta:
        managed = False
        db_table = "public_answer"
        ordering = ["answered_on", "id"]

    def __str__(self) -> str:
        return self.answer
