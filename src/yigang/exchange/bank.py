"""Batch files for banks, and the banks' answers.

`write_batch` is pure: the same lines give the same bytes, so that the digest in the database proves what was handed
over. Lines are checked once more before they leave the house: no line without an account, none of zero, no serial
twice. `read_return` understands the bank's file by the layout's words; a row it cannot understand is a problem, never
a payment.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from yigang.exchange import spreadsheet, tables
from yigang.exchange.bank_layouts import RETURN_KEYS, Layout
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import FORMULA_STARTS, Column, Sheet
from yigang.foundation import bankcard, money
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.money import Fen

COVER, LINES = "封面", "明细"
_UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LAST4 = re.compile(r"(\d{4})\D*$", re.ASCII)
_RETURN_LABELS = {
    "serial": "序号", "name": "姓名", "account": "账号", "amount": "金额", "status": "处理结果", "reason": "失败原因",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """What is said once about a batch."""

    batch: str
    payer: str
    purpose: str
    period: str
    made_on: date


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One payment."""

    serial: int
    name: str
    account: str
    amount_fen: Fen
    identity: str = ""
    bank: str = ""
    phone: str = ""
    region: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """The file to hand over, with what the cover says."""

    filename: str
    data: bytes
    sha256: str
    count: int
    total_fen: Fen


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """What the bank says of one payment.

    `account` is None where the bank shows it masked; `row` is the row in its file.
    """

    row: int
    serial: int | None
    name: str | None
    account: str | None
    account_last4: str | None
    amount_fen: Fen | None
    status: Literal["paid", "refused"]
    reason: str


def write_batch(layout: Layout, header: BatchHeader, lines: Sequence[BatchLine]) -> BatchFile:
    """Write the file the bank wants. xlsx files have a cover with count, total and the total in capitals."""
    _check_lines(lines)
    total = sum(line.amount_fen for line in lines)
    data = _xlsx(layout, header, lines, total) if layout.file == "xlsx" else _csv(layout, header, lines)
    filename = layout.file_name.format(
        code=layout.code,
        batch=_UNSAFE_IN_NAMES.sub("_", header.batch),
        date=f"{header.made_on:%Y%m%d}",
        count=len(lines),
        total=money.plain(total),
    )
    return BatchFile(filename, data, hashlib.sha256(data).hexdigest(), len(lines), total)


def _check_lines(lines: Sequence[BatchLine]) -> None:
    if not lines:
        raise Refusal(_("The batch has no lines."), code="empty_batch")
    serials: set[int] = set()
    for line in lines:
        if line.serial in serials:
            raise _bad_line(line, _("Serial %(serial)d stands twice in the batch."), "duplicate_serial")
        serials.add(line.serial)
        if line.amount_fen <= 0:
            raise _bad_line(line, _("Line %(serial)d (%(name)s) has no amount to pay."), "no_amount")
        if not line.account.strip() or not line.name.strip():
            raise _bad_line(line, _("Line %(serial)d (%(name)s) has no name or no account."), "no_account")


def _bad_line(line: BatchLine, sentence: Any, code: str) -> Refusal:
    return Refusal(sentence, {"serial": line.serial, "name": line.name}, code=code, row=line.serial)


def _values(layout: Layout, header: BatchHeader, line: BatchLine) -> list[Any]:
    """The line's cells in the layout's order; the amount is in fen and shown by its writer."""
    known = {
        "serial": line.serial, "name": line.name, "identity": line.identity, "account": line.account,
        "amount": line.amount_fen, "bank": line.bank, "phone": line.phone, "region": line.region,
        "purpose": header.purpose, "period": header.period, "remark": line.remark,
    }  # fmt: skip
    return [known[key] for _header, key in layout.columns]


