"""What the frame of every page needs, computed only when a template asks for it."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yigang.console import nav, regions
from yigang.foundation import regioncode
from yigang.foundation.models import User


class Frame:
    """The parts around a page: chapters, the region looked at, languages."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.languages = settings.LANGUAGES

    @cached_property
    def user(self) -> User | None:
        """The signed-in user; None where a page has no session, such as some error pages."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def chapters(self) -> list[nav.Chapter]:
        return nav.chapters_for(self.user) if self.user else []

    @cached_property
    def menu(self) -> list[nav.Entry]:
        return nav.menu(self.chapters, self.chapter)

    @cached_property
    def chapter(self) -> str:
        """Key of the chapter that is open, by the first step of the path."""
        return self._request.path.strip("/").split("/")[0]

    @cached_property
    def reader(self) -> regions.Reader | None:
        return regions.reader(self._request) if self.user else None

    @property
    def prefix(self) -> str:
        return self.reader.prefix if self.reader else ""

    @property
    def region_name(self) -> str:
        """The name of the region looked at; empty when several are."""
        if not self.reader or not self.prefix:
            return ""
        return self.reader.names.get(regioncode.pad(self.prefix), self.prefix)

    @property
    def region_path(self) -> list[regions.Place]:
        """From the scope down to the region looked at, for going up again."""
        return self.reader.path if self.reader else []

    @property
    def has_several(self) -> bool:
        """Whether the scope has several regions, so that all of them can be looked at together."""
        return bool(self.reader and len(self.reader.user.prefixes) > 1)

    @cached_property
    def regions_below(self) -> list[regions.Place]:
        """Where one can go from here: the regions below, or the scope's own when it has several."""
        if not self.reader or self.prefix:
            return self.reader.below if self.reader else []
        known = self.reader.names
        return [regions.Place(one, known.get(regioncode.pad(one), one)) for one in self.reader.user.prefixes]


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of the settings."""
    return {"frame": Frame(request)}
