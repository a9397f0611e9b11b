"""Notices for tests: written and published by their own verbs."""

from datetime import date, timedelta

from django.utils import timezone

from yigang.foundation.models import User
from yigang.notices.domain import Row, draft_notice, publish
from yigang.notices.enums import NoticeKind
from yigang.notices.models import Notice

TOWN_CODE, VILLAGE = "520403100000", "520403100201"


def workday(ago: int = 0) -> date:
    """Today, or so many days ago."""
    return timezone.localdate() - timedelta(days=ago)


def rows(*names: str) -> list[Row]:
    return [
        Row(name, "平元村", "护林员", amount_fen=62_000, days=22, region_code=VILLAGE)
        for name in names or ("张三", "李小四")
    ]


def make_draft(actor: User, **changes: object) -> Notice:
    values: dict[str, object] = {
        "region_code": TOWN_CODE, "body": "经村级评议、镇级审核，现予公示。", "rows": rows(), "opens": workday(),
        "working_days": 5, "actor": actor, **changes,
    }  # fmt: skip
    kind, title = values.pop("kind", NoticeKind.PUBLICITY), values.pop("title", "2026年生态护林员拟聘人员公示")
    return draft_notice(kind, title, **values)


def make_published(actor: User, **changes: object) -> Notice:
    return publish(make_draft(actor, **changes), actor=actor)
