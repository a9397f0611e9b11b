"""From a month's evidence to money in the demo: settled, reviewed, sealed; paid in batches; answered by a bank of paper."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from yigang.demo.bring import Staff, acting
from yigang.demo.numbers import days_of, replacement_card
from yigang.exchange import bank_files
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.foundation.secrets import CARD, vault
from yigang.payment import funds
from yigang.payment.bank import domain as bank
from yigang.payment.bank.domain import Order
from yigang.payment.enums import EntryState
from yigang.payment.models import BankBatch, BatchEntry, BudgetLine, Settlement
from yigang.payment.settlement import calculate, review, sealing
from yigang.people import domain as people
from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Programme

LAYOUT = "nongshang"
BOUNCED = ("户名与账号不符", "账户已销户", "账户状态异常")
"""Why the bank refuses: one payment of a batch for each."""
FUND = "中央财政生态护林员补助"
BUDGET_FEN = 240_000_000
"""2.4 million yuan a year: 230 people at 10,000, and a little."""
POSTS_FUND, POSTS_FEN = "就业补助资金", 30_000_000
"""What posts of public welfare are paid from: 300,000 yuan a year, for some twenty people."""


HUNG_AFTER = timedelta(days=5)
"""The towns hang the list of a month on the fifth of the next."""


def close_month(programme: Programme, month: date, staff: Staff, towns: Sequence[str] | None = None) -> int:
    """Every step of every town's month, or of some `towns`, each by whose part it is; returns how many towns.

    The deputy computes the whole district at once, which takes a tenth of the time of computing town by town.
    """
    done = draft_month(programme, month, staff, handed_on=towns or list(staff.officers))
    county = staff[Role.COUNTY_MANAGER]
    with acting(county):
        for settlement in Settlement.objects.filter(pk__in=done.settlements):
            sealing.seal(review.approve(settlement, actor=county), actor=county)
    return len(done.settlements)


def draft_month(
    programme: Programme, month: date, staff: Staff, *, handed_on: Sequence[str]
) -> calculate.Calculated:  # fmt: skip
    """The month computed for the whole district; towns of `handed_on` publish it and hand it to the county."""
    with acting(staff.deputy):
        done = calculate.settle(programme, programme.region_code, month, actor=staff.deputy)
    for region in handed_on:
        officer = staff.officers[region]
        with acting(officer):
            for settlement in Settlement.objects.filter(pk__in=done.settlements, region_code=region):
                hung = days_of(month)[-1] + HUNG_AFTER
                review.submit(review.publish(settlement, on=hung, actor=officer), actor=officer)
    return done


def budget(programme: Programme, year: int, staff: Staff) -> BudgetLine:
    """The programme's line in the year's fund, opened by finance when it is not there."""
    finance = staff[Role.FINANCE]
    with acting(finance):
        line = BudgetLine.objects.filter(programme=programme, fund__year=year).first()
        if line is not None:
            return line
        rangers = programme.kind == ProgrammeKind.RANGER
        name, fen = (FUND, BUDGET_FEN) if rangers else (POSTS_FUND, POSTS_FEN)
        fund = funds.create_fund(name, year=year, region_code=programme.region_code, actor=finance)
        return funds.create_budget_line(fund, programme, fen, actor=finance)


def pay(programme: Programme, until: date, staff: Staff, *, bounced: int = 0) -> BankBatch:
    """One batch of everything sealed up to a month: made, approved by another, sent, answered by the bank.

    The first `bounced` payments after the tenth are refused by the bank.
    """
    finance, county = staff[Role.FINANCE], staff[Role.COUNTY_MANAGER]
    line = budget(programme, until.year, staff)
    with acting(finance):
        order = Order(programme, programme.region_code, days_of(until)[-1], line, LAYOUT)
        batch = bank.create_batch(order, actor=finance)
    with acting(county):
        batch = bank.approve_batch(batch, actor=county)
    with acting(finance):
        bank_files.export(batch, actor=finance)
        batch.refresh_from_db()
        answer = answer_of(batch, refused=range(11, 11 + bounced))
        bank_files.read(batch, answer, name=f"回盘_{batch.number}.csv", actor=finance)
    return batch


def answer_of(batch: BankBatch, *, refused: Sequence[int]) -> bytes:
    """What a bank with this layout answers: the batch's rows, each with a status, those of `refused` with a reason."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["序号", "账号", "户名", "金额", "处理标志", "处理信息"])
    for line in bank_files.lines_of(batch):
        bad = line.serial in refused
        reason = BOUNCED[line.serial % len(BOUNCED)] if bad else "成功"
        yuan = f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}"
        writer.writerow([line.serial, line.account, line.name, yuan, "1" if bad else "0", reason])
    return out.getvalue().encode("gb18030")


def correct_accounts(batch: BankBatch, staff: Staff) -> int:
    """Everybody whom the bank refused brings a new card, entered by the town's officer."""
    finance = staff[Role.FINANCE]
    with acting(finance):
        refused = list(
            BatchEntry.objects.filter(batch=batch, state=EntryState.REFUSED).select_related("person", "account")
        )
    for entry in refused:
        officer = staff.officers[regioncode.pad(entry.region_code[:9])]
        with acting(officer):
            card = replacement_card(vault().decrypt(bytes(entry.account.card_cipher), CARD))
            people.set_account(
                entry.person, bank=entry.account.bank, holder=entry.person.name, number=card, actor=officer
            )
    return len(refused)
