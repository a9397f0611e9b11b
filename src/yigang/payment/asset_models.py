"""Assets of villages, what they bring in, and the ledger of how that is divided and spent (资产收益分配台账).

What must never be is refused by the database: migration 0005 holds the triggers.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.payment.enums import AllocationKind, AllocationPurpose
from yigang.people.models import Household, Person
from yigang.posts.models import Programme


class Asset(models.Model):
    """Something a village or town owns that brings money in. Its programme's policy says how that is divided."""

    region_code = RegionCodeField()
    name = models.CharField(_("asset"), max_length=80)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="assets")
    note = models.CharField(_("particulars"), max_length=200, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["region_code", "name"]
        verbose_name = _("asset")
        constraints = [models.UniqueConstraint(fields=["region_code", "name"], name="asset_once")]

    def __str__(self) -> str:
        return self.name


class AssetIncome(models.Model):
    """What an asset brought in for a period. Its parts are entries of the ledger; a wrong one is taken back whole."""

    region_code = RegionCodeField()
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="incomes")
    starts = models.DateField(_("first day of the period"))
    ends = models.DateField(_("last day of the period"))
    received_on = models.DateField(_("received on"))
    amount_fen = models.BigIntegerField(_("amount"))
    paper = models.CharField(
        pgettext_lazy("voucher", "paper"), max_length=120, help_text="number of the voucher or bank slip"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    policy_digest = models.CharField(max_length=64, help_text="of the text whose shares divided it")
    live = models.BooleanField(default=True, help_text="false once it was taken back")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-received_on", "-pk"]
        verbose_name = _("asset income")
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "starts", "ends", "paper"], condition=Q(live=True), name="asset_income_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="asset_income_positive"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="asset_income_days"),
            models.CheckConstraint(condition=~Q(paper=""), name="asset_income_has_a_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.asset} {self.starts}–{self.ends}"


class AllocationEntry(models.Model):
    """One line of a place's ledger for one purpose. Only ever added; a mistake is answered by a reversing entry.

    `serial` and `balance_fen` count within place and purpose and are written by the database, one entry after the other:
    that the balance is never negative holds for every line as it was written.
    """

    region_code = RegionCodeField()
    purpose = models.CharField(_("purpose"), max_length=8, choices=AllocationPurpose.choices)
    serial = models.PositiveIntegerField(default=0, help_text="by the database")
    kind = models.CharField(_("kind of entry"), max_length=8, choices=AllocationKind.choices)
    day = models.DateField(_("day"))
    amount_fen = models.BigIntegerField(_("amount"), help_text="negative when it is spent")
    balance_fen = models.BigIntegerField(_("balance"), default=0, help_text="by the database")
    text = models.CharField(_("what for"), max_length=200)
    paper = models.CharField(pgettext_lazy("voucher", "paper"), max_length=120, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    income = models.ForeignKey(AssetIncome, on_delete=models.PROTECT, null=True, related_name="entries")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who was aided")
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("household that was aided")
    )
    batch = models.ForeignKey("payment.BankBatch", on_delete=models.PROTECT, null=True, related_name="allocations")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("entry of the allocation ledger")
        constraints = [
            models.UniqueConstraint(fields=["region_code", "purpose", "serial"], name="allocation_serial_once"),
            models.CheckConstraint(condition=Q(balance_fen__gte=0), name="allocation_balance_not_negative"),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="allocation_of_something"),
            models.CheckConstraint(
                condition=Q(kind="income", income__isnull=False, reverses=None, batch=None, amount_fen__gt=0)
                | Q(kind="spending", income=None, reverses=None, amount_fen__lt=0)
                | Q(kind="returned", income=None, reverses=None, batch__isnull=False, amount_fen__gt=0)
                | Q(kind="reversal", reverses__isnull=False) & ~Q(text=""),
                name="allocation_kind_says_its_source",
            ),
            models.CheckConstraint(
                condition=~Q(kind="spending") | Q(batch__isnull=False) | ~Q(paper=""), name="spending_has_a_paper"
            ),
            models.CheckConstraint(
                condition=~Q(kind="spending", purpose="case") | Q(file__isnull=False), name="case_has_minutes"
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=True) | Q(purpose="posts"), name="batches_are_paid_from_posts"
            ),
            models.CheckConstraint(
                condition=Q(person=None, household=None)
                | Q(purpose="aid") & (Q(person=None) | Q(household=None)) & Q(kind__in=("spending", "reversal")),
                name="aid_is_for_a_person_or_a_household",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "day"], name="allocation_place"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="allocation_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.purpose} {self.serial}"
