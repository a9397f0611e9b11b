"""Work of tenure in the background."""

from __future__ import annotations

from typing import Any

from yigang.foundation.domain import store_file
from yigang.foundation.jobs import Progress, task
from yigang.foundation.models import User
from yigang.foundation.papers import PDF
from yigang.tenure.papers import agreements, cards


@task("tenure.print_cards")
def print_cards(
    progress: Progress, *, actor: User, keys: list[int], address: str, region_code: str, name: str
) -> dict[str, Any]:
    """The masked cards of many as one PDF. `address` is that of a person's page with `{}` for the key."""
    paper = cards.print_cards(keys, address.format, progress=progress, actor=actor)
    stored = store_file(paper.content, name=name, region_code=region_code, actor=actor, content_type=PDF)
    return {"file": stored.pk, "name": stored.name, "size": stored.size, "missing": list(paper.missing)}


@task("tenure.make_agreements")
def make_agreements(progress: Progress, *, actor: User, keys: list[int], region_code: str, name: str) -> dict[str, Any]:
    """The agreements of many as one zip."""
    content = agreements.make_agreements(keys, progress=progress, actor=actor)
    stored = store_file(content, name=name, region_code=region_code, actor=actor, content_type=agreements.ZIP)
    return {"file": stored.pk, "name": stored.name, "size": stored.size}
