"""Choices about settlement and payment."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.TextChoices):
    """Where a month stands: 收集 → 计算 → 公示 → 复核 → 封存. Paying (发放) is told by the batches."""

    COLLECTING = "collecting", _("Collecting")
    CALCULATED = "calculated", _("Calculated")
    PUBLISHED = "published", _("Published in the village")
    SUBMITTED = "submitted", _("Under county review")
    APPROVED = "approved", _("Approved")
    SEALED = "sealed", _("Sealed")


class LineState(models.TextChoices):
    SETTLED = "settled", _("Settled")
    UNDETERMINED = "undetermined", _("Undetermined")


class LineKind(models.TextChoices):
    REGULAR = "regular", _("Month")
    ADJUSTMENT = "adjustment", _("Adjustment")


class EntryState(models.TextChoices):
    """Where a payment in a batch stands."""

    PENDING = "pending", _("Waiting for the bank")
    PAID = "paid", _("Paid")
    REFUSED = "refused", _("Refused by the bank")
    CANCELLED = "cancelled", _("Cancelled")


class BatchState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("Sent to the bank")
    RETURNED = "returned", _("Return read")
    CANCELLED = "cancelled", _("Cancelled")


class HoldState(models.TextChoices):
    """Where the holding back of somebody's pay stands. Only a live one keeps lines out of batches."""

    PROPOSED = "proposed", _("Hold proposed")
    LIVE = "live", _("Held back")
    LIFTED = "lifted", _("Hold lifted")
    DECLINED = "declined", _("Hold declined")


class AllocationPurpose(models.TextChoices):
    """What asset income is divided for; the codes are those of the policy's section `asset_income`."""

    POSTS = "posts", _("Posts and labour")
    AID = "aid", _("Special aid")
    CASE = "case", _("One case, one discussion")


class AllocationKind(models.TextChoices):
    """What an entry of the allocation ledger is."""

    INCOME = "income", _("Share of an income")
    SPENDING = "spending", _("Spending from the ledger")
    RETURNED = "returned", _("Returned by the bank")
    REVERSAL = "reversal", _("Reversing entry")
