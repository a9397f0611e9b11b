"""Agreements with post holders and the series their numbers come from."""

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
