"""From a judged month to money: settlements with their lines and kept facts, funds, bank batches and returns.

What must never be is refused by the database: migration 0002 holds the triggers.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.payment.asset_models import AllocationEntry, Asset, AssetIncome
from yigang.payment.enums import BatchState, EntryState, LineKind, LineState, Step
from yigang.payment.hold_models import PayHold
from yigang.payment.owed_models import Owed, OwedChange, OwedSum
from yigang.people.models import BankAccount, Household, Person
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

ELSEWHERE = (Asset, AssetIncome, AllocationEntry, PayHold, Owed, OwedSum, OwedChange)
"""The tables of asset income, of held pay and of what is owed, which stand in files of their own."""


class Settlement(models.Model):
    """One programme's month in one town: computed, published, reviewed by another person, sealed for good."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="settlements")
    month = models.DateField(_("month"), help_text="its first day")
    step = models.CharField(_("step"), max_length=12, choices=Step.choices, default=Step.COLLECTING)
    policy_digest = models.CharField(max_length=64, blank=True)
    lines_digest = models.CharField(max_length=64, blank=True)
    facts_digest = models.CharField(max_length=64, blank=True)
    people = models.PositiveIntegerField(default=0)
    undetermined = models.PositiveIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    calculated_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(_("why it was sent back"), max_length=200, blank=True)

    class Meta:
        ordering = ["-month", "region_code"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "region_code", "month"], name="settlement_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="settlement_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")), name="approver_is_not_author"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | Q(submitted_by__isnull=True) | ~Q(approver=F("submitted_by")),
                name="approver_is_not_submitter",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=["approved", "sealed"]) | Q(approver__isnull=False), name="approved_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.month:%Y-%m}"


class SubsidyLine(models.Model):
    """What one appointment is owed for one month, and every figure it was computed from (`trace`)."""

    region_code = RegionCodeField()
    settlement = models.ForeignKey(Settlement, on_delete=models.CASCADE, related_name="lines")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lines")
    month = models.DateField()
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.REGULAR)
    state = models.CharField(max_length=12, choices=LineState.choices)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True)
    amount_fen = models.BigIntegerField(_("amount"), null=True, help_text="null while undetermined")
    missing = ArrayField(models.CharField(max_length=60), default=list)
    consequences = ArrayField(models.CharField(max_length=60), default=list)
    trace = models.JSONField(help_text="the engine's row: every measure, part and component by name")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "month"], condition=Q(kind="regular"), name="month_settled_once"
            ),
            models.CheckConstraint(
                condition=Q(state="undetermined", amount_fen__isnull=True)
                | Q(state="settled", amount_fen__isnull=False),
                name="undetermined_has_no_amount",
            ),
            models.CheckConstraint(
                condition=Q(kind="adjustment", corrects__isnull=False) & ~Q(reason="")
                | Q(kind="regular", corrects__isnull=True, amount_fen__gte=0)
                | Q(kind="regular", corrects__isnull=True, amount_fen__isnull=True),
                name="adjustment_points_back",
            ),
        ]
        indexes = [
            models.Index(fields=["settlement", "person"]),
            models.Index(fields=["person", "-month"]),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.month:%Y-%m}"


class Snapshot(models.Model):
    """What a sealed settlement was computed from, kept whole so that anyone can compute it again."""

    settlement = models.OneToOneField(Settlement, on_delete=models.PROTECT, primary_key=True, related_name="snapshot")
    region_code = RegionCodeField()
    facts = models.BinaryField(help_text="zip of one Parquet file per fact table")
    policy = models.TextField(help_text="the policy's file as it was")

    def __str__(self) -> str:
        return str(self.settlement_id)


class Fund(models.Model):
    """Where money comes from in a year."""

    region_code = RegionCodeField()
    name = models.CharField(_("fund"), max_length=80)
    year = models.PositiveSmallIntegerField(_("year"))
    from_assets = models.BooleanField(
        _("paid from asset income"), default=False, db_default=False,
        help_text="its batches are entries of the allocation ledger of its place",
    )  # fmt: skip

    class Meta:
        ordering = ["-year", "name"]
        constraints = [models.UniqueConstraint(fields=["region_code", "name", "year"], name="fund_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class BudgetLine(models.Model):
    """How much of a fund a programme may spend. What is spent is the sum of its live payments."""

    region_code = RegionCodeField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budget_lines")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="budget_lines")
    amount_fen = models.BigIntegerField(_("amount"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "programme"], name="budget_line_once"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="budget_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.fund)


class BankBatch(models.Model):
    """A list of payments handed to a bank at once, in a layout, from one budget line."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="batches")
    budget_line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="batches")
    number = models.CharField(_("batch number"), max_length=40, unique=True)
    layout = models.CharField(_("layout"), max_length=40)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.DRAFT)
    count = models.PositiveIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    file_name = models.CharField(max_length=120, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")), name="batch_approver_is_not_author"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BatchEntry(models.Model):
    """One row of the bank's file: a person, an account, a sum."""

    region_code = RegionCodeField()
    batch = models.ForeignKey(BankBatch, on_delete=models.CASCADE, related_name="entries")
    serial = models.PositiveIntegerField(_("serial"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="payments")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField(_("amount"))
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.PENDING)
    bank_reason = models.CharField(_("the bank's reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["serial"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "serial"], name="batch_serial_once"),
            models.UniqueConstraint(fields=["batch", "person"], name="batch_person_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.person}"


class Payment(models.Model):
    """Which lines a batch entry pays. While `live`, no other entry can pay the line: refused or cancelled ends it."""

    region_code = RegionCodeField()
    entry = models.ForeignKey(BatchEntry, on_delete=models.CASCADE, related_name="payments")
    line = models.ForeignKey(SubsidyLine, on_delete=models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line"], condition=Q(live=True), name="line_paid_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}→{self.line_id}"


class HouseholdPay(models.Model):
    """What the bank has paid to the members of a household for the months of a year, in fen.

    Kept by the database whenever an entry is answered as paid or somebody moves (migration 0008): never written from here.
    """

    household = models.ForeignKey(Household, on_delete=models.DO_NOTHING, related_name="pays", db_constraint=False)
    region_code = RegionCodeField()
    year = models.PositiveSmallIntegerField()
    fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "year"], name="household_pay_once")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.year}"


class BankReturn(models.Model):
    """The bank's answer to a batch, as its file and what was read from it. One file is read once."""

    region_code = RegionCodeField()
    batch = models.ForeignKey(BankBatch, on_delete=models.PROTECT, related_name="returns")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64)
    paid = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-read_at"]
        constraints = [models.UniqueConstraint(fields=["batch", "sha256"], name="return_read_once")]

    def __str__(self) -> str:
        return f"{self.batch} {self.paid}+{self.refused}"
