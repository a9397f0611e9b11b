"""Django's entry for this chapter."""

from django.apps import AppConfig

PAGES = (
    "people", "posts", "recruitment", "tenure", "training", "notices", "duty", "patrols", "leave", "flags", "work", "months",
    "rhythms", "points", "reviews", "bank", "oversight", "meetings", "imports", "office",
)  # fmt: skip


class ConsoleConfig(AppConfig):
    name = "yigang.console"

    def ready(self) -> None:
        """Import what each part of the console registers for the first page."""
        from importlib import import_module
        from importlib.util import find_spec

        for pages in PAGES:
            if find_spec(f"yigang.console.{pages}.today"):
                import_module(f"yigang.console.{pages}.today")
