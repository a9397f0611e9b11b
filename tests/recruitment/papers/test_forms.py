"""The registration form: filled with what is on file, masked unless its reading is noted, empty for the village."""

from datetime import date

import pytest
from tests.foundation import pdfa
from tests.foundation.factories import picture
from tests.foundation.pdfa import text_of
from tests.people.factories import identity_number, make_person
from tests.recruitment.world import make_world

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.models import AuditEntry
from yigang.people.domain import set_photo
from yigang.people.enums import Relation
from yigang.recruitment import domain
from yigang.recruitment.papers.forms import DECLARED, print_empty_form, print_form

PHONE = "13912345678"


@pytest.fixture
def world(make_user):
    """A round at 申报."""
    made = make_world(make_user)
    made.open()
    made.next()
    made.next()
    return made


@pytest.fixture
def application(world):
    person = world.person("王#[小红]", relation=Relation.HEAD, phone=PHONE)
    make_person("李四", 50, household=person.household, relation=Relation.SPOUSE)
    set_photo(person, picture(), name="a.jpg", actor=world.town)
    return world.apply(person, world.posts[0], able_to_work=True)


@pytest.mark.req("P4")
def test_what_is_on_file_is_filled_in_and_numbers_are_masked(world, application):
    content = print_form(application, actor=world.clerk).content
    pdfa.check(content)
    assert pdfa.pages_of(content) == 1
    shown = text_of(content)
    number = identity_number(1)
    for text in ("王#[小红]", "李四", str(world.posts[0]), "建档立卡", number[-4:], "139****5678", "报名登记表"):
        assert text in shown
    assert number not in shown
    assert PHONE not in shown
    assert not AuditEntry.objects.filter(verb="foundation.reveal").exists()


@pytest.mark.req("P4")
def test_whole_numbers_leave_an_entry_and_are_for_those_who_may(world, application, make_user):
    shown = text_of(print_form(application, clear=True, actor=world.town).content)
    assert identity_number(1) in shown
    assert PHONE in shown
    entry = AuditEntry.objects.get(verb="foundation.reveal")
    assert (entry.object_id, entry.after) == (str(application.person_id), {"fields": ["identity", "phone"]})
    with pytest.raises(Forbidden):
        print_form(application, clear=True, actor=make_user(Role.AUDITOR, "520403"))
    assert AuditEntry.objects.filter(verb="foundation.reveal").count() == 1


def test_another_town_prints_no_form(world, application, make_user):
    with pytest.raises(Forbidden):
        print_form(application, actor=make_user(Role.TOWN_OFFICER, "520403101"))
    with pytest.raises(Forbidden):
        print_empty_form(world.round, actor=make_user(Role.POST_HOLDER, "520403100201"))


def test_what_was_declared_is_ticked_and_the_unknown_left_open(world):
    shown = text_of(print_form(world.apply(world.person("王大"), public_payroll=True), actor=world.town).content)
    assert f"{DECLARED['public_payroll']}■是" in shown.replace(" ", "")
    assert f"{DECLARED['village_officer_kin']}□是　■否" in shown.replace(" ", "")
    empty = text_of(print_empty_form(world.round, actor=world.clerk).content).replace(" ", "")
    assert all(f"{text}□是　□否" in empty for text in DECLARED.values())


def test_a_steps_outcome_stands_in_its_box(world, application):
    step = world.next()
    world.judge()
    domain.decide(application, "不符合条件", reason="连续安置已满三年", actor=world.town)
    assert "连续安置已满三年" in text_of(print_form(application, actor=world.town).content)
    empty = text_of(print_empty_form(world.round, actor=world.town).content)
    assert step.name in empty
    assert "连续安置已满三年" not in empty


@pytest.mark.req("P4")
def test_the_empty_form_names_round_and_posts_and_nobody(world, application):
    with rls.scope(world.clerk):
        content = print_empty_form(world.round, actor=world.clerk).content
    pdfa.check(content)
    shown = text_of(content)
    assert world.round.number in shown
    assert world.posts[0].number in shown  # the clerk's own village; those elsewhere the clerk does not see
    assert application.person.name not in shown
    assert date.today().isoformat() in shown  # noqa: DTZ011 - the paper's foot has the day it was printed
