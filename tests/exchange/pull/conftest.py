"""A district whose rangers clock in at DingTalk or WeCom, and a source that is connected to a fake of it."""

from collections.abc import Callable, Iterator

import pytest
from tests.duty.conftest import hold, programme
from tests.exchange.pull.fakes import FakeDingTalk, FakeWeCom, serving

from yigang.exchange.enums import SourceKind
from yigang.exchange.models import PullSource
from yigang.exchange.pull import sources, transport

__all__ = ["hold", "programme"]


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """How long the client would have waited; it does not."""
    waited: list[float] = []
    monkeypatch.setattr(transport.time, "sleep", waited.append)
    return waited


@pytest.fixture
def dingtalk(settings) -> Iterator[FakeDingTalk]:
    fake = FakeDingTalk()
    with serving(fake):
        settings.DINGTALK_URL = fake.url
        yield fake


@pytest.fixture
def wecom(settings) -> Iterator[FakeWeCom]:
    fake = FakeWeCom()
    with serving(fake):
        settings.WECOM_URL = fake.url
        yield fake


@pytest.fixture
def connect(county_manager, programme) -> Callable[..., PullSource]:
    """`connect(SourceKind.DINGTALK, groups=["68"])`: a source of the district."""

    def make(kind: SourceKind, **terms) -> PullSource:
        said = sources.Terms(**{"name": "平坝林业", "key": "key", "secret": "secret", "programme": programme, **terms})
        return sources.connect(kind, said, region_code="520403000000", actor=county_manager)

    return make
