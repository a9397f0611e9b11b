"""Verbs of asset income: an asset, what it brought in, what is spent of it, and how a mistake is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, money, regioncode
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.domain import store_paper
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.foundation.money import Fen
from yigang.payment.asset_models import AllocationEntry, Asset, AssetIncome
from yigang.payment.assets.access import KEEP_ASSETS
from yigang.payment.assets.queries import balance_of
from yigang.payment.enums import AllocationKind, AllocationPurpose
from yigang.people.models import Household, Person
from yigang.policy.assets import AssetRule, asset_rule
from yigang.policy.model import PolicyVersion
from yigang.posts import rules
from yigang.posts.models import Programme

Parts = Mapping[AllocationPurpose, Fen]
LONGEST_PAPER = 120
SHOWN = ("starts", "ends", "received_on", "amount_fen", "paper")


@dataclass(frozen=True)
class Paper:
    """A scanned paper as it was handed in."""

    content: bytes
    name: str


@dataclass(frozen=True)
class Received:
    """What came in: for which days, when, how much, by which voucher."""

    starts: date
    ends: date
    received_on: date
    amount_fen: Fen
    paper: str
    scan: Paper | None = None


@dataclass(frozen=True)
class Spent:
    """What is spent of a purpose, on what, by which voucher.

    A case brings the minutes of its discussion, special aid says who received it.
    """

    purpose: AllocationPurpose
    day: date
    amount_fen: Fen
    text: str
    paper: str
    scan: Paper | None = None
    recipient: Person | Household | None = None


@transaction.atomic
def add_asset(region_code: str, name: str, programme: Programme, *, note: str = "", actor: User) -> Asset:
    """Something that brings money in, and the programme whose policy divides it."""
    require(actor, KEEP_ASSETS, region_code)
    if not name.strip():
        raise Refusal(_("The asset needs a name."), code="name", field="name")
    if Asset.objects.filter(region_code=region_code, name=name.strip()).exists():
        raise Refusal(_("There is an asset “%(name)s” here already."), {"name": name}, code="asset_once", field="name")
    rule_on(programme, timezone.localdate())
    asset = Asset.objects.create(
        region_code=region_code, name=name.strip(), programme=programme, note=note.strip(), added_by=actor
    )
    audit.record("payment.add_asset", asset, actor=actor, after=audit.snapshot(asset, ("name", "programme", "note")))
    return asset


def rule_on(programme: Programme, day: date) -> tuple[AssetRule, PolicyVersion]:
    """The shares in force on a day, with the text they stand in."""
    version = rules.text_on(rules.policy_from(rules.policy_file(programme.policy_code)), day)
    rule = asset_rule(version.text)
    if rule is None:
        raise Refusal(
            _("The policy of %(programme)s does not say how asset income is divided."), {"programme": programme},
            code="no_rule", field="programme", remedy=_("Add a section asset_income to the policy."),
        )  # fmt: skip
    return rule, version


def split(rule: AssetRule, amount_fen: Fen) -> Parts:
    """Parts by purpose, in the policy's order; they sum to the amount. See docs/algorithms/assets.md."""
    parts = money.by_weight(amount_fen, list(rule.shares.values()))
    return {AllocationPurpose(purpose): part for purpose, part in zip(rule.shares, parts, strict=True)}


@transaction.atomic
def record_income(asset: Asset, received: Received, *, actor: User) -> AssetIncome:
    """Put an income on file and divide it by the text in force on the day it was received."""
    require(actor, KEEP_ASSETS, asset.region_code)
    fault = fault_of(received)
    if fault:
        raise fault
    rule, version = rule_on(asset.programme, received.received_on)
    with _refusing_twice(asset):
        income = AssetIncome.objects.create(
            region_code=asset.region_code, asset=asset, starts=received.starts, ends=received.ends,
            received_on=received.received_on, amount_fen=received.amount_fen, paper=received.paper.strip(),
            file=_kept(received.scan, asset.region_code, actor), policy_digest=version.digest, recorded_by=actor,
        )  # fmt: skip
    for purpose, part in split(rule, received.amount_fen).items():
        if part:
            _enter(
                asset.region_code, purpose, AllocationKind.INCOME, part, actor, day=income.received_on,
                text=f"{asset} {income.starts}—{income.ends}"[:200], paper=income.paper, income=income,
            )  # fmt: skip
    audit.record("payment.record_asset_income", income, actor=actor, after=audit.snapshot(income, SHOWN))
    return income


