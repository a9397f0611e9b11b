"""What waits for those who pay, and batches in the search over everything."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.account.home import Hit, finder
from yigang.console.bank.holds import overdue
from yigang.console.regions import Reader
from yigang.console.today import Due, due
from yigang.foundation import money
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.payment.bank.access import (
    APPROVE_BATCH,
    CREATE_BATCH,
    EXPORT_BATCH,
    READ_PAYMENTS,
    READ_RETURN,
    SET_HOLD,
    TELL_HOLD,
)
from yigang.payment.bank.queries import refused_entries
from yigang.payment.enums import BatchState, HoldState, Step
from yigang.payment.hold_models import PayHold
from yigang.payment.models import BankBatch, Payment, Settlement
from yigang.people.access import KEEP_ACCOUNTS
from yigang.people.models import BankAccount

HITS = 10


@due("bank")
def sealed_months(user: User, prefix: str) -> Iterator[Due]:
    """Sealed months of which nothing has gone to a bank yet."""
    if not may(user, CREATE_BATCH):
        return
    begun = Payment.objects.filter(line__settlement=OuterRef("pk"), live=True)
    months = Settlement.objects.filter(regions.inside(prefix), ~Exists(begun), step=Step.SEALED, total_fen__gt=0)
    if count := months.count():
        yield Due(_("Pay sealed months"), reverse("console:bank-new"), count=count)


@due("bank")
def batches(user: User, prefix: str) -> Iterator[Due]:
    """Drafts that another person made, approved batches without a file, sent batches without a whole answer."""
    here = BankBatch.objects.filter(regions.inside(prefix))
    waiting = (
        (APPROVE_BATCH, _("Approve a batch for the bank"), here.filter(state=BatchState.DRAFT).exclude(author=user)),
        (EXPORT_BATCH, _("Send an approved batch to the bank"), here.filter(state=BatchState.APPROVED)),
        (
            READ_RETURN, _("Read the bank's return"),
            here.filter(state__in=(BatchState.SENT, BatchState.RETURNED), entries__state="pending").distinct(),
        ),
    )  # fmt: skip
    for capability, title, rows in waiting:
        if not may(user, capability):
            continue
        found = list(rows.values_list("pk", flat=True))
        if len(found) == 1:
            yield Due(title, reverse("console:bank-batch", args=found))
        elif found:
            yield Due(title, reverse("console:bank-batches"), count=len(found))


@due("bank")
def bounced(user: User, prefix: str) -> Iterator[Due]:
    """Payments that the bank refused: first the account is corrected, then they are paid again."""
    refused = refused_entries().filter(regions.inside(prefix))
    if may(user, KEEP_ACCOUNTS) and (count := refused.filter(account__active=True).count()):
        yield Due(_("Correct accounts that the bank refused"), reverse("console:bank-waiting"), count=count)
    corrected = BankAccount.objects.filter(person=OuterRef("person"), active=True).exclude(pk=OuterRef("account"))
    if may(user, CREATE_BATCH) and (count := refused.filter(Exists(corrected)).count()):
        yield Due(_("Pay bounced payments again"), reverse("console:bank-new"), count=count)


@due("bank")
def held_pay(user: User, prefix: str) -> Iterator[Due]:
    """Holds that are proposed, that nobody told the person of, and that nobody decided about in time."""
    here, address = PayHold.objects.filter(regions.inside(prefix)), reverse("console:bank-holds")
    live = here.filter(state=HoldState.LIVE)
    if may(user, SET_HOLD):
        late = list(live.filter(overdue()).order_by("review_by").values_list("review_by", flat=True))
        if late:
            yield Due(
                _("Decide about pay that is held back too long"), f"{address}?state=live&overdue=1", late[0], len(late)
            )
        if count := here.filter(state=HoldState.PROPOSED).count():
            yield Due(_("Decide whether pay is held back"), f"{address}?state=proposed", count=count)
    if may(user, TELL_HOLD) and (count := live.filter(told_on=None).count()):
        yield Due(_("Tell people that their pay is held back"), f"{address}?state=live", count=count)


@finder
def batches_by_number(reader: Reader, words: str) -> Iterator[Hit]:
    if not may(reader.user, READ_PAYMENTS):
        return
    rows = BankBatch.objects.filter(number__contains=words).annotate(programme_name=F("programme__name"))
    for batch in rows.order_by("-pk")[:HITS]:
        text = f"{batch.programme_name} · {money.show(batch.total_fen)} · {batch.get_state_display()}"
        yield Hit(_("Batch"), batch.number, text, reverse("console:bank-batch", args=[batch.pk]))
