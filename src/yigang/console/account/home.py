"""The first page: what waits, and how things stand. And the search over everything."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from yigang.console import regions, today
from yigang.console.nav import with_parts
from yigang.console.pages import actor_of, page
from yigang.console.regions import Reader


@dataclass(frozen=True)
class Hit:
    """Something found by the search over everything."""

    kind: str
    title: str
    text: str
    url: str


Finder = Callable[[Reader, str], Iterable[Hit]]
FINDERS: list[Finder] = []


def finder(find: Finder) -> Finder:
    """Register a part of the console with the search over everything. Each gives at most ten hits."""
    FINDERS.append(find)
    return find


@page()
def home(request: HttpRequest) -> HttpResponse:
    user, prefix = actor_of(request), regions.viewing(request)
    dues = today.dues_of(user, prefix)
    context = {
        "dues": dues,
        "waiting": numbers_of(dues),
        "figures": today.figures_of(user, prefix),
        "today": timezone.localdate(),
    }
    return render(request, "console/account/home.html", context)


@page()
def waiting(request: HttpRequest) -> HttpResponse:
    """The numbers beside the chapters as JSON, asked for after the page, so that no page waits for them."""
    return JsonResponse(numbers_of(today.dues_of(actor_of(request), regions.viewing(request))))


def numbers_of(dues: Iterable[today.Due]) -> dict[str, int]:
    """Chapter → how many things wait there, `home` for all of them."""
    by_chapter = today.waiting_by_chapter(dues)
    return {**with_parts(by_chapter), "home": sum(by_chapter.values())}


@page()
def search(request: HttpRequest) -> HttpResponse:
    """One field for everything: each part answers with what it knows by these words."""
    words = request.GET.get("q", "").strip()[:60]
    hits = [hit for find in FINDERS for hit in find(regions.reader(request), words)] if words else []
    return render(request, "console/account/search.html", {"search_words": words, "hits": hits})
