"""Choices about appointments."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExitKind(models.TextChoices):
    """How an appointment ended."""

    LAPSE = "lapse", _("Natural exit")
    REMOVAL = "removal", _("Removal")
    DISMISSAL = "dismissal", _("Dismissal")
    RECALL = "recall", _("Recall")
    DEATH = "death", _("Death")
    TRANSFER = "transfer", _("Moved to another post")


class ExitReason(models.TextChoices):
    """Why; which ones go with which kind is said by `REASONS`."""

    EMPLOYED = "employed", _("Employed elsewhere")
    RETIRED = "retired", _("Retired")
    AGE = "age", _("Reached the age limit")
    DIED = "died", _("Died")
    MOVED = "moved", _("Moved away")
    ILLNESS = "illness", _("Illness")
    OWN_WISH = "own_wish", _("Own wish")
    TERM_OVER = "term_over", _("Term over")
    FAILED = "failed", _("Failed the appraisal")
    ABSENT = "absent", _("Absent without cause")
    FALSE_CLAIM = "false_claim", _("False claim or substitute")
    NOT_ELIGIBLE = "not_eligible", _("Conditions no longer met")
    OFFENCE = "offence", _("Breach of law or discipline")
    UNFIT = "unfit", _("Not up to the duty")
    TRANSFER = "transfer", _("Transfer")
    OTHER = "other", _("Other")


_AGAINST_WILL = (
    ExitReason.FAILED, ExitReason.ABSENT, ExitReason.FALSE_CLAIM, ExitReason.NOT_ELIGIBLE, ExitReason.OFFENCE,
    ExitReason.UNFIT, ExitReason.OTHER,
)  # fmt: skip
REASONS: dict[ExitKind, tuple[ExitReason, ...]] = {
    ExitKind.LAPSE: (
        ExitReason.EMPLOYED, ExitReason.RETIRED, ExitReason.AGE, ExitReason.MOVED, ExitReason.ILLNESS,
        ExitReason.OWN_WISH, ExitReason.TERM_OVER, ExitReason.OTHER,
    ),
    ExitKind.REMOVAL: _AGAINST_WILL,
    ExitKind.DISMISSAL: _AGAINST_WILL,
    ExitKind.RECALL: _AGAINST_WILL,
    ExitKind.DEATH: (ExitReason.DIED,),
    ExitKind.TRANSFER: (ExitReason.TRANSFER,),
}  # fmt: skip
"""The second level below each kind of exit."""

CHOSEN = (ExitKind.LAPSE, ExitKind.REMOVAL, ExitKind.DISMISSAL, ExitKind.RECALL)
"""Kinds that an official chooses; a death is recorded with the person, a transfer as such."""

AGAINST_WILL = (ExitKind.REMOVAL, ExitKind.DISMISSAL, ExitKind.RECALL)
"""Kinds that one person proposes and another one confirms."""


class ExitState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    DONE = "done", _("Confirmed")
    REJECTED = "rejected", _("Rejected")
    TAKEN_BACK = "taken_back", _("Taken back")


class Delivery(models.TextChoices):
    """How a written notice reached the person."""

    IN_PERSON = "in_person", _("Handed over, signed for")
    FAMILY = "family", _("Handed to an adult of the household")
    POST = "post", _("By registered post")
    LEFT = "left", _("Left at home before witnesses")
    POSTED = "posted", _("Posted publicly")


class LedgerKind(models.TextChoices):
    """What an entry of the ledger is about."""

    HIRE = "hire", _("Hired")
    RENEWAL = "renewal", _("Renewed")
    TERMS = "terms", _("Terms changed")
    TRANSFER_OUT = "transfer_out", _("Moved away to another post")
    TRANSFER_IN = "transfer_in", _("Moved in from another post")
    EXIT = "exit", _("Left the post")
    EXIT_BACK = "exit_back", _("Exit taken back")
    TAKEN_BACK = "taken_back", _("Entry taken back")


class TrainingBasis(models.TextChoices):
    """Why somebody may start although the policy asks for training first."""

    CERTIFICATE = "certificate", _("A certificate on file")
    TAKEN_OVER = "taken_over", _("In the post before this program was used")
    CONTINUES = "continues", _("Goes on in the programme")


class RenewalAnswer(models.TextChoices):
    RENEW = "renew", _("Renew")
    NOT_RENEW = "not_renew", _("Do not renew")
    UNDETERMINED = "undetermined", _("Undetermined")


class MoveState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    CHANGED = "changed", _("Accepted with another village")
    REJECTED = "rejected", _("Rejected")


class RotationState(models.TextChoices):
    COLLECTING = "collecting", _("Collecting wishes")
    PROPOSED = "proposed", _("Moves proposed")
    CLOSED = "closed", _("Closed")


class Wish(models.TextChoices):
    """What a person asks of a rotation."""

    LEAVE = "leave", _("Wants to move")
    STAY = "stay", _("Wants to stay")


class LetterLevel(models.TextChoices):
    COUNTY = "county", _("County")
    TOWN = "town", _("Town")
    VILLAGE = "village", _("Village")
    PERSON = "person", _("Post holder")


class ProvisionKind(models.TextChoices):
    """What a post holder is given besides pay."""

    INSURANCE = "insurance", _("Accident insurance")
    PENSION = "pension", _("Pension insurance")
    GEAR = "gear", _("Protective gear")
    UNIFORM = "uniform", _("Uniform")
    BADGE = "badge", _("Badge")
    MEDICAL = "medical", _("Medical check")
    REST = "rest", _("Rest leave")
