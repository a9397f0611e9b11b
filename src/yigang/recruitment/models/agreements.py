"""The agreement that somebody signs before being hired: its own table, because an appointment is not there yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.posts.models import Post, Programme


class AgreementDraft(models.Model):
    """An applicant's agreement, made and signed in the step that signs. Who is hired keeps it, number and copy, in tenure.

    Its number is of the same series as every agreement of the programme; of somebody who does not come through it stays
    given, so that the series has no number twice and no gap without a paper.
    """

    region_code = RegionCodeField()
    application = models.OneToOneField("recruitment.Application", on_delete=models.PROTECT, related_name="agreement")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True)
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("sequence"))
    number = models.CharField(_("agreement number"), max_length=60)
    template = models.CharField(_("template"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    signed_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    offered_file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="a copy handed in with many, until somebody has looked at it",
    )  # fmt: skip
    signed_on = models.DateField(_("signed on"), null=True)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("agreement before hiring")
        constraints = [
            models.UniqueConstraint(fields=["programme", "year", "sequence"], name="draft_sequence_once"),
            models.UniqueConstraint(fields=["programme", "number"], name="draft_number_once"),
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="draft_days_in_order",
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="draft_region")]

    def __str__(self) -> str:
        return self.number
