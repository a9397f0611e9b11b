"""A check-in photo is compared with the file photo of whoever agreed; what comes of it is a question, never a refusal."""

import io
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image, ImageEnhance
from tests.duty.flags.test_phones import check_in
from tests.duty.flags.test_photos import jpeg, scene

from yigang.duty.domain import faces as compared
from yigang.duty.domain import flags
from yigang.duty.flags import faces
from yigang.duty.models import Flag, PhotoUse
from yigang.people.consents import note_on_paper
from yigang.people.domain import set_photo
from yigang.policy.capabilities import KINDS, Capability

pytestmark = [pytest.mark.req("P1"), pytest.mark.usefixtures("any_hour")]
FACE_MATCH = Capability(KINDS["face_match"], "管理办法第十条")
PORTRAIT = Path(__file__).parent / "pictures" / "collins.jpg"
"""Eileen Collins, a portrait by NASA, in the public domain."""


def portrait() -> Image.Image:
    return Image.open(PORTRAIT).convert("RGB")


CHANGES = {
    "darker": lambda one: ImageEnhance.Brightness(one).enhance(0.5),
    "compressed": lambda one: Image.open(io.BytesIO(jpeg(one, 25))),
    "turned a little": lambda one: one.rotate(12, fillcolor=(90, 90, 90)),
    "smaller": lambda one: one.resize((168, 210)),
    "small in a large picture": lambda one: _pasted(one, scene(1)),
}


def _pasted(one: Image.Image, ground: Image.Image) -> Image.Image:
    made = ground.copy()
    made.paste(one, (500, 250))
    return made


@pytest.mark.parametrize("change", CHANGES)
def test_one_face_is_known_again(change):
    (known,) = faces.faces_of(PORTRAIT.read_bytes())
    (seen,) = faces.faces_of(jpeg(CHANGES[change](portrait())))
    assert faces.likeness(known, seen) > 0.6


def test_a_landscape_and_a_tiny_face_show_none():
    assert faces.faces_of(jpeg(scene(1))) == []
    assert faces.faces_of(jpeg(portrait().resize((80, 100)))) == []


def test_files_that_were_not_tried_are_not_used(monkeypatch):
    assert faces.installed()
    faces._whole.cache_clear()
    monkeypatch.setitem(faces.FILES, "find", (faces.FILES["find"][0], "0" * 64))
    assert not faces.installed()
    faces._whole.cache_clear()


@pytest.fixture
def another(monkeypatch):
    """`another(person)`: on this file is somebody else's face, which has nothing in common with the portrait."""
    real, others = compared._on_file, set()

    def on_file(person: int) -> faces.Floats | None:
        known = real(person)
        if person not in others:
            return known
        return np.roll(known, 64) * np.where(np.arange(128) < 64, 1, -1).astype(np.float32)

    monkeypatch.setattr(compared, "_on_file", on_file)
    return others.add


@pytest.fixture
def on(monkeypatch):
    monkeypatch.setattr(compared, "on_the_phone", lambda _code, _day: {"face_match": FACE_MATCH})


def told() -> dict[str, float | None]:
    return {use.person.name: None if use.likeness is None else round(use.likeness, 1) for use in PhotoUse.objects.all()}


@pytest.mark.usefixtures("on")
def test_only_who_agreed_is_compared_and_every_check_in_counts(hold, phone_of, county_manager, another):
    people = {name: hold(name) for name in ("同一人", "另一人", "未同意", "已撤回", "没有照片")}
    for name, person in people.items():
        if name != "没有照片":
            set_photo(person, PORTRAIT.read_bytes(), name="照片.jpg", actor=county_manager)
        if name != "未同意":
            note_on_paper(person, FACE_MATCH, given=True, actor=county_manager)
    note_on_paper(people["已撤回"], FACE_MATCH, given=False, actor=county_manager)
    for number, (name, person) in enumerate(people.items()):
        photo = jpeg(portrait(), 60 + number)
        if name == "另一人":
            another(person.pk)
        check_in(phone_of(person), photo)
    flags.look_at_new(timezone.now())
    assert told() == {"同一人": 1.0, "另一人": 0.0, "未同意": None, "已撤回": None, "没有照片": None}
    asked = Flag.objects.get(kind="other_face")
    assert (asked.person.name, asked.strength, round(asked.figures["likeness"], 1)) == ("另一人", "weak", 0.0)


def test_off_by_the_policy_or_not_installed_nobody_is_compared(
    hold, phone_of, county_manager, programme, monkeypatch, django_assert_num_queries
):
    person = hold("张大山")
    set_photo(person, PORTRAIT.read_bytes(), name="照片.jpg", actor=county_manager)
    note_on_paper(person, FACE_MATCH, given=True, actor=county_manager)
    today = timezone.localdate()
    with django_assert_num_queries(0):
        assert compared.OnFile.of(programme, today, [person.pk]).people == set()
    monkeypatch.setattr(compared, "on_the_phone", lambda _code, _day: {"face_match": FACE_MATCH})
    assert compared.OnFile.of(programme, today, [person.pk]).people == {person.pk}
    monkeypatch.setattr(faces, "installed", lambda: False)
    assert compared.OnFile.of(programme, today, [person.pk]).people == set()
