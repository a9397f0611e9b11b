"""How a day is written in papers, which are Chinese whatever the reader's language is."""

from datetime import date


def chinese(day: date | None) -> str:
    """2020年7月1日; room for a day that is not known."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　年　月　日"
