"""Making a notice public, ending it, taking it down. What was shown stays as evidence; nothing published changes."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.domain import store_file
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.notices import queries, terms
from yigang.notices.access import PUBLISH_NOTICES
from yigang.notices.columns import COLUMNS
from yigang.notices.domain.drafting import SHOWN, locked, refuse_personal_data, require_state
from yigang.notices.domain.reading import require_seen
from yigang.notices.enums import NUMBER_WORDS, NoticeState
from yigang.notices.models import Notice, NoticeRow


@transaction.atomic
def publish(notice: Notice, *, looked: bool = False, actor: User) -> Notice:
    """Number the notice and let everybody read it from its first to its last day.

    `looked`: the actor answers for having looked through the attachments that could not be read; the trail names them.
    """
    notice = locked(notice)
    require(actor, PUBLISH_NOTICES, notice.region_code)
    require_state(notice, NoticeState.DRAFT)
    if terms.rules_of(notice.region_code).two_persons and notice.author_id == actor.pk:
        raise Refusal(
            _("You wrote this notice; in this county another person publishes it."), code="own_notice",
            remedy=_("Ask a colleague who may publish notices."),
        )  # fmt: skip
    if not notice.body and not notice.rows.exists():
        raise Refusal(_("The notice has neither a text nor a list."), code="empty_notice", field="body")
    refuse_personal_data(notice)
    seen = require_seen(notice, looked=looked)
    notice.year, notice.serial, notice.number = _next_number(notice)
    notice.state, notice.publisher, notice.published_at = NoticeState.PUBLISHED, actor, timezone.now()
    _keep_evidence(notice, actor)
    notice.save()
    after = {**audit.snapshot(notice, SHOWN), "rows": notice.rows.count(), "sha256": notice.rows_digest}
    after |= {"looked_at": seen} if seen else {}
    audit.record("notices.publish", notice, actor=actor, after=after)
    return notice


@transaction.atomic
def close_notice(notice: Notice, *, actor: User) -> Notice:
    """State that the term is over and every objection answered; the list left the site with its last day."""
    notice = locked(notice)
    require(actor, PUBLISH_NOTICES, notice.region_code)
    require_state(notice, NoticeState.PUBLISHED)
    if not queries.term_over(notice, timezone.localdate()):
        raise Refusal(
            _("The notice lasts until %(day)s, that day included."), {"day": notice.closes}, code="term_runs",
            remedy=_("Wait, or take it down and say why."),
        )  # fmt: skip
    if waiting := queries.open_objections(notice).count():
        raise Refusal(
            _("%(count)d objections are not answered yet."), {"count": waiting}, code="objections_open",
            remedy=_("Answer them first."),
        )  # fmt: skip
    notice.state, notice.closed_by, notice.closed_at = NoticeState.CLOSED, actor, timezone.now()
    notice.save(update_fields=["state", "closed_by", "closed_at"])
    after = {**audit.snapshot(notice, SHOWN), "objections": notice.objections.count()}
    audit.record("notices.close", notice, actor=actor, after=after)
    return notice


@transaction.atomic
def take_down(notice: Notice, *, reason: str = "", actor: User) -> Notice:
    """Remove a notice from the site altogether. While its term runs this needs a reason; the evidence stays."""
    notice = locked(notice)
    require(actor, PUBLISH_NOTICES, notice.region_code)
    require_state(notice, NoticeState.PUBLISHED, NoticeState.CLOSED)
    if not reason.strip() and not queries.term_over(notice, timezone.localdate()):
        raise Refusal(_("Say why the notice is taken down before its term is over."), code="reason", field="reason")
    before = audit.snapshot(notice, SHOWN)
    notice.state, notice.taken_down_by, notice.taken_down_at = NoticeState.TAKEN_DOWN, actor, timezone.now()
    notice.taken_down_reason = reason.strip()[:200]
    notice.save(update_fields=["state", "taken_down_by", "taken_down_at", "taken_down_reason"])
    after = {**audit.snapshot(notice, SHOWN), "reason": notice.taken_down_reason}
    audit.record("notices.take_down", notice, actor=actor, before=before, after=after)
    return notice


def _next_number(notice: Notice) -> tuple[int, int, str]:
    """Year, serial and number `夏云镇公示〔2026〕3号`: one series for each issuer and year, without gaps."""
    year = notice.opens.year
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('notice number'), hashtext(%s))", [notice.region_code])
    series = Notice.objects.filter(region_code=notice.region_code, year=year)
    serial = (series.aggregate(last=Max("serial"))["last"] or 0) + 1
    return year, serial, f"{notice.issuer}{NUMBER_WORDS[notice.kind]}〔{year}〕{serial}号"


def _keep_evidence(notice: Notice, actor: User) -> None:
    """The digest of what is published, and the list as it was shown, kept as a file of the office."""
    rows = list(notice.rows.all())
    notice.rows_digest = hashlib.sha256(canonical(notice, rows)).hexdigest()
    with translation.override("zh-hans"):
        page = render_to_string("notices/evidence.html", {"notice": notice, "table": table(notice, rows)})
    notice.rendered = store_file(
        page.encode(), name=f"{notice.number}.html", region_code=notice.region_code, actor=actor,
        content_type="text/html; charset=utf-8",
    )  # fmt: skip


def canonical(notice: Notice, rows: list[NoticeRow]) -> bytes:
    """What the digest is taken of: everything that is shown, as JSON with sorted keys and without spaces."""
    shown: dict[str, Any] = {
        "number": notice.number, "kind": notice.kind, "title": notice.title, "body": notice.body,
        "issuer": notice.issuer, "programme": notice.programme_name, "opens": notice.opens, "closes": notice.closes,
        "fields": notice.fields, "rows": [[row.position, cells(notice, row)] for row in rows],
        "attachments": list(notice.files.filter(purpose="attachment").values_list("name", "sha256")),
    }  # fmt: skip
    return json.dumps(
        shown, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()  # fmt: skip


def cells(notice: Notice, row: NoticeRow) -> list[Any]:
    """The cells of a row in the order of the notice's columns; the name as it is shown."""
    own = {"name": row.shown_name, "village": row.village, "post": row.post, "amount_fen": row.amount_fen,
           "days": row.days}  # fmt: skip
    return [own[code] if code in own else row.extra.get(code) for code in notice.fields]


def table(notice: Notice, rows: list[NoticeRow]) -> dict[str, Any]:
    """Headings and lines for a template."""
    return {
        "headings": [COLUMNS[code] for code in notice.fields],
        "lines": [
            (row.position, list(zip((COLUMNS[code] for code in notice.fields), cells(notice, row), strict=True)))
            for row in rows
        ],
    }


def verify(notice: Notice) -> bool:
    """Whether what lies in the database is what was published."""
    return hashlib.sha256(canonical(notice, list(notice.rows.all()))).hexdigest() == notice.rows_digest
