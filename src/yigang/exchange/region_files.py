"""An office's own list of regions, below or beside the published register."""

from pathlib import Path
from typing import Any

from django.utils import timezone

from yigang.exchange import tables
from yigang.exchange.columns import ColumnSpec
from yigang.foundation import regions
from yigang.foundation.models import User

SPECS = (
    ColumnSpec("code", "区划代码", ("统计用区划代码", "行政区划代码", "代码", "编码", "code"), required=True),
    ColumnSpec("name", "名称", ("区划名称", "单位名称", "name"), required=True),
    ColumnSpec("valid_from", "启用年份", ("起始年份", "开始年份", "启用", "valid from", "valid_from"), kind="integer"),
    ColumnSpec("valid_to", "停用年份", ("截止年份", "终止年份", "停用", "valid to", "valid_to"), kind="integer"),
)


def load(file: Path, *, actor: User | None = None) -> regions.Loaded:
    """Read the list and take it whole, or refuse it with every wrong row. A row without a first year holds from now."""
    table = tables.read(file, SPECS)
    if table.bad_rows():
        raise regions.RowsRefused([problem for problem in table.problems if problem.severity == "error"])
    columns: list[list[Any]] = [table.columns[spec.key] for spec in SPECS]
    rows = [regions.OwnRow(*row) for row in zip(table.row_numbers, *columns, strict=True)]
    return regions.load_own(rows, source=file.name[:120], year=timezone.localdate().year, actor=actor)
