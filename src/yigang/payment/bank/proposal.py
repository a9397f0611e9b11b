"""Whom a batch would pay, and whom it cannot pay and why. Nobody who is owed money is left out of both lists."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from yigang.foundation import names
from yigang.foundation.money import Fen
from yigang.payment.enums import EntryState, HoldState, LineState
from yigang.payment.hold_models import PayHold
from yigang.payment.models import BatchEntry
from yigang.people.models import BankAccount, Person
from yigang.posts.models import Programme

BEGINNING = date(1949, 10, 1)
SECRET_OF_PERSON = ("identity_cipher", "identity_index", "identity_last4_index")
SECRET_OF_ACCOUNT = ("card_cipher", "card_index", "card_last4_index")
"""Columns that a proposal does not read."""


class HoldReason(models.TextChoices):
    """Why somebody who is owed money is not in a batch."""

    UNDETERMINED = "undetermined", _("The month is undetermined: facts are missing")
    ON_HOLD = "on_hold", _("The pay is held back until it is cleared up")
    DIED = "died", _("Has died; heirs are paid by the county's own procedure")
    NO_ACCOUNT = "no_account", _("No bank account in use")
    OTHER_HOLDER = "other_holder", _("The account belongs to somebody else")
    REFUSED = "refused", _("The bank refused this account; waiting for a corrected one")
    NEGATIVE = "negative", _("Owes more than is due; carried into the next batch")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sealed settlement that no live payment pays."""

    pk: int
    person_id: int
    region_code: str
    month: date
    amount_fen: Fen | None
    undetermined: bool
    was_refused: bool
    on_hold: bool


