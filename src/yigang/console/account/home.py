"""The first page: what waits, and how things stand. And the search over everything."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
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
    context = {
        "dues": today.dues_of(user, prefix),
        "figures": today.figures_of(user, prefix),
        "today": timezone.localdate(),
    }
    return render(request, "console/account/home.html", context)


@page()
def waiting(request: HttpRequest) -> HttpResponse:
    """The numbers beside the chapters, fetched after the page, so that no page waits for them."""
    dues = today.dues_of(actor_of(request), regions.viewing(request))
    by_chapter = today.waiting_by_chapter(dues)
    context = {"waiting": {**with_parts(by_chapter), "home": sum(by_chapter.values())}}
    return render(request, "console/frame/waiting.html", context)


@page()
def search(request: HttpRequest) -> HttpResponse:
    """One field for everything: each part answers with what it knows by these words."""
    words = request.GET.get("q", "").strip()[:60]
    hits = [hit for find in FINDERS for hit in find(regions.reader(request), words)] if words else []
    return render(request, "console/account/search.html", {"search_words": words, "hits": hits})
