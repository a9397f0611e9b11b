"""Plans, courses for groups, sessions with their wall code, who came, and what is handed out to read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.posts.models import PostKind, Programme
from yigang.training.enums import SessionKind, SessionState, SignedBy, Subject, Terrain


class Plan(models.Model):
    """What an office will teach the people of a programme in a calendar year. How much is asked stands in the policy."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="training_plans")
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=120)
    note = models.CharField(_("note"), max_length=500, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-year", "region_code"]
        verbose_name = _("training plan")
        constraints = [
            models.UniqueConstraint(fields=["programme", "region_code", "year"], name="one_training_plan_a_year")
        ]

    def __str__(self) -> str:
        return self.title


class Course(models.Model):
    """A subject of a plan and the group it is for; a list that is empty means everybody.

    `months` are those of the season that the course prepares for: posts that rest in all of them are left out.
    """

    region_code = RegionCodeField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="courses")
    title = models.CharField(_("title"), max_length=120)
    subject = models.CharField(_("subject"), max_length=10, choices=Subject.choices)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1)
    before_start = models.BooleanField(_("before the first day in post"), default=False)
    terrains = ArrayField(
        models.CharField(max_length=10, choices=Terrain.choices), verbose_name=_("terrain"), default=list
    )
    post_kinds = models.ManyToManyField(PostKind, verbose_name=_("post kinds"), related_name="+")
    months = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("season"), default=list)

    class Meta:
        ordering = ["plan", "pk"]
        verbose_name = _("course")
        constraints = [
            models.UniqueConstraint(fields=["plan", "title"], name="course_title_once"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="course_has_hours"),
        ]

    def __str__(self) -> str:
        return self.title


class VillageTerrain(models.Model):
    """On what land the posts of a village lie; a village without an entry is in no group by terrain."""

    region_code = RegionCodeField(unique=True)
    terrain = models.CharField(_("terrain"), max_length=10, choices=Terrain.choices)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["region_code"]

    def __str__(self) -> str:
        return self.terrain


class Session(models.Model):
    """One meeting of a course. `secret` makes the code on its wall; it never leaves the server."""

    region_code = RegionCodeField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    kind = models.CharField(_("kind"), max_length=10, choices=SessionKind.choices)
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1)
    place = models.CharField(_("place"), max_length=120)
    teacher = models.CharField(_("teacher"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    why_cancelled = models.CharField(_("reason"), max_length=200, blank=True)
    secret = models.BinaryField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("session")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="session_has_hours"),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="session_region")]

    def __str__(self) -> str:
        return f"{self.course} {self.starts_at:%Y-%m-%d}"


class Attendance(models.Model):
    """Somebody was at a session. Added, never changed; a mistake is withdrawn with its reason."""

    region_code = RegionCodeField()
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    how = models.CharField(_("known by"), max_length=10, choices=SignedBy.choices)
    at = models.DateTimeField(_("signed in at"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1)
    record = models.UUIDField(unique=True, null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("attendance")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(withdrawn_at=None), name="at_a_session_once"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="attendance_has_hours"),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="attendance_region"),
            models.Index(fields=["person"], name="attendance_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.session}"


class Guess(models.Model):
    """A wall code that was wrong; after a few of them nobody signs in to that session by code any more."""

    region_code = RegionCodeField()
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="guesses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    record = models.UUIDField(unique=True, null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="guess_region")]

    def __str__(self) -> str:
        return f"{self.session} {self.at}"


class Material(models.Model):
    """Something to read or watch of a course. Its file is opened through a check, since towns read the county's."""

    region_code = RegionCodeField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="materials")
    title = models.CharField(_("title"), max_length=120)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    size = models.BigIntegerField(_("size"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["course", "pk"]
        verbose_name = _("material")

    def __str__(self) -> str:
        return self.title
