"""Choices about evidence of duty. The values are the words of the engine's fact tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Table(models.TextChoices):
    """Fact tables that an intake can complete for a region and period."""

    CHECK_INS = "check_ins", _("Check-ins")
    LEAVES = "leaves", _("Leave")
    WORK_LOGS = "work_logs", _("Work logs")
    FINDINGS = "findings", _("Absences found")
    PATROLS = "patrols", _("Patrols")


class CheckInKind(models.TextChoices):
    ON = "on", _("On duty")
    OFF = "off", _("Off duty")
    NIGHT = "night", _("Night in the village")
    PATROL = "patrol", _("Patrol")
    OTHER = "other", _("Other")


class CheckInResult(models.TextChoices):
    NORMAL = "normal", _("Normal")
    LATE = "late", _("Late")
    SERIOUS_LATE = "serious_late", _("Very late")
    EARLY = "early", _("Left early")
    ABSENT = "absent", _("Absent without leave")
    NOT_SIGNED = "not_signed", _("Not checked in")


class Place(models.TextChoices):
    INSIDE = "inside", _("Inside the place")
    OUTSIDE = "outside", _("Outside the place")


class Source(models.TextChoices):
    DINGTALK = "dingtalk", _("DingTalk")
    WECOM = "wecom", _("WeCom")
    SHEET = "sheet", _("Table")
    PROXY = "proxy", _("Entered for the person")
    SYSTEM = "SYSTEM", _("Missed check noted by the system")
    PHONE = "phone", pgettext_lazy("that records", "Phone")


class LeaveKind(models.TextChoices):
    SICK = "sick", _("Sick leave")
    PERSONAL = "personal", _("Personal leave")
    ANNUAL = "annual", _("Annual leave")
    MARRIAGE = "marriage", _("Marriage leave")
    BEREAVEMENT = "bereavement", _("Bereavement leave")
    MATERNITY = "maternity", _("Maternity leave")
    TRIP = "trip", _("Reported trip")
    TRAINING = "training", _("Training")
    OTHER = "other", _("Other leave")


class ProxyMark(models.TextChoices):
    """What a village's paper says of a day, by the letter that is typed."""

    PRESENT = "present", _("On duty")
    NIGHT = "night", _("On duty and in the village at night")
    LEAVE = "leave", _("On leave")


class Lane(models.TextChoices):
    """How a phone sent a record: while it happened, or from what had waited for a signal."""

    NOW = "now", _("At once")
    BACKLOG = "backlog", _("Later")


class ClockSource(models.TextChoices):
    """What a record's time was judged by."""

    OFFSET = "offset", _("Phone's clock, corrected by the server's")
    PHONE = "phone", _("Phone's clock")
    RUNNING = "running", _("Time passed on the phone before it was sent")
    ARRIVAL = "arrival", _("Time of arrival")


class Outcome(models.TextChoices):
    """What became of a record that a phone sent."""

    STORED = "stored", _("Stored")
    KNOWN = "known", _("Known already")
    CONFLICT = "conflict", _("Another record has its number")
    REFUSED = "refused", _("Refused")


class MediaKind(models.TextChoices):
    """Also the capability that each needs."""

    PHOTO = "photo", _("Photo")
    VOICE = "voice", _("Voice note")


class PatrolSource(models.TextChoices):
    """How a patrol's fixes came in."""

    PHONE = "phone", pgettext_lazy("that records", "Phone")
    TRACKER = "tracker", _("Tracker")
    FILE = "file", _("Track file")
    PAPER = "paper", _("Patrol kept on paper")


class PatrolEvent(models.TextChoices):
    START = "start", _("Began")
    PAUSE = "pause", _("Paused")
    RESUME = "resume", _("Went on")
    END = "end", _("Ended")


class LeaveState(models.TextChoices):
    """What became of a request for leave."""

    ASKED = "asked", _("Waits for a decision")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


class LeaveLevel(models.TextChoices):
    """Who decides a request for leave, from below to above."""

    VILLAGE = "village", _("Village")
    TOWN = "town", _("Town")
    COUNTY = "county", _("County")


class WorkDone(models.TextChoices):
    """What can be ticked in a day's log instead of writing it."""

    PATROL = "patrol", _("Patrolled")
    FIRE = "fire", _("Watched and warned of fire")
    PESTS = "pests", _("Looked for pests")
    CLEANING = "cleaning", _("Cleaned")
    REPAIR = "repair", _("Repaired things")
    PLANTING = "planting", _("Planted and tended")
    VISIT = "visit", _("Visited households")
    MEDIATION = "mediation", _("Settled a dispute")
    POLICY = "policy", _("Explained policies")
    PAPERWORK = "paperwork", _("Wrote lists and files")
    MEETING = "meeting", _("Meeting or training")
    OTHER = "other", _("Other work")


class IncidentKind(models.TextChoices):
    FIRE = "fire", _("Fire or smoke")
    PESTS = "pests", _("Pests and diseases")
    LOGGING = "logging", _("Illegal logging")
    HUNTING = "hunting", _("Illegal hunting")
    LAND = "land", _("Land taken or dug up")
    DISASTER = "disaster", _("Flood, slide or other danger")
    DAMAGE = "damage", _("Damaged road or facility")
    RUBBISH = "rubbish", _("Rubbish and pollution")
    DISPUTE = "dispute", _("Dispute")
    HARDSHIP = "hardship", _("Household in trouble")
    OTHER = "other", _("Other")


class IncidentState(models.TextChoices):
    OPEN = "open", _("To be handled")
    HANDLED = "handled", _("Handled, not closed")
    CLOSED = "closed", _("Closed")


class ResultKind(models.TextChoices):
    """What work leads to."""

    PLANTING = "planting", _("Afforestation")
    GREENING = "greening", _("Greening")
    PEST_CONTROL = "pest_control", _("Pest control")
    SEEDLINGS = "seedlings", _("Seedlings")
    TENDING = "tending", _("Tending of young forest")
    FIREBREAK = "firebreak", _("Firebreaks")
    CLEANING = "cleaning", _("Cleaning")
    WATER = "water", _("River keeping")
    ROAD = "road", _("Road keeping")
    SERVICE = "service", _("Services to households")
    OTHER = "other", _("Other work")


class Unit(models.TextChoices):
    """Units of work results. What they measure and how they convert is in `duty.quantities`."""

    SQUARE_METRE = "sqm", _("m²")
    MU = "mu", _("mu")
    HECTARE = "ha", _("ha")
    WAN_MU = "wan_mu", _("10,000 mu")
    METRE = "m", _("m")
    LI = "li", _("li")
    KILOMETRE = "km", _("km")
    PLANT = "plant", _("plants")
    WAN_PLANT = "wan_plant", _("10,000 plants")
    KILOGRAM = "kg", _("kg")
    TON = "t", _("t")
    PIECE = "piece", _("pieces")
    PLACE = "place", _("places")
    TIME = "time", _("times")
    HOUSEHOLD = "household", _("households")


class FlagState(models.TextChoices):
    """Where a question about evidence stands."""

    OPEN = "open", _("To be answered")
    EXPLAINED = "explained", _("Explained")
    CONFIRMED = "confirmed", _("Borne out")


class FlagOutcome(models.TextChoices):
    """What somebody answered, or that it is open again."""

    EXPLAINED = "explained", _("Explained")
    CONFIRMED = "confirmed", _("Borne out")
    REOPENED = "reopened", _("Opened again")
