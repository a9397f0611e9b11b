"""Verbs of quotas: how many places and how much money a fund allows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, money, regioncode
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.access import SET_QUOTAS
from yigang.posts.models import Programme, Quota
from yigang.posts.queries import used

QUOTA_FIELDS = ("fund", "year", "region_code", "head_count", "budget_fen")


@dataclass(frozen=True)
class QuotaRecord:
    """A target: places and fen a year, of one fund for one region."""

    region_code: str
    year: int
    fund: str
    head_count: int
    budget_fen: int


@transaction.atomic
def save_quota(programme: Programme, record: QuotaRecord, *, actor: User) -> Quota:
    """Set a quota, or rewrite the one of this programme, region, year and fund. Less than is approved is refused."""
    require(actor, SET_QUOTAS, record.region_code)
    fund = record.fund.strip()
    if not fund:
        raise Refusal(_("The quota names no fund."), code="fund_missing", field="fund")
    if record.head_count < 0 or record.budget_fen < 0:
        field = "head_count" if record.head_count < 0 else "budget_fen"
        raise Refusal(_("A quota is not negative."), code="negative", field=field)
    if not record.region_code.startswith(regioncode.prefix_of(programme.region_code)):
        raise Refusal(_("The region lies outside the programme."), code="outside", field="region_code")
    named = programme.quotas.filter(region_code=record.region_code, year=record.year, fund=fund)
    known = named.select_for_update().first()
    before = None if known is None else audit.snapshot(known, QUOTA_FIELDS)
    quota = known or Quota(programme=programme, region_code=record.region_code, year=record.year, fund=fund)
    quota.head_count, quota.budget_fen = record.head_count, record.budget_fen
    _save(quota)
    audit.record("posts.save_quota", quota, actor=actor, before=before, after=audit.snapshot(quota, QUOTA_FIELDS))
    return quota


def _save(quota: Quota) -> None:
    try:
        with transaction.atomic():
            quota.save()
    except IntegrityError as error:
        if violated(error) != "quota_covers_approved":
            raise
        places, fen = used(quota)
        raise Refusal(
            _("Of “%(fund)s” %(places)d places and %(money)s yuan are approved already."),
            {"fund": quota.fund, "places": places, "money": money.show(fen)}, code="below_approved", field="head_count",
            remedy=_("Set the quota to at least that."),
        ) from error  # fmt: skip