def _csv(layout: Layout, header: BatchHeader, lines: Iterable[BatchLine]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow([heading for heading, _key in layout.columns])
    amount = [key for _heading, key in layout.columns].index("amount")
    for line in lines:
        row = _values(layout, header, line)
        if layout.amount_unit == "yuan":
            row[amount] = money.plain(line.amount_fen)
        if any(isinstance(value, str) and value.startswith(FORMULA_STARTS) for value in row):
            raise _bad_line(line, _("Line %(serial)d (%(name)s) has a text that begins like a formula."), "formula")
        writer.writerow(row)
    return out.getvalue().encode(layout.encoding)


def _xlsx(layout: Layout, header: BatchHeader, lines: Sequence[BatchLine], total: Fen) -> bytes:
    amount_format: spreadsheet.Format = "money" if layout.amount_unit == "yuan" else "integer"
    formats: dict[str, spreadsheet.Format] = {"serial": "integer", "amount": amount_format}
    columns = [Column(heading, formats.get(key, "text")) for heading, key in layout.columns]
    rows = (_values(layout, header, line) for line in lines)
    created = datetime.combine(header.made_on, time(), UTC)
    cover = Sheet(
        COVER,
        [Column("项目", width=18), Column("内容", width=60)],
        _cover(layout, header, len(lines), total),
        [layout.title],
    )
    return spreadsheet.workbook_bytes([cover, Sheet(LINES, columns, rows)], created=created)


def _cover(layout: Layout, header: BatchHeader, count: int, total: Fen) -> list[tuple[str, str]]:
    return [
        ("代发方式", layout.title),
        ("代发单位", header.payer),
        ("批次号", header.batch),
        ("补贴项目", header.purpose),
        ("所属期", header.period),
        ("笔数", str(count)),
        ("合计金额（小写）", f"{money.show(total)}元"),
        ("合计金额（大写）", money.capitals(total)),
        ("制表日期", header.made_on.isoformat()),
        ("经办人", ""),
        ("复核人", ""),
        ("负责人", ""),
    ]


@dataclass(frozen=True, slots=True)
class BankReturn:
    """The bank's answer. `problems` with severity error are rows that could not be understood."""

    rows: list[ReturnRow]
    problems: list[Problem]


def read_return(layout: Layout, source: bytes | Path) -> BankReturn:
    """Read the bank's file; refused when it lacks the column that says what became of the payments."""
    specs = [_spec(layout, key) for key in RETURN_KEYS if key in layout.returns]
    table = tables.read(source, specs)
    problems = list(table.problems)
    bad = table.bad_rows()
    repeated = {
        serial for serial, times in Counter(table.columns["serial"]).items() if serial is not None and times > 1
    }
    rows: list[ReturnRow] = []
    for place, number in enumerate(table.row_numbers):
        cell = {spec.key: table.columns[spec.key][place] for spec in specs}
        status = _status(layout, cell["status"])
        if status is None or number in bad:
            if number not in bad:
                problems.append(_unknown_status(table, number, str(cell["status"])))
            continue
        if cell["serial"] in repeated:
            problems.append(_repeated_serial(table, number, cell["serial"]))
            continue
        rows.append(_return_row(number, status, cell))
    return BankReturn(rows, sorted(problems, key=lambda problem: problem.row or 0))


def _spec(layout: Layout, key: str) -> ColumnSpec:
    aliases = layout.returns[key]
    kind: Literal["integer", "money", "text"] = "text"
    if key == "serial" or (key == "amount" and layout.amount_unit == "fen"):
        kind = "integer"
    elif key == "amount":
        kind = "money"
    return ColumnSpec(key, _RETURN_LABELS[key], aliases, required=key in ("serial", "status"), kind=kind)


def _status(layout: Layout, word: object) -> Literal["paid", "refused"] | None:
    """By the layout's words, whole or as the beginning before a remark (失败：账号不符)."""
    text = str(word or "").strip()
    start = re.split(r"[:：,，(（\s]", text, maxsplit=1)[0]
    for candidate in (text, start):
        if candidate in layout.paid:
            return "paid"
        if candidate in layout.refused:
            return "refused"
    return None


def _return_row(number: int, status: Literal["paid", "refused"], cell: dict[str, Any]) -> ReturnRow:
    account = bankcard.normalise(cell.get("account") or "")
    last4 = _LAST4.search(account)
    reason = str(cell.get("reason") or "") or str(cell["status"])
    return ReturnRow(
        row=number,
        serial=cell.get("serial"),
        name=cell.get("name"),
        account=account if account.isdigit() and len(account) >= bankcard.SHORTEST else None,
        account_last4=last4[1] if last4 else None,
        amount_fen=cell.get("amount"),
        status=status,
        reason="" if status == "paid" else reason,
    )


def _unknown_status(table: tables.Table, number: int, word: str) -> Problem:
    return Problem(
        "unknown_status",
        _("“%(word)s” says neither that the payment was made nor that it was refused."),
        {"word": word[:40]},
        row=number,
        column=table.mapping.place("status"),
        field="status",
        sheet=table.sheet,
        remedy=_("Ask the bank, or add the word to the layout."),
    )


def _repeated_serial(table: tables.Table, number: int, serial: object) -> Problem:
    return Problem(
        "duplicate_serial",
        _("Serial %(serial)s stands several times in the file; none of its rows is used."),
        {"serial": serial},
        row=number,
        column=table.mapping.place("serial"),
        field="serial",
        sheet=table.sheet,
        remedy=_("Ask the bank which of the rows counts."),
    )