def fault_of(received: Received) -> Refusal | None:
    """What stands against an income."""
    if received.amount_fen <= 0:
        return Refusal(_("An income is more than nothing."), code="amount", field="amount")
    if received.ends < received.starts:
        return Refusal(_("The period ends before it begins."), code="period", field="ends")
    if received.received_on > timezone.localdate():
        return Refusal(
            _("%(day)s is still to come."), {"day": received.received_on}, code="future", field="received_on"
        )
    if not received.paper.strip():
        return Refusal(_("Name the voucher or the bank's slip."), code="paper", field="paper")
    if len(received.paper.strip()) > LONGEST_PAPER:
        return Refusal(
            _("The voucher's name has more than %(most)d signs."), {"most": LONGEST_PAPER}, code="paper", field="paper",
            remedy=_("Write its number alone."),
        )  # fmt: skip
    return None


@contextmanager
def _refusing_twice(asset: Asset) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if violated(error) != "asset_income_once":
            raise
        raise Refusal(
            _("This income of %(asset)s, with this voucher, is on file already."), {"asset": asset}, code="income_once",
            field="paper",
        ) from error  # fmt: skip


@transaction.atomic
def take_back_incomes(incomes: Sequence[AssetIncome], *, reason: str, actor: User) -> None:
    """Incomes recorded by mistake: each part is answered by a reversing entry, unless it is spent already."""
    _refuse_no_reason(reason)
    for income in hold(AssetIncome.objects.filter(pk__in=[one.pk for one in incomes])).order_by("pk"):
        require(actor, KEEP_ASSETS, income.region_code)
        if not income.live:
            raise Refusal(_("This income was taken back already."), code="taken_back")
        AssetIncome.objects.filter(pk=income.pk).update(live=False)
        for entry in income.entries.filter(kind=AllocationKind.INCOME).order_by("pk"):
            _turn(entry, reason, actor)
        audit.record("payment.take_back_asset_income", income, actor=actor, after={"reason": reason.strip()})


@transaction.atomic
def spend(region_code: str, spent: Spent, *, actor: User) -> AllocationEntry:
    """Write down what was spent of a place's ledger; never more than there is."""
    require(actor, KEEP_ASSETS, region_code)
    if spent.amount_fen <= 0:
        raise Refusal(_("Say how much was spent."), code="amount", field="amount")
    if spent.day > timezone.localdate():
        raise Refusal(_("%(day)s is still to come."), {"day": spent.day}, code="future", field="day")
    if not spent.text.strip() or not spent.paper.strip():
        raise Refusal(_("Say what it was spent on, and by which voucher."), code="paper", field="paper")
    if spent.purpose == AllocationPurpose.CASE and spent.scan is None:
        raise Refusal(
            _("One case, one discussion: attach the minutes."), code="minutes", field="scan",
            remedy=_("A photo or a PDF of the minutes with the signatures."),
        )  # fmt: skip
    _refuse_recipient(region_code, spent)
    entry = _enter(
        region_code, spent.purpose, AllocationKind.SPENDING, -spent.amount_fen, actor, day=spent.day,
        text=spent.text.strip()[:200], paper=spent.paper.strip()[:LONGEST_PAPER], file=_kept(spent.scan, region_code, actor),
        person=spent.recipient if isinstance(spent.recipient, Person) else None,
        household=spent.recipient if isinstance(spent.recipient, Household) else None,
    )  # fmt: skip
    audit.record("payment.spend_asset_income", entry, actor=actor, after=_told(entry))
    return entry


def _refuse_recipient(region_code: str, spent: Spent) -> None:
    """Special aid is for somebody of the place whose money it is; nothing else has a recipient."""
    if (spent.purpose == AllocationPurpose.AID) != (spent.recipient is not None):
        raise Refusal(
            _("Special aid says who received it.") if spent.recipient is None
            else _("Only special aid is given to a person or a household."),
            code="recipient", field="person",
            remedy=_("Give the identity number of the person, or the number of the household.")
            if spent.recipient is None else _("Take the person and the household out, or choose special aid."),
        )  # fmt: skip
    if spent.recipient and not str(spent.recipient.region_code).startswith(regioncode.prefix_of(region_code)):
        raise Refusal(
            _("Who is aided lives in another place than the one whose money it is."), code="recipient_elsewhere",
            field="person", remedy=_("Choose the ledger of the place where they live."),
        )  # fmt: skip


