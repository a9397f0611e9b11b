"""What the worker must know of the console: importing the addresses declares every list, so that it can be exported."""

from yigang.console import urls
from yigang.console.lists.export import export_list

__all__ = ["export_list", "urls"]
