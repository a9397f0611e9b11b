"""A consent is a person's own word: it is added, never changed, and the newest holds as long as the words are the same."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.people.factories import make_person

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.people import consents
from yigang.people.models import Consent
from yigang.policy.capabilities import capabilities_of

ON = capabilities_of(
    {"capabilities": {"track": {"basis": "森林防火"}, "place": {"basis": "森林防火"}, "log": {"basis": "日志"}}}
)

HOUR = timezone.now()


@pytest.mark.req("P5")
def test_the_newest_word_holds_for_the_words_that_were_read(make_user):
    person, now = make_person(), timezone.now()
    clerk, stranger = make_user(Role.VILLAGE_CLERK, person.region_code), make_user(Role.VILLAGE_CLERK, "520403101204")
    track = ON["track"]

    def said(number: int, *, given: bool, hours: int) -> consents.Word:
        at = now - timedelta(hours=hours)
        return consents.Word(person.pk, person.region_code, "track", given, track.text_version, at, UUID(int=number))

    consents.keep_words([said(1, given=True, hours=2), said(2, given=False, hours=3)])
    consents.keep_words([said(1, given=True, hours=2)])  # the same record again
    assert Consent.objects.count() == 2
    assert consents.holds(consents.standing(person.pk).get("track"), track)
    assert not consents.holds(consents.standing(person.pk).get("place"), ON["place"])
    assert not consents.holds(consents.standing(person.pk)["track"], replace(track, basis="另一个依据"))

    consents.note_on_paper(person, track, given=False, actor=clerk)
    assert not consents.holds(consents.standing(person.pk)["track"], track)
    with pytest.raises(Forbidden):
        consents.note_on_paper(person, track, given=True, actor=stranger)
    with pytest.raises(Refusal, match="不需要"):
        consents.note_on_paper(person, ON["log"], given=True, actor=clerk)
    with pytest.raises(Refusal, match="尚未到来"):
        consents.note_on_paper(person, track, given=True, at=now + timedelta(days=1), actor=clerk)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        Consent.objects.update(given=True)


def test_each_word_holds_until_the_next_whatever_the_order_of_arrival():
    """Agreed at six, withdrawn at eight, agreed again at ten; places withdrawn at noon, on which tracks rest."""
    words = [("track", 10, True), ("place", 12, False), ("track", 8, False), ("track", 6, True)]
    said = consents.Said()
    for capability, hour, given in words:
        said.add(capability, HOUR + timedelta(hours=hour), given=given)
    stopped = {hour for hour in range(5, 15) if said.withdrawn("track", HOUR + timedelta(hours=hour, minutes=1))}
    assert stopped == {8, 9, 12, 13, 14}
    assert not said.withdrawn("photo", HOUR + timedelta(hours=9)), "nobody was heard on it"
