"""A no to places, photos or tracks that arrives after what was recorded later reaches back; nothing is deleted."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.duty.flags.test_photos import jpeg, scene
from tests.duty.sync.conftest import ON, _fresh_intakes, phone_of  # noqa: F401 - fixtures
from tests.duty.sync.test_media import Tus

from yigang.duty import facts
from yigang.duty.domain import flags
from yigang.duty.domain.withholding import note_consent
from yigang.duty.models import CheckIn, Media, PhotoPrint, PhotoUse, Record, Withheld, WorkResult
from yigang.foundation.facts import Selection
from yigang.foundation.models import AuditEntry
from yigang.policy.capabilities import KINDS, Capability

pytestmark = pytest.mark.req("P5")
NO = {"given": False, "text_version": "1"}


@pytest.fixture
def told(hold, phone_of):  # noqa: F811 - the fixture
    """A ranger with two phones: the one says no and finds no signal, the other records and sends."""
    person = hold("张大山")
    silent, other = phone_of(person), phone_of(person)
    return person, silent, other


def test_a_place_recorded_after_a_no_that_comes_later_is_withheld(told, programme):
    person, silent, other = told
    for what in ("place", "photo"):
        silent.make("consent", {"capability": what, **NO})
    photo = jpeg(scene(1))
    sha = hashlib.sha256(photo).hexdigest()
    other.clock.pass_time(60_000)
    other.make("check_in", ON | {"media": [sha]})
    done = {"type": "result", "kind": "planting", "quantity": 50, "unit": "mu", "place": ON["place"], "before": [sha]}
    other.make("report", done)
    other.deliver()
    Tus(other).whole(photo)
    flags.look_at_new(timezone.now())
    assert PhotoPrint.objects.exists()
    today = timezone.localdate()
    selection = Selection(programme.pk, "520403", today, today)
    before = facts.check_ins(selection)
    assert {answer["outcome"] for answer in silent.deliver()} == {"stored"}

    first, again = CheckIn.objects.filter(person=person).order_by("pk")
    assert (first.latitude is None, again.latitude, again.corrects_id) == (False, None, first.pk)
    assert facts.check_ins(selection).equals(before), "the day counts as it did"
    result = WorkResult.objects.get()
    assert (result.latitude, result.before, result.quantity) == (None, [], 50)
    assert Media.objects.get().withheld_at
    assert not PhotoPrint.objects.exists()
    assert set(PhotoUse.objects.values_list("media", flat=True)) == {None}
    assert '"place"' in Record.objects.get(kind="check_in").body, "kept, and used no more"
    entry = AuditEntry.objects.get(verb="duty.withhold")
    assert entry.after["uses"] == ["photo", "place"]
    assert Withheld.objects.count() == 4


def test_what_was_recorded_before_the_no_or_after_a_new_yes_stays(told, county_manager):
    person, silent, other = told
    other.make("check_in", ON)
    other.deliver()
    silent.clock.pass_time(60_000)
    silent.make("consent", {"capability": "place", **NO})
    silent.deliver()
    assert not Withheld.objects.exists()
    yesterday = timezone.now() - timedelta(days=1)
    note_consent(person, Capability(KINDS["place"], "basis"), given=False, at=yesterday, actor=county_manager)
    assert Withheld.objects.get().since == yesterday, "a no of yesterday, noted from paper today"
