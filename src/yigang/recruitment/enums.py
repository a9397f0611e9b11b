"""Choices about rounds and applications."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    """A round runs until its last step is closed; a cancelled one stays on file."""

    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class StepState(models.TextChoices):
    """Where a step stands. When the round goes back, steps that were begun stay on file as undone."""

    WAITING = "waiting", _("Not begun")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Done")
    UNDONE = "undone", _("Gone back over")


class Source(models.TextChoices):
    """Who brought the application in."""

    CLERK = "clerk", _("Village clerk")
    PUBLIC = "public", _("Public site")
    POOL = "pool", _("Reserve pool")
    MATCHING = "matching", _("Matching")


class ApplicationState(models.TextChoices):
    """Where an application stands. Only those in the running go on; an open objection stops one without changing this."""

    RUNNING = "running", _("In the running")
    OUT = "out", _("Not chosen")
    WITHDRAWN = "withdrawn", _("Withdrew")
    HIRED = "hired", _("Hired")


class Entry(models.TextChoices):
    """What is written into a round's book."""

    OPENED = "opened", _("Opened")
    CLOSED = "closed", _("Closed")
    WENT_BACK = "went_back", _("Went back")
    CANCELLED = "cancelled", _("Cancelled")
    RANKED = "ranked", _("Ranked")


class Verdict(models.TextChoices):
    """What a clause, or all of them, say about an applicant."""

    HOLDS = "holds", _("Eligible")
    FAILS = "fails", _("Not eligible")
    UNDETERMINED = "undetermined", _("Undetermined")


class PoolState(models.TextChoices):
    """Whether somebody waits in the reserve pool. Undetermined: a fact is missing, which is neither yes nor no."""

    IN = "in", _("In the pool")
    OUT = "out", _("Not in the pool")
    UNDETERMINED = "undetermined", _("Undetermined")


class ReplacementState(models.TextChoices):
    """Where a proposal for a vacancy stands."""

    OPEN = "open", _("Waits for the county")
    CONFIRMED = "confirmed", _("Appointed")
    REJECTED = "rejected", _("Rejected")
    TAKEN_BACK = "taken_back", _("Taken back")


class ProposalState(models.TextChoices):
    """What an official made of a proposal of the matching."""

    OPEN = "open", _("To be decided")
    ACCEPTED = "accepted", _("Accepted")
    CHANGED = "changed", _("Accepted with another post")
    REJECTED = "rejected", _("Rejected")
