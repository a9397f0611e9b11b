"""Regions, users and their scope, the audit trail, files, jobs, and a county's own calendar days."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from yigang.foundation.enums import JobState, RegionLevel, Role


class RegionCodeField(models.CharField):  # type: ignore[type-arg] # generic in the stubs, not when it runs
    """The region a row belongs to; row-level security looks at this column. Not a foreign key: codes are valid by year."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("verbose_name", _("Region"))
        kwargs["max_length"] = 12
        super().__init__(*args, **kwargs)


class Region(models.Model):
    """A statistical region with the years in which its code carried this name."""

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(choices=RegionLevel.choices)
    parent_code = models.CharField(max_length=12, blank=True)
    valid_from = models.PositiveSmallIntegerField()
    valid_to = models.PositiveSmallIntegerField(null=True, help_text="last year of validity; empty while it is valid")
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="region_code_once_per_year"),
            models.CheckConstraint(condition=models.Q(code__regex=r"^\d{12}$"), name="region_code_12_digits"),
        ]
        indexes = [
            models.Index(fields=["parent_code"]),
            models.Index(fields=["code"], name="region_code_like", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account of staff. What it may do comes from its role, where from its scopes; without a scope it sees nothing."""

    username = models.CharField(_("account"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(default=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The code prefixes of the scope, `()` when none: nobody's default is everything."""
        return tuple(scope.prefix for scope in self.scopes.all())


class UserScope(models.Model):
    """One code prefix a user works in: `520403` a county, `520403100` a town, `520403100201` a village."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="scopes")
    prefix = models.CharField(max_length=12)

    class Meta:
        ordering = ["prefix"]
        constraints = [
            models.UniqueConstraint(fields=["user", "prefix"], name="scope_once"),
            models.CheckConstraint(
                condition=models.Q(prefix__regex=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$"), name="scope_is_a_level"
            ),
        ]

    def __str__(self) -> str:
        return self.prefix


class AuditHead(models.Model):
    """The end of a county's chain. Written by the database's trigger only."""

    county = models.CharField(max_length=6, primary_key=True)
    sequence = models.BigIntegerField()
    digest = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.county}#{self.sequence}"


class AuditEntry(models.Model):
    """Who did what to which object. `audit.record` writes it; the database chains it and refuses to change it."""

    county = models.CharField(max_length=6)
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    actor_role = models.CharField(max_length=20)
    address = models.GenericIPAddressField(null=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    region_code = RegionCodeField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["county", "sequence"], name="audit_sequence_once")]
        indexes = [
            models.Index(fields=["object_type", "object_id"]),
            models.Index(
                fields=["region_code", "-at"], opclasses=["text_pattern_ops", "timestamptz_ops"], name="audit_region_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county}#{self.sequence} {self.verb}"


class StoredFile(models.Model):
    """A file that was handed in: its digest says whether it is the same file, its region who may open it."""

    region_code = RegionCodeField()
    content = models.FileField(upload_to="%Y/%m/")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta:
        indexes = [models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return self.name


class JobRun(models.Model):
    """Long work as people see it: what, for whom, how far. The queue's own row is procrastinate's."""

    region_code = RegionCodeField()
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    actor = models.ForeignKey(User, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "-created_at"])]

    def __str__(self) -> str:
        return self.title


class CalendarOverride(models.Model):
    """A day that a county works or rests differently from the published calendar."""

    region_code = RegionCodeField()
    date = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["region_code", "date"], name="override_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Throttle(models.Model):
    """How often something was tried in a window of time; one row per key and window."""

    key = models.CharField(max_length=120)
    window = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="throttle_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.count}"
