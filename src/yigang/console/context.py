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
    def chapter(self) -> str:
        """Key of the chapter that is open, by the first step of the path."""
        return self._request.path.strip("/").split("/")[0]

    @cached_property
    def prefix(self) -> str:
        return regions.reader(self._request).prefix if self.user else ""

    @cached_property
    def region_names(self) -> dict[str, str]:
        codes = [regioncode.pad(prefix) for prefix in (*self.user.prefixes, self.prefix) if prefix] if self.user else []
        for code in list(codes):
            while (code := regioncode.parent_of(code) or "") and regioncode.covers(self.user_prefixes, code):
                codes.append(code)
        return regions.names(codes)

    @property
    def user_prefixes(self) -> tuple[str, ...]:
        return self.user.prefixes if self.user else ()

    @cached_property
    def region_name(self) -> str:
        """The name of the region looked at; empty when several are."""
        return self.region_names.get(regioncode.pad(self.prefix), self.prefix) if self.prefix else ""

    @cached_property
    def region_path(self) -> list[regions.Place]:
        """From the scope down to the region looked at, for going up again."""
        code: str | None = regioncode.pad(self.prefix) if self.prefix else None
        path: list[regions.Place] = []
        while code and regioncode.covers(self.user_prefixes, code):
            path.append(regions.Place(regioncode.prefix_of(code), self.region_names.get(code, code)))
            code = regioncode.parent_of(code)
        return path[::-1]

    @cached_property
    def regions_below(self) -> list[regions.Place]:
        """Where one can go from here: the regions below, or the scope's own when it has several."""
        if not self.prefix:
            return [regions.Place(one, self.region_names.get(regioncode.pad(one), one)) for one in self.user_prefixes]
        return regions.reader(self._request).below


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of the settings."""
    return {"frame": Frame(request)}
