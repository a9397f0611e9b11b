"""Verbs of posts: set up, rewritten, given more or fewer places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.access import BUILD_POSTS
from yigang.posts.models import Post, Programme
from yigang.posts.queries import kind_called

POST_FIELDS = ("number", "region_code", "kind", "category_id", "duties", "head_count")


@dataclass(frozen=True)
class PostRecord:
    """A post as it is set up; `head_count` is how many may hold it at a time."""

    region_code: str
    number: str
    kind: str
    duties: Sequence[str] = ()
    head_count: int = 1


@transaction.atomic
def save_post(programme: Programme, record: PostRecord, *, actor: User) -> Post:
    """Set up a post, or rewrite the one with this number. Fewer places than are held are refused."""
    require(actor, BUILD_POSTS, record.region_code)
    _refuse_incomplete(record)
    known = programme.posts.select_for_update().filter(number=record.number).first()
    if known is not None:
        require(actor, BUILD_POSTS, known.region_code)
    before = None if known is None else audit.snapshot(known, POST_FIELDS)
    post = known or Post(programme=programme, number=record.number)
    post.region_code, post.kind, post.head_count = record.region_code, record.kind, record.head_count
    post.duties, post.category = list(record.duties), kind_called(record.kind)
    _save(post)
    audit.record("posts.save_post", post, actor=actor, before=before, after=audit.snapshot(post, POST_FIELDS))
    return post


@transaction.atomic
def change_head_count(post: Post, head_count: int, *, actor: User) -> Post:
    """Give a post more or fewer places."""
    require(actor, BUILD_POSTS, post.region_code)
    before = {"head_count": post.head_count}
    post.head_count = head_count
    if head_count < 1:
        raise _no_place()
    _save(post)
    audit.record("posts.change_head_count", post, actor=actor, before=before, after={"head_count": head_count})
    return post


def _refuse_incomplete(record: PostRecord) -> None:
    if not record.number.strip():
        raise Refusal(_("The post has no number."), code="post_number", field="number")
    if not record.kind.strip():
        raise Refusal(
            _("The post %(number)s has no kind."), {"number": record.number}, code="post_kind", field="kind"
        )  # fmt: skip
    if record.head_count < 1:
        raise _no_place()


def _no_place() -> Refusal:
    return Refusal(_("A post has at least one place."), code="head_count", field="head_count")


def _save(post: Post) -> None:
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError as error:
        if violated(error) != "head_count_covers_holders":
            raise
        raise Refusal(
            _("The post %(number)s has holders in more places than %(count)d."),
            {"number": post.number, "count": post.head_count}, code="places_held", field="head_count",
            remedy=_("Places that were held once stay on file; a post cannot have fewer than it ever had holders."),
        ) from error  # fmt: skip
