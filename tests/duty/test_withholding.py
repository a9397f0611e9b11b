"""A no to places, photos or tracks that arrives after what was recorded later reaches back; nothing is deleted."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.duty.flags.test_photos import jpeg, scene
from tests.duty.sync.conftest import ON, _fresh_intakes, phone_of  # noqa: F401 - fixtures
from tests.duty.sync.test_media import Tus
from tests.duty.sync.test_patrols import MINUTE, PATROL, walk

from yigang.duty import facts
from yigang.duty.domain import flags
from yigang.duty.domain.measuring import measure_patrols
from yigang.duty.domain.withholding import note_consent
from yigang.duty.models import CheckIn, Incident, Media, Patrol, PhotoPrint, PhotoUse, Record, Withheld, WorkResult
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


def test_a_voice_and_the_likeness_of_a_face_are_withheld_by_a_no_that_comes_later(told, county_manager):
    """The photo itself stays: comparing faces is another consent than the photo."""
    person, silent, other = told
    silent.make("consent", {"capability": "voice", **NO})
    photo, voice = jpeg(scene(1)), b"OggS" + bytes(90)
    shas = [hashlib.sha256(each).hexdigest() for each in (photo, voice)]
    other.clock.pass_time(60_000)
    other.make("check_in", ON | {"media": shas[:1]})
    said = {"type": "incident", "kind": "fire", "text": "北坡有烟", "place": ON["place"], "before": [], "after": []}
    other.make("report", said | {"voice": shas[1]})
    assert {answer["outcome"] for answer in other.deliver()} == {"stored"}
    Tus(other).whole(photo)
    Tus(other).whole(voice, kind="voice")
    flags.look_at_new(timezone.now())
    PhotoUse.objects.update(likeness=0.9)
    assert Incident.objects.get().voice == shas[1]

    assert {answer["outcome"] for answer in silent.deliver()} == {"stored"}
    incident = Incident.objects.get()
    assert (incident.voice, incident.text) == ("", "北坡有烟")
    kept = {each.kind: each.withheld_at is not None for each in Media.objects.all()}
    assert kept == {"photo": False, "voice": True}

    yesterday = timezone.now() - timedelta(days=1)
    note_consent(person, Capability(KINDS["face_match"], "basis"), given=False, at=yesterday, actor=county_manager)
    assert PhotoUse.objects.get().likeness is None
    assert Media.objects.get(kind="photo").withheld_at is None
    assert CheckIn.objects.count() == 1, "the check-in counts as it did"
    assert set(Withheld.objects.values_list("capability", flat=True)) == {"voice", "face_match"}


@pytest.mark.req("H3")
def test_a_way_is_cut_where_a_no_without_signal_fell_into_it(told):
    """The phone of the no had no signal; the other one went on for ten minutes more, and walked again after that."""
    _person, silent, other = told
    begin = other.clock.wall - 60 * MINUTE
    for phone in (silent, other):
        phone.clock.wall, phone.clock.offset = begin, 0
    silent.clock.pass_time(10 * MINUTE)
    silent.make("consent", {"capability": "track", **NO})
    other.make("patrol", {"patrol": PATROL, "event": "start", "reason": None, "place": None})
    other.clock.pass_time(20 * MINUTE)
    other.make("points", walk(begin, 0, 80))
    other.make("patrol", {"patrol": PATROL, "event": "end", "reason": "", "place": None})
    again = PATROL[:-1] + "2"
    other.make("patrol", {"patrol": again, "event": "start", "reason": None, "place": None})
    other.make("points", walk(begin + 20 * MINUTE, 0, 20) | {"patrol": again})
    assert {answer["outcome"] for answer in other.deliver()} == {"stored"}
    assert Patrol.objects.get(pk=PATROL).fixes == 80

    assert {answer["outcome"] for answer in silent.deliver()} == {"stored"}
    measure_patrols([PATROL, again])
    cut, after = Patrol.objects.get(pk=PATROL), Patrol.objects.get(pk=again)
    assert cut.withdrawn_at is None
    assert cut.fixes == 41, "of the first ten minutes, one every fifteen seconds"
    assert after.withdrawn_at
    assert str(timezone.localdate()) in after.withdrawn_reason
    assert set(Withheld.objects.values_list("capability", flat=True)) == {"track"}
    assert Record.objects.filter(kind="points").count() == 2, "what the phone signed is kept, and used no more"
