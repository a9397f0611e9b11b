"""What everybody is owed, added up: kept by the database beside the lines, so that a page need not go through a county's."""

from django.db import models

from yigang.foundation.models import RegionCodeField
from yigang.people.models import Person
from yigang.posts.models import Programme


class Owed(models.Model):
    """A person's unpaid lines of a programme in a place that wait for the same thing, and for what they wait.

    Worked out by `yigang_add_up_owed` (migration 0010) from the same conditions as a batch, never written from here.
    `apart` is said of somebody whose lines lie in several places, as a reader may see some of them only: such rows are put
    together when they are read. `reason` is `payable` or one of `HoldReason`.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    home = models.CharField(max_length=12, help_text="where the person lives")
    pinyin = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, help_text="due, on_hold or undetermined")
    reason = models.CharField(max_length=12)
    fen = models.BigIntegerField()
    apart = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "programme", "region_code", "kind"], name="owed_once")]
        indexes = [
            models.Index(fields=["programme", "reason", "home", "pinyin", "person"], name="owed_by_name"),
            models.Index(fields=["programme"], name="owed_apart", condition=models.Q(apart=True)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.reason} {self.fen}"


class OwedSum(models.Model):
    """How many rows of `Owed` a place has, by where the people live, and what they come to; those `apart` are left out."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    home = models.CharField(max_length=12)
    reason = models.CharField(max_length=12)
    people = models.IntegerField()
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "region_code", "home", "reason"], name="owed_sum_once")
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.reason} {self.people}"


class OwedChange(models.Model):
    """Somebody about whom something changed that `Owed` depends on; gone when the sums are added up again."""

    person_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.person_id)
