"""Verbs of agreements: a number by the programme's rule, without gaps, and the fields that a template is filled with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.foundation.wording import chinese
from yigang.people.models import Person
from yigang.people.queries import masked_identity
from yigang.policy.describe_agreement import agreement_words
from yigang.posts.models import Post, Programme
from yigang.posts.rules import policy_file, policy_from, section, text_on
from yigang.tenure.access import EMPLOY
from yigang.tenure.ledger import because
from yigang.tenure.models import Agreement, Appointment, TeamMember

SEQUENCE = re.compile(r"\{序号(?::(\d))?\}")


@transaction.atomic
def prepare_agreement(appointment: Appointment, *, actor: User) -> Agreement:
    """Give the appointment its agreement and number; asked again, the same one.

    Numbers are taken from the programme's series of the year in which the term starts. The series moves on only
    together with this transaction, so it has no gaps.
    """
    require(actor, EMPLOY, appointment.region_code)
    held = hold(Appointment.objects.select_related("person", "post", "programme").filter(pk=appointment.pk)).get()
    known = Agreement.objects.filter(appointment=held).first()
    if known is not None:
        return known
    return keep_agreement(held, take_number(held.programme, held.starts), actor=actor)


@dataclass(frozen=True)
class Numbered:
    """A number that was taken from the series."""

    year: int
    sequence: int
    number: str


def take_number(programme: Programme, starts: date) -> Numbered:
    """The next number of the programme's series of the year in which a term starts; it moves on with the transaction."""
    pattern = _pattern(programme, starts)
    sequence = _next(programme, starts.year)
    return Numbered(starts.year, sequence, number_of(pattern, starts.year, sequence))


@transaction.atomic
def keep_agreement(appointment: Appointment, given: Numbered, *, actor: User, **made: Any) -> Agreement:
    """Write the agreement of an appointment under its number; `made` are the papers where it was signed before hiring."""
    require(actor, EMPLOY, appointment.region_code)
    agreement = Agreement.objects.create(
        region_code=appointment.region_code, appointment=appointment, programme=appointment.programme, year=given.year,
        sequence=given.sequence, number=given.number, prepared_by=actor, **made,
    )  # fmt: skip
    appointment.agreement_number = given.number
    with because(str(_("Agreement number given")), actor=actor):
        appointment.save(update_fields=["agreement_number"])
    audit.record("tenure.prepare_agreement", agreement, actor=actor, after={"number": given.number})
    return agreement


@transaction.atomic
def sign_agreement(agreement: Agreement, file: StoredFile, *, on: date, actor: User) -> Agreement:
    """Keep the signed copy; one that is on file is not replaced."""
    require(actor, EMPLOY, agreement.region_code)
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.signed_file_id is not None:
        raise Refusal(
            _("The signed copy of %(number)s is on file since %(day)s."),
            {"number": agreement.number, "day": agreement.signed_on}, code="signed_already",
        )  # fmt: skip
    agreement.signed_file, agreement.signed_on = file, on
    agreement.save(update_fields=["signed_file", "signed_on"])
    audit.record("tenure.sign_agreement", agreement, actor=actor, after={"on": on, "file": file.sha256})
    return agreement


@dataclass(frozen=True)
class Parties:
    """Whom an agreement is with, for which post and days; `unit` sends a member of a team."""

    person: Person
    post: Post
    starts: date
    ends: date | None
    unit: str = "　　　　　　　　　　"


def fields_of(agreement: Agreement) -> dict[str, str]:
    """Field → text for a template, of an appointment's agreement."""
    held = agreement.appointment
    parties = Parties(held.person, held.post, held.starts, held.ends, _unit(held))
    return words_of(parties, Numbered(agreement.year, agreement.sequence, agreement.number))


def words_of(parties: Parties, given: Numbered) -> dict[str, str]:
    """Field → text for a template; the list of fields is the same for every programme. Identity numbers are masked."""
    person, post, programme = parties.person, parties.post, parties.post.programme
    policy = policy_from(policy_file(programme.policy_code))
    return {
        "协议编号": given.number, "项目": programme.name, "姓名": person.name, "身份证号": masked_identity(person),
        "性别": {"M": "男", "F": "女"}.get(person.sex, ""), "村": regions.name_of(post.region_code),
        "乡镇": regions.name_of(f"{post.region_code[:9]}000"), "县": regions.name_of(f"{post.region_code[:6]}000000"),
        "岗位编号": post.number, "岗位": post.kind, "职责": "、".join(post.duties), "开始日期": chinese(parties.starts),
        "结束日期": chinese(parties.ends) if parties.ends else "另行约定之日", "年度": str(given.year),
        **agreement_words(policy, text_on(policy, parties.starts)), "派出单位": parties.unit,
    }  # fmt: skip


def _unit(held: Appointment) -> str:
    """Who sends a member of a team; room to write it where no team is on file."""
    member = TeamMember.objects.filter(appointment=held).select_related("team__unit").order_by("starts").last()
    return member.team.unit.name if member else Parties.unit


def number_of(pattern: str, year: int, sequence: int) -> str:
    """`平坝护林〔{年}〕{序号:3}号` → 平坝护林〔2020〕007号."""
    padded = SEQUENCE.sub(lambda found: str(sequence).zfill(int(found.group(1) or 1)), pattern)
    return padded.replace("{年}", str(year))


def _pattern(programme: Programme, day: date) -> str:
    rule = section(programme, day, "agreement")
    if not rule:
        raise Refusal(
            _("The policy of “%(programme)s” has no rule for the numbers of agreements."),
            {"programme": programme.name}, code="no_rule",
            remedy=_("Add the section `agreement` to the policy, or write the number into the terms by hand."),
        )  # fmt: skip
    return str(rule["number"])


def _next(programme: Programme, year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT yigang_next_agreement(%s, %s)", [programme.pk, year])
        return int(cursor.fetchone()[0])
