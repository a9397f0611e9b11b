"""The console's tasks, for the worker to know them."""

from yigang.console.lists.export import export_list

__all__ = ["export_list"]
