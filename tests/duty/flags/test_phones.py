"""What phones send raises questions after it is in: photos used again, a phone for two, a mock place, a place with a reason."""

import hashlib

import pytest
from django.utils import timezone
from tests.duty.flags.test_photos import cut, jpeg, scene
from tests.duty.ground import area_of
from tests.duty.sync.conftest import ON, PLACE
from tests.duty.sync.test_media import Tus

from yigang.duty.domain import flags
from yigang.duty.domain.photos import complete_prints
from yigang.duty.enums import FlagState
from yigang.duty.models import Flag, FlagRun, PhotoPrint, PhotoUse
from yigang.foundation.errors import Refusal

pytestmark = [pytest.mark.req("Z3"), pytest.mark.usefixtures("any_hour")]


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def found() -> set[tuple[str, str]]:
    return set(Flag.objects.values_list("kind", "person__name"))


def check_in(phone, *photos: bytes, **more):
    phone.make("check_in", ON | {"media": [sha(one) for one in photos]} | more)
    assert [answer["outcome"] for answer in phone.deliver()] == ["stored"]
    for content in photos:
        Tus(phone).whole(content)


def test_photos_used_again_are_found_when_they_arrive(hold, phone_of):
    first, second, third = (phone_of(hold(name)) for name in ("张大山", "李大河", "王小红"))
    mine, cut_out, turned = jpeg(scene(1)), jpeg(cut(scene(1), 0.15)), jpeg(cut(scene(1).rotate(2), 0.08))
    check_in(first, mine)
    assert flags.look_at_new(timezone.now()) == 0
    check_in(second, mine)
    check_in(third, cut_out)
    assert flags.look_at_new(timezone.now()) == 2
    assert found() == {("same_photo", "李大河"), ("near_same_photo", "王小红")}
    near = Flag.objects.get(kind="near_same_photo")
    assert (near.figures["how"], near.figures["photos"][0]) == ("middle", sha(cut_out))
    assert (PhotoUse.objects.count(), PhotoPrint.objects.count()) == (3, 9)
    check_in(phone_of(hold("赵一")), turned)
    flags.look_at_new(timezone.now())
    assert Flag.objects.get(person__name="赵一").figures["how"] == "turned"
    check_in(first, jpeg(scene(2)))
    assert flags.look_at_new(timezone.now()) == 0  # another picture, and what was found is not found again
    assert flags.look_at_open_months(timezone.localdate()) == 0
    assert FlagRun.objects.count() == 1


def middles() -> list[bytes]:
    return sorted(bytes(fine) for fine in PhotoPrint.objects.filter(how="middle").values_list("fine", flat=True))


def test_photos_of_before_the_smaller_middle_are_completed_once(hold, phone_of):
    phone = phone_of(hold("张大山"))
    check_in(phone, jpeg(scene(1)), jpeg(scene(2)), jpeg(scene(3)))
    flags.look_at_new(timezone.now())
    whole = middles()
    assert len(whole) == 6
    assert complete_prints(10) == 0
    smaller = PhotoPrint.objects.filter(how="middle").order_by("use", "-pk").distinct("use").values("pk")
    PhotoPrint.objects.filter(pk__in=list(smaller.values_list("pk", flat=True))).delete()
    assert len(middles()) == 3
    lost = PhotoUse.objects.earliest("pk")
    lost.media.file.content.storage.delete(lost.media.file.content.name)
    assert [complete_prints(1), complete_prints(10), complete_prints(10)] == [1, 1, 0]
    assert len(middles()) == 5
    assert set(middles()) < set(whole)
    check_in(phone_of(hold("李大河")), jpeg(cut(scene(3), 0.25)))
    flags.look_at_new(timezone.now())
    assert found() == {("near_same_photo", "李大河")}


def test_one_phone_for_two_people_and_a_mock_place(hold, phone_of):
    one = phone_of(hold("张大山"))
    other = phone_of(hold("李大河"), like=one)
    check_in(one)
    check_in(other, place=PLACE | {"mock": True, "lat": 26.4223})
    flags.look_at_new(timezone.now())
    people = ("张大山", "李大河")
    kinds = ("many_on_one_device", "one_device_moving")
    assert found() == {(kind, name) for kind in kinds for name in people} | {("mock_reported", "李大河")}


def test_a_place_that_cannot_be_reached_is_accepted_by_one_press(
    hold, phone_of, programme, county_manager, town_officer
):
    """With a reason and a photo; without them an answer needs a reason of its own."""
    area_of(programme, county_manager)
    far = PLACE | {"lat": 26.5}
    check_in(phone_of(hold("张大山")), jpeg(scene(3)), place=far, note="塌方，车进不去，在垭口打卡")
    check_in(phone_of(hold("李大河")), place=far)
    flags.look_at_new(timezone.now())
    reasoned = Flag.objects.get(kind="outside_area", person__name="张大山")
    bare = Flag.objects.get(kind="outside_area", person__name="李大河")
    answer = flags.accept_reason(reasoned, actor=town_officer)
    assert "塌方" in answer.reason
    with pytest.raises(Refusal):
        flags.accept_reason(bare, actor=town_officer)
    reasoned.refresh_from_db()
    assert (reasoned.state, bare.state) == (FlagState.EXPLAINED, FlagState.OPEN)