@transaction.atomic
def reverse(entry: AllocationEntry, *, reason: str, actor: User) -> AllocationEntry:
    """Answer a spending that was wrong by an entry of the opposite sign; both stay."""
    require(actor, KEEP_ASSETS, entry.region_code)
    _refuse_no_reason(reason)
    if entry.kind != AllocationKind.SPENDING or entry.batch_id:
        raise Refusal(
            _("Only a spending entered by hand is reversed here."), code="not_by_hand",
            remedy=_("An income is taken back on its page; what went to the bank comes back through the bank."),
        )  # fmt: skip
    made = _turn(entry, reason, actor)
    audit.record("payment.reverse_allocation", made, actor=actor, after={**_told(made), "reason": reason.strip()})
    return made


def _turn(entry: AllocationEntry, reason: str, actor: User) -> AllocationEntry:
    try:
        with transaction.atomic():
            return _enter(
                entry.region_code, AllocationPurpose(entry.purpose), AllocationKind.REVERSAL, -entry.amount_fen, actor,
                day=timezone.localdate(), text=reason.strip()[:200], paper=entry.paper, income=entry.income,
                reverses=entry, person=entry.person, household=entry.household,
            )  # fmt: skip
    except IntegrityError as error:
        if "reverses_id" not in violated(error):
            raise
        raise Refusal(_("This entry was reversed already."), code="reversed") from error


def book(
    region_code: str, amount_fen: Fen, *, day: date, text: str, batch: object, actor: User
) -> AllocationEntry:  # fmt: skip
    """What a batch takes out of the ledger (negative) or brings back; called by whoever moves the batch."""
    require(actor, KEEP_ASSETS, region_code)
    kind = AllocationKind.SPENDING if amount_fen < 0 else AllocationKind.RETURNED
    entry = _enter(region_code, AllocationPurpose.POSTS, kind, amount_fen, actor, day=day, text=text[:200], batch=batch)
    audit.record("payment.book_batch_on_assets", entry, actor=actor, after=_told(entry))
    return entry


def _enter(
    region_code: str, purpose: AllocationPurpose, kind: AllocationKind, amount_fen: Fen, actor: User, **more: object
) -> AllocationEntry:  # fmt: skip
    """One entry. Serial and balance come back from the database, which refuses what there is not."""
    try:
        with transaction.atomic():
            entry = AllocationEntry.objects.create(
                region_code=region_code, purpose=purpose, kind=kind, amount_fen=amount_fen, made_by=actor, **more
            )
    except IntegrityError as error:
        if violated(error) != "allocation_balance_not_negative":
            raise
        raise _too_much(region_code, purpose, -amount_fen) from error
    entry.refresh_from_db(fields=["serial", "balance_fen"])
    return entry


def _too_much(region_code: str, purpose: AllocationPurpose, wanted_fen: Fen) -> Refusal:
    left = balance_of(region_code, purpose)
    return Refusal(
        _("“%(purpose)s” has %(left)s yuan left here; %(wanted)s are needed, %(short)s too much."),
        {
            "purpose": str(purpose.label), "left": money.show(left), "wanted": money.show(wanted_fen),
            "short": money.show(wanted_fen - left),
        },
        code="balance", field="amount", remedy=_("Record the income first, or spend less."),
    )  # fmt: skip


def _kept(scan: Paper | None, region_code: str, actor: User) -> StoredFile | None:
    if scan is None:
        return None
    return store_paper(scan.content, name=scan.name, region_code=region_code, actor=actor, field="scan")


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Say why it is reversed."), code="reason", field="reason")


def _told(entry: AllocationEntry) -> dict[str, object]:
    told = ("purpose", "kind", "day", "amount_fen", "balance_fen", "text", "paper", "person_id", "household_id")
    return audit.snapshot(entry, told)
