"""Rotation rounds: wishes, needs of villages, proposed moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.posts.models import Post, Programme
from yigang.tenure.enums import MoveState, RotationState, Wish
from yigang.tenure.models.appointment import Appointment


class RotationRound(models.Model):
    """A programme's rotation in a region: moves take effect `on`; `result` is how good the proposal is proven to be."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rotations")
    title = models.CharField(_("title"), max_length=120)
    on = models.DateField(_("moves take effect on"))
    moves_wanted = models.PositiveIntegerField(_("moves at most"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=RotationState.choices, default=RotationState.COLLECTING)
    policy_digest = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return self.title


class RotationWish(models.Model):
    """What a person asks: to move or to stay, and where to."""

    region_code = RegionCodeField()
    round = models.ForeignKey(RotationRound, on_delete=models.PROTECT, related_name="wishes")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="rotation_wishes")
    wish = models.CharField(_("wish"), max_length=5, choices=Wish.choices)
    village = models.CharField(_("wanted village"), max_length=12, blank=True)
    text = models.CharField(_("explanation"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "appointment"], name="one_wish")]

    def __str__(self) -> str:
        return f"{self.appointment} {self.wish}"


class RotationNeed(models.Model):
    """How urgently a village needs somebody new (0 to 5), and why."""

    region_code = RegionCodeField()
    round = models.ForeignKey(RotationRound, on_delete=models.PROTECT, related_name="needs")
    urgency = models.PositiveSmallIntegerField(_("urgency"))
    text = models.CharField(_("explanation"), max_length=200)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "region_code"], name="one_need_per_village"),
            models.CheckConstraint(condition=models.Q(urgency__lte=5), name="need_urgency_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.urgency}"


class RotationMove(models.Model):
    """A proposed move: from the post held to another one's place, with its reasons."""

    region_code = RegionCodeField()
    round = models.ForeignKey(RotationRound, on_delete=models.PROTECT, related_name="moves")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="rotation_moves")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed post"))
    to_region = models.CharField(_("to village"), max_length=12)
    cycle = models.PositiveIntegerField(_("ring"), help_text="moves of one ring are accepted together")
    score = models.IntegerField(_("weight"))
    why = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=8, choices=MoveState.choices, default=MoveState.PROPOSED)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    new_appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["cycle", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "appointment"], name="one_move_per_round")]

    def __str__(self) -> str:
        return f"{self.appointment} → {self.post}"
