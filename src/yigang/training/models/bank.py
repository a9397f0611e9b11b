"""The question bank."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.training.enums import QuestionKind, Subject


class Question(models.Model):
    """A question with its right answer and where that is written. Never changed: a better one replaces it.

    `right` holds letters of the options; of a true-or-false question A is true and B is false. A picture lies in the row,
    because towns read the questions of the county above them, and files are seen by region.
    """

    region_code = RegionCodeField()
    subject = models.CharField(_("subject"), max_length=10, choices=Subject.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind.choices)
    text = models.CharField(_("question"), max_length=500)
    options = ArrayField(models.CharField(max_length=200), verbose_name=_("options"), default=list)
    right = ArrayField(models.CharField(max_length=1), verbose_name=_("right answer"))
    source = models.CharField(_("source"), max_length=200)
    picture = models.BinaryField(null=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(_("out of use since"), null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("question")
        constraints = [
            models.UniqueConstraint(fields=["region_code", "text"], condition=Q(retired_at=None), name="question_once"),
            models.CheckConstraint(condition=Q(right__len__gte=1), name="question_has_right_answer"),
            models.CheckConstraint(condition=~Q(source=""), name="question_has_source"),
        ]

    def __str__(self) -> str:
        return self.text
