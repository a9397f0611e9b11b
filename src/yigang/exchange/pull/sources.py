"""Verbs of sources: connect an account of DingTalk or WeCom, change it, test it, close it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.exchange.access import MANAGE_SOURCES
from yigang.exchange.enums import Datum, SourceKind
from yigang.exchange.models import PullSource
from yigang.exchange.pull.dingtalk import DingTalk
from yigang.exchange.pull.steps import Service
from yigang.exchange.pull.transport import Trouble
from yigang.exchange.pull.wecom import WeCom
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.foundation.secrets import SOURCE_SECRET, vault
from yigang.posts.models import Programme

FIELDS = ("kind", "name", "key", "datum", "departments", "groups", "days_back", "hour", "enabled")
"""What the trail keeps of a source. Never its secret."""


@dataclass(frozen=True)
class Terms:
    """What an office says of a source. An empty `secret` leaves the one that is kept."""

    name: str
    key: str
    secret: str = field(default="", repr=False)
    programme: Programme | None = None
    datum: str = Datum.GCJ02
    departments: Sequence[int] = ()
    groups: Sequence[str] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    days_back: int = 3
    hour: int = 2
    enabled: bool = False


@transaction.atomic
def connect(kind: SourceKind, terms: Terms, *, region_code: str, actor: User) -> PullSource:
    """A new source for a region. What it brings is taken in under the name of whoever connects it."""
    require(actor, MANAGE_SOURCES, region_code)
    if not terms.secret:
        raise Refusal(_("Enter the secret of the application."), code="secret", field="secret")
    source = PullSource(region_code=region_code, kind=kind)
    _keep(source, terms, actor)
    audit.record("exchange.connect_source", source, actor=actor, after=audit.snapshot(source, FIELDS))
    return source


@transaction.atomic
def change(source: PullSource, terms: Terms, *, actor: User) -> PullSource:
    """Other terms for a source; a new secret takes the place of the old one."""
    require(actor, MANAGE_SOURCES, source.region_code)
    source = _open(source)
    before = audit.snapshot(source, FIELDS)
    _keep(source, terms, actor)
    after = audit.snapshot(source, FIELDS) | {"new_secret": bool(terms.secret)}
    audit.record("exchange.change_source", source, actor=actor, before=before, after=after)
    return source


@transaction.atomic
def close(source: PullSource, *, actor: User) -> PullSource:
    """Nothing is fetched any more, and the secret is forgotten. What has come stays."""
    require(actor, MANAGE_SOURCES, source.region_code)
    source = _open(source)
    source.closed_at, source.enabled, source.secret_cipher = timezone.now(), False, None
    source.save(update_fields=["closed_at", "enabled", "secret_cipher"])
    audit.record("exchange.close_source", source, actor=actor)
    return source


def try_out(source: PullSource, *, actor: User) -> str:
    """Ask the service for a token and the people, and keep what came of it as a sentence."""
    require(actor, MANAGE_SOURCES, source.region_code)
    _refuse_closed(source)
    try:
        people = service_of(source).people()
        sentence = _("Connected: %(count)d people can be asked for.") % {"count": len(people)}
    except Trouble as trouble:
        sentence = f"{trouble} {trouble.remedy}"
    with transaction.atomic():
        source.tested_at, source.test_result = timezone.now(), sentence[:300]
        source.save(update_fields=["tested_at", "test_result"])
        audit.record("exchange.try_source", source, actor=actor, after={"message": source.test_result})
    return source.test_result


def service_of(source: PullSource) -> Service:
    """The service as this source is allowed to ask it. Where it lies is the operator's to say, not the office's."""
    _refuse_closed(source)
    secret = vault().decrypt(bytes(source.secret_cipher or b""), SOURCE_SECRET)
    departments, groups = [int(each) for each in source.departments], [str(each) for each in source.groups]
    if source.kind == SourceKind.DINGTALK:
        return DingTalk(settings.DINGTALK_URL, source.key, secret, departments, groups)
    return WeCom(settings.WECOM_URL, source.key, secret, departments, groups, dict(source.people))


def _keep(source: PullSource, terms: Terms, actor: User) -> None:
    for name in ("name", "key", "programme", "datum", "days_back", "hour", "enabled"):
        setattr(source, name, getattr(terms, name))
    source.departments, source.groups, source.people = list(terms.departments), list(terms.groups), dict(terms.people)
    source.actor = actor
    if terms.secret:
        source.secret_cipher = vault().encrypt(terms.secret, SOURCE_SECRET)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        if violated(error) != "pull_source_once":
            raise
        raise Refusal(_("This account is connected already."), code="known", field="key") from error


def _open(source: PullSource) -> PullSource:
    held = hold(PullSource.objects.filter(pk=source.pk)).get()
    _refuse_closed(held)
    return held


def _refuse_closed(source: PullSource) -> None:
    if source.closed_at:
        raise Refusal(_("This source was closed."), code="closed")
