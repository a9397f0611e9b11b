"""Questions about programmes and posts."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, F, Q, QuerySet

from yigang.posts.models import Post, Programme


def programme_by_code(code: str) -> Programme | None:
    """The programme, if the caller's scope reaches it."""
    return Programme.objects.filter(code=code).first()


def with_holders(posts: QuerySet[Post], day: date) -> QuerySet[Post]:
    """Posts with `holders` and `free` places on a day."""
    held = Q(appointments__starts__lte=day) & (Q(appointments__ends__isnull=True) | Q(appointments__ends__gte=day))
    return posts.annotate(holders=Count("appointments", filter=held)).annotate(free=F("head_count") - F("holders"))
