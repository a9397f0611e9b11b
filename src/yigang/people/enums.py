"""Choices about persons and households."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    MALE = "M", _("Male")
    FEMALE = "F", _("Female")


class Residence(models.TextChoices):
    """Kind of household registration, which subsidy programmes count separately."""

    URBAN = "urban", _("Urban")
    RURAL = "rural", _("Rural")


class PoorKind(models.TextChoices):
    """How a household stands in the register of the poor."""

    NONE = "none", _("Not registered")
    REGISTERED = "registered", _("Registered poor")
    LIFTED = "lifted", _("Lifted out of poverty")
    MONITORED = "monitored", _("Monitored against falling back")
    LOW_INCOME = "low_income", _("Minimum living allowance")


class PovertyCause(models.TextChoices):
    """Causes of poverty; numbers differ between systems, so the source's text is kept beside the code."""

    ILLNESS = "illness", _("Illness")
    DISABILITY = "disability", _("Disability")
    SCHOOLING = "schooling", _("Schooling")
    DISASTER = "disaster", _("Disaster")
    LAND = "land", _("Lack of land")
    WATER = "water", _("Lack of water")
    SKILL = "skill", _("Lack of skills")
    LABOUR = "labour", _("Lack of labour")
    MONEY = "money", _("Lack of money")
    TRAFFIC = "traffic", _("Poor roads")
    DRIVE = "drive", _("Lack of drive")


class Relation(models.TextChoices):
    """Relation to the head of the household."""

    HEAD = "head", _("Head of household")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    GRANDCHILD = "grandchild", _("Grandchild")
    SIBLING = "sibling", _("Sibling")
    OTHER = "other", _("Other relation")


class HardshipKind(models.TextChoices):
    """The six categories of people whom public-welfare posts are for."""

    POOR = "poor", _("Rural: poor")
    WEAK = "weak", _("Rural: weak")
    DISABLED = "disabled", _("Rural: disabled")
    OLD = "old", _("Rural: old")
    ZERO_EMPLOYMENT = "zero_employment", _("Urban: nobody in the household employed")
    OLDER_JOBLESS = "older_jobless", _("Urban: older and jobless")


class Employment(models.TextChoices):
    """How a person of the labour force earns a living, as the register says."""

    EMPLOYED = "employed", _("Employed")
    FLEXIBLE = "flexible", _("Casual work")
    SELF_EMPLOYED = "self_employed", _("Self-employed")
    FARMING = "farming", _("Farming at home")
    JOBLESS = "jobless", _("Without work")
    STUDENT = "student", _("At school")


class Workplace(models.TextChoices):
    """How far from home a person works."""

    VILLAGE = "village", _("In the village")
    TOWN = "town", _("In the town")
    COUNTY = "county", _("In the county")
    PROVINCE = "province", _("Elsewhere in the province")
    ELSEWHERE = "elsewhere", _("Outside the province")


class Health(models.TextChoices):
    """Health as it matters for work."""

    HEALTHY = "healthy", _("Healthy")
    CHRONIC = "chronic", _("Long ill")
    SEVERE = "severe", _("Severely ill")
    DISABLED = "disabled", _("Disabled")


class PlaceSource(models.TextChoices):
    """What a point on the map is the point of."""

    UNKNOWN = "", _("No position is known")
    HOUSEHOLD = "household", _("Position of the household")
    REGISTER = "register", _("Position in the register")
    VILLAGE = "village", _("Centre of the village")
    POST = "post", _("Position of the post")


class Education(models.TextChoices):
    NONE = "none", _("No schooling")
    PRIMARY = "primary", _("Primary school")
    MIDDLE = "middle", _("Middle school")
    HIGH = "high", _("High school")
    COLLEGE = "college", _("College and above")


class ChangeKind(models.TextChoices):
    """What a quarter's register says otherwise than the quarter before."""

    NEW = "new", _("New in the register")
    GONE = "gone", _("No longer in the register")
    CHANGED = "changed", _("Changed in the register")


class ReviewState(models.TextChoices):
    OPEN = "open", _("To be looked at")
    ACCEPTED = "accepted", _("Accepted")
    KEPT = "kept", _("Kept as it was")