@dataclass(frozen=True, slots=True)
class Payable:
    """One row of the batch: a person, the account, and the lines that are paid together."""

    person: Person
    account: BankAccount
    lines: tuple[Line, ...]

    @property
    def amount_fen(self) -> Fen:
        return total(self.lines)

    @property
    def months(self) -> tuple[date, ...]:
        return months_of(self.lines)


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody whose lines wait, with the reason; `note` is the bank's word or the other holder's name."""

    person: Person
    reason: HoldReason
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def amount_fen(self) -> Fen:
        """What waits; undetermined months count as nothing, because nobody knows yet."""
        return total(self.lines)

    @property
    def months(self) -> tuple[date, ...]:
        return months_of(self.lines)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Both lists, each ordered by region and name."""

    payable: list[Payable] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    @property
    def total_fen(self) -> Fen:
        return sum(row.amount_fen for row in self.payable)

    @property
    def digest(self) -> str:
        """The same for the same people, accounts, lines and sums: what a person looked at before saying yes."""
        rows = [
            (row.person.pk, row.account.pk, [(line.pk, line.amount_fen) for line in row.lines]) for row in self.payable
        ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def total(lines: Iterable[Line]) -> Fen:
    return sum(line.amount_fen or 0 for line in lines)


def months_of(lines: Iterable[Line]) -> tuple[date, ...]:
    return tuple(sorted({line.month for line in lines}))


UNPAID_OF = """
SELECT l.id, l.person_id, l.region_code, s.month, l.amount_fen, l.state = %s,
       EXISTS (SELECT 1 FROM payment_payment p JOIN payment_batchentry e ON e.id = p.entry_id
               WHERE p.line_id = l.id AND e.state = 'refused'), h.person_id IS NOT NULL
FROM payment_subsidyline l JOIN payment_settlement s ON s.id = l.settlement_id
LEFT JOIN yigang_holds(%s) h ON h.person_id = l.person_id AND h.from_month <= s.month
WHERE s.step = 'sealed' AND s.programme_id = %s AND l.region_code ^@ %s AND s.month BETWEEN %s AND %s
  AND l.amount_fen IS DISTINCT FROM 0{whose}
  AND NOT EXISTS (SELECT 1 FROM payment_payment p WHERE p.line_id = l.id AND p.live)
  AND NOT (l.state = %s AND EXISTS (
    SELECT 1 FROM payment_subsidyline c JOIN payment_settlement cs ON cs.id = c.settlement_id
    WHERE c.corrects_id = l.id AND cs.step = 'sealed'))
ORDER BY l.person_id, s.month, l.id
"""
UNPAID = UNPAID_OF.format(whose="")
OF_SOME = UNPAID_OF.format(whose=" AND l.person_id = ANY(%s)")


def unpaid(
    programme: Programme, region_prefix: str, first: date = BEGINNING, last: date = date.max,
    people: Collection[int] | None = None,
) -> list[Line]:  # fmt: skip
    """Lines of sealed months that no live payment pays, without those of zero; of these people, or of everybody.

    An undetermined line is left out once a sealed adjustment says what it comes to.
    """
    undetermined = LineState.UNDETERMINED
    query, whose = (UNPAID, []) if people is None else (OF_SOME, [list(people)])
    with connection.cursor() as cursor:
        cursor.execute(
            query, [undetermined, programme.pk, programme.pk, region_prefix, first, last, *whose, undetermined]
        )
        return [Line(*row) for row in cursor.fetchall()]


def propose(
    programme: Programme, region_prefix: str, first: date = BEGINNING, last: date = date.max,
    people: Collection[int] | None = None,
) -> Proposal:  # fmt: skip
    """Who would be paid for the months from `first` to `last` (any day of them), and who would not; of some, or of all."""
    by_person: dict[int, list[Line]] = defaultdict(list)
    for line in unpaid(programme, region_prefix, first.replace(day=1), last, people):
        by_person[line.person_id].append(line)
    persons = Person.objects.filter(pk__in=by_person).order_by("region_code", "pinyin", "pk").defer(*SECRET_OF_PERSON)
    in_use = BankAccount.objects.filter(person__in=by_person, active=True).defer(*SECRET_OF_ACCOUNT)
    accounts = {account.person_id: account for account in in_use}
    refused = refusals(accounts.values())
    why_held = reasons_of_holds(
        programme, {pk for pk, lines in by_person.items() if any(line.on_hold for line in lines)}
    )
    proposal = Proposal()
    for person in persons:
        lines = by_person[person.pk]
        open_lines = tuple(line for line in lines if line.undetermined)
        on_hold = tuple(line for line in lines if line.on_hold and not line.undetermined)
        due = tuple(line for line in lines if not (line.undetermined or line.on_hold))
        if open_lines:
            proposal.held.append(Held(person, HoldReason.UNDETERMINED, open_lines))
        if on_hold:
            proposal.held.append(Held(person, HoldReason.ON_HOLD, on_hold, why_held.get(person.pk, "")))
        if due:
            _sort(proposal, person, due, accounts.get(person.pk), refused)
    return proposal


def _sort(
    proposal: Proposal, person: Person, due: tuple[Line, ...], account: BankAccount | None, refused: dict[int, str]
) -> None:
    """Into one list or the other."""
    reason = hindrance(person, account, refused)
    if reason is None and total(due) <= 0:
        reason = HoldReason.NEGATIVE
    if reason is None:
        assert account is not None
        proposal.payable.append(Payable(person, account, due))
        return
    note = ""
    if account is not None:
        note = {HoldReason.REFUSED: refused.get(account.pk, ""), HoldReason.OTHER_HOLDER: account.holder}.get(
            reason, ""
        )
    proposal.held.append(Held(person, reason, due, note))


def hindrance(person: Person, account: BankAccount | None, refused: dict[int, str]) -> HoldReason | None:
    """What stands against paying to this account, None when nothing does."""
    if person.died_on is not None:
        return HoldReason.DIED
    if account is None:
        return HoldReason.NO_ACCOUNT
    if names.normalise(account.holder) != names.normalise(person.name):
        return HoldReason.OTHER_HOLDER
    return HoldReason.REFUSED if account.pk in refused else None


def reasons_of_holds(programme: Programme, people: Collection[int]) -> dict[int, str]:
    """Why the pay of these people is held back, as far as the reader may see it."""
    if not people:
        return {}
    live = PayHold.objects.filter(programme=programme, person__in=list(people), state=HoldState.LIVE)
    return dict(live.values_list("person_id", "reason"))


def refusals(accounts: Iterable[BankAccount]) -> dict[int, str]:
    """Accounts that the bank has refused, with its last reason. A corrected account is a new one, so it is not here."""
    entries = BatchEntry.objects.filter(account__in=[account.pk for account in accounts], state=EntryState.REFUSED)
    return dict(entries.order_by("pk").values_list("account_id", "bank_reason"))


def by_reason(held: Sequence[Held]) -> dict[HoldReason, list[Held]]:
    """Held people under their reasons, in the order of the reasons."""
    return {reason: rows for reason in HoldReason if (rows := [row for row in held if row.reason == reason])}
