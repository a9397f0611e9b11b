"""The chapters at the left of every page, in the order of the story."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.access import READ_PERIODS, READ_POINTS, READ_REVIEWS, READ_UNITS
from yigang.console import access
from yigang.duty.access import READ_FLAGS, READ_PATROLS
from yigang.foundation.access import Capability, may
from yigang.foundation.models import User
from yigang.oversight.access import READ_MEETINGS, READ_OVERSIGHT
from yigang.payment.assets.access import READ_ASSETS
from yigang.payment.bank.access import READ_PAYMENTS
from yigang.people.access import READ_PEOPLE
from yigang.posts.access import READ_POSTS
from yigang.recruitment.access import READ_ROUNDS
from yigang.training.access import READ_TRAINING


@dataclass(frozen=True)
class Chapter:
    """A part of the work. `key` is the folder of its pages and the name of its first address, `console:<key>`.

    `under` is the key of the chapter in whose menu it stands, a step in and only while that menu is open.
    """

    key: str
    label: Promise
    icon: str
    capability: Capability
    under: str = ""

    @cached_property
    def url(self) -> str | None:
        """The address of its first page, worked out once; None while the chapter has no pages."""
        try:
            return reverse(f"console:{self.key}")
        except NoReverseMatch:
            return None


CHAPTERS = (
    Chapter("people", _("People"), "users", READ_PEOPLE),
    Chapter("incomes", _("Household income"), "chart-bar", READ_PEOPLE, under="people"),
    Chapter("posts", _("Posts"), "trees", READ_POSTS),
    Chapter("recruitment", _("Recruitment"), "user-plus", READ_ROUNDS),
    Chapter("tenure", _("In post"), "id", access.OPEN_TENURE),
    Chapter("training", _("Training"), "clipboard-check", READ_TRAINING),
    Chapter("notices", _("Notices"), "bell", access.OPEN_NOTICES),
    Chapter("duty", _("Attendance"), "calendar-check", access.OPEN_DUTY),
    Chapter("leave", _("Asking for leave"), "calendar", access.OPEN_DUTY, under="duty"),
    Chapter("work", _("Work and results"), "briefcase", access.OPEN_DUTY, under="duty"),
    Chapter("patrols", _("Patrols"), "map-pin", READ_PATROLS, under="duty"),
    Chapter("flags", _("Questions"), "alert-triangle", READ_FLAGS, under="duty"),
    Chapter("months", _("Appraisal"), "clipboard-check", access.OPEN_MONTHS),
    Chapter("rhythms", _("Quarters and years"), "calendar-check", READ_PERIODS, under="months"),
    Chapter("points", _("Points and honours"), "flag", READ_POINTS, under="months"),
    Chapter("reviews", _("Reviews and appeals"), "list-check", READ_REVIEWS, under="months"),
    Chapter("units", _("Units"), "trophy", READ_UNITS),
    Chapter("bank", _("Payment"), "cash", READ_PAYMENTS),
    Chapter("assets", _("Village assets"), "building-community", READ_ASSETS, under="bank"),
    Chapter("oversight", _("Inspections"), "shield-check", READ_OVERSIGHT),
    Chapter("meetings", _("Meetings"), "calendar", READ_MEETINGS, under="oversight"),
    Chapter("imports", _("Imports"), "file-import", access.OPEN_IMPORTS),
    Chapter("office", _("Office"), "building-community", access.OPEN_OFFICE),
)


def chapters_for(user: User) -> list[Chapter]:
    """The chapters that exist and that the role may open."""
    return [chapter for chapter in CHAPTERS if may(user, chapter.capability) and chapter.url]


@dataclass(frozen=True)
class Entry:
    """A line of the menu. One that is not shown still takes its number, which its chapter adds to its own."""

    chapter: Chapter
    sub: bool
    shown: bool


def menu(chapters: list[Chapter], open_key: str) -> list[Entry]:
    """The chapters as they stand at the left. What lies under a chapter that the role may not open stands by itself."""
    there = {chapter.key for chapter in chapters}
    group = next((chapter.under or chapter.key for chapter in chapters if chapter.key == open_key), "")
    return [
        Entry(chapter, sub=(sub := chapter.under in there), shown=not sub or chapter.under == group)
        for chapter in chapters
    ]


def with_parts(waiting: Mapping[str, int]) -> dict[str, int]:
    """Chapter → how many things wait there and in what lies under it."""
    found = dict(waiting)
    for chapter in CHAPTERS:
        if chapter.under and waiting.get(chapter.key):
            found[chapter.under] = found.get(chapter.under, 0) + waiting[chapter.key]
    return found
