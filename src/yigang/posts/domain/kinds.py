"""Verbs of post kinds: an office adds its own and changes how they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.access import KEEP_KINDS
from yigang.posts.models import Post, PostKind

KIND_FIELDS = ("name", "role", "duties", "aliases", "cites", "active")


@dataclass(frozen=True)
class KindRecord:
    """A kind as an office writes it; `aliases` are other names by which its posts are known."""

    code: str
    name: str
    role: str = ""
    duties: Sequence[str] = ()
    aliases: Sequence[str] = ()
    cites: str = ""
    active: bool = True


@transaction.atomic
def save_kind(record: KindRecord, *, actor: User) -> PostKind:
    """Add a kind, or rewrite the one with this code. Posts called so and not yet of a kind become of this one."""
    require(actor, KEEP_KINDS)
    name = record.name.strip()
    _refuse_taken(record, name)
    known = PostKind.objects.select_for_update().filter(code=record.code).first()
    before = None if known is None else audit.snapshot(known, KIND_FIELDS)
    kind = known or PostKind(code=record.code, position=PostKind.objects.count() + 1)
    kind.name, kind.role, kind.cites, kind.active = name, record.role.strip(), record.cites.strip(), record.active
    kind.duties, kind.aliases = list(record.duties), [each for each in record.aliases if each != name]
    kind.save()
    Post.objects.filter(category=None, kind__in=[name, *kind.aliases]).update(category=kind)
    after = audit.snapshot(kind, KIND_FIELDS)
    audit.record("posts.save_kind", kind, actor=actor, region_code=_home(actor), before=before, after=after)
    return kind


def _home(actor: User) -> str | None:
    """In whose trail a change of public data stands: the actor's own county."""
    return next((prefix.ljust(12, "0") for prefix in actor.prefixes), None)


def _refuse_taken(record: KindRecord, name: str) -> None:
    if not name:
        raise Refusal(_("The kind has no name."), code="name_missing", field="name")
    others = PostKind.objects.exclude(code=record.code)
    for called in (name, *record.aliases):
        other = next((kind for kind in others if called == kind.name or called in kind.aliases), None)
        if other is not None:
            raise Refusal(
                _("“%(called)s” is the kind “%(other)s” already."), {"called": called, "other": other.name},
                code="name_taken", field="name" if called == name else "aliases",
            )  # fmt: skip
