"""Agreements with post holders and the series their numbers come from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.posts.models import Programme
from yigang.tenure.models.appointment import Appointment


class AgreementSeries(models.Model):
    """The last number given in a programme's year. Only the database's function `yigang_next_agreement` moves it on."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "year"], name="one_series_per_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class Agreement(models.Model):
    """The agreement of one appointment: its number, the file made from the template, the signed copy."""

    region_code = RegionCodeField()
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="agreement")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("sequence"))
    number = models.CharField(_("agreement number"), max_length=60)
    template = models.CharField(_("template"), max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    signed_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(_("signed on"), null=True)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-year", "-sequence"]
        verbose_name = _("agreement")
        constraints = [
            models.UniqueConstraint(fields=["programme", "year", "sequence"], name="agreement_sequence_once"),
            models.UniqueConstraint(fields=["programme", "number"], name="agreement_number_once"),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="agreement_region")]

    def __str__(self) -> str:
        return self.number


class AgreementTemplate(models.Model):
    """An office's Word template for a programme's agreements; the highest version is in use, none is ever changed.

    The content lies in the row, because towns read the template of the county above them, and files are seen by region.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="agreement_templates")
    version = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=120)
    content = models.BinaryField()
    fields = ArrayField(models.CharField(max_length=20), default=list)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["programme", "-version"]
        constraints = [models.UniqueConstraint(fields=["programme", "version"], name="template_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
