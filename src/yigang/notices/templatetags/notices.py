"""How a cell of a public list is written."""

from django import template

from yigang.foundation import money
from yigang.notices.columns import Allowed, Value

register = template.Library()


@register.filter
def cell(value: Value, column: Allowed) -> str:
    """Money in yuan with two places, a dash where there is nothing."""
    if value is None or value == "":
        return "—"
    if column.kind == "money":
        assert isinstance(value, int)
        return money.show(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
