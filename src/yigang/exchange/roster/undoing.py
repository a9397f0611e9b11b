"""Takes a roster back: exactly what was before, or nothing when something has built on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import DO_NOTHING, ForeignObjectRel
from django.utils.translation import gettext_lazy as _

from yigang.exchange.models import ImportTouch
from yigang.exchange.roster.applying import MODELS
from yigang.exchange.roster.rows import Journal, Model, Row, delete, digests, overlay, restore, rows_of, snapshot
from yigang.exchange.roster.sealed import SealedMonths, span
from yigang.foundation.errors import Refusal, Text
from yigang.foundation.models import User
from yigang.payment.models import SubsidyLine
from yigang.people.enums import Relation
from yigang.people.holding import hold_members
from yigang.people.models import Household, Person
from yigang.tenure.domain import places_exchanged, reopen_vacancies
from yigang.tenure.models import Appointment

MOST_NAMED = 3
BUILT_ON: dict[str, Text] = {
    "duty.CheckIn": _("check-ins"), "duty.Leave": _("leave"), "duty.WorkLog": _("work logs"),
    "duty.ProxyEntry": _("days kept on paper"), "duty.SourceIdentity": _("matched accounts of other systems"),
    "duty.UnmatchedRow": _("matched rows of evidence"), "appraisal.Mark": _("marks"),
    "appraisal.Finding": _("absences found"), "appraisal.Appraisal": _("sealed results"),
    "payment.SubsidyLine": _("computed months"), "payment.BatchEntry": _("bank batches"),
    "people.Person": _("people"), "people.BankAccount": _("bank accounts"), "people.Kinship": _("kinships"),
    "people.Hardship": _("hardship categories"), "tenure.Appointment": _("appointments"),
}  # fmt: skip
"""What may stand on a row of a roster, in words."""


def undo(journal: Journal, applied_at: datetime, told: str, *, actor: User) -> None:
    """Put every row back as it was before the import; vacancies that its appointments filled are open again."""
    _hold_people(journal)
    _refuse_later_changes(journal)
    reopen_vacancies(journal.added.get(Appointment._meta.label, ()), told, actor=actor)
    _refuse_what_stands_on_it(journal)
    _refuse_sealed_months(journal, applied_at)
    with places_exchanged():
        _put_all_back(journal)


def _hold_people(journal: Journal) -> None:
    """Those the import wrote, with the households they live in and go back to."""
    changed = journal.changed.get(Person._meta.label, {})
    homes = {was["household_id"] for was in changed.values() if was.get("household_id")}
    people = {*changed, *journal.added.get(Person._meta.label, ())}
    hold_members(people, {*homes, *journal.changed.get(Household._meta.label, {})})


def _put_all_back(journal: Journal) -> None:
    for model in reversed(MODELS):
        delete(model, journal.added.get(model._meta.label, ()))
    stepped_up = [key for key, was in journal.changed.get(Person._meta.label, {}).items() if "relation" in was]
    overlay(Person, snapshot(Person, stepped_up), {key: {"relation": str(Relation.OTHER)} for key in stepped_up})
    for model in MODELS:
        restore(model, journal.removed.get(model._meta.label, []))
        _put_back(model, journal.changed.get(model._meta.label, {}))


def _put_back(model: Model, was: Mapping[int, Row]) -> None:
    """The changed columns of a table."""
    overlay(model, snapshot(model, was), was)


def _refuse_later_changes(journal: Journal) -> None:
    for model in MODELS:
        label = model._meta.label
        left = journal.left.get(label, {})
        now = digests(model, left, journal.columns.get(label, []))
        touched = [key for key, digest in left.items() if now.get(key) != digest]
        if touched:
            named = rows_of(model).filter(pk__in=touched[:MOST_NAMED])
            raise Refusal(
                _("%(count)d rows that this import wrote (%(what)s) were changed since: %(examples)s."),
                {"count": len(touched), "what": BUILT_ON.get(label, model._meta.verbose_name),
                 "examples": "、".join(str(row) for row in named)},
                code="changed_since",
                remedy=_("An undo would lose that. Correct the rows one by one, or import a corrected roster."),
            )  # fmt: skip


def _refuse_what_stands_on_it(journal: Journal) -> None:
    for model in MODELS:
        added = journal.added.get(model._meta.label, [])
        for related, name in _references_to(model) if added else ():
            ours = {*journal.added.get(related._meta.label, ()), *journal.changed.get(related._meta.label, {})}
            found = rows_of(related).filter(**{f"{name}__in": added})
            count = found.exclude(pk__in=ours).count() if ours else found.count()
            if count:
                raise Refusal(
                    _("%(count)d entries (%(what)s) rest on people or posts that this import added."),
                    {"count": count, "what": BUILT_ON.get(related._meta.label, related._meta.verbose_name)},
                    code="built_on",
                    remedy=_("Take those back first, or correct the roster by a new import."),
                )


def _references_to(model: Model) -> Iterator[tuple[Model, str]]:
    """Every model and foreign key that points to this one and rests on it.

    A trace of an import does not, nor a sum that the database keeps and takes away itself.
    """
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.on_delete is DO_NOTHING:
            continue
        if relation.field.concrete and relation.related_model != ImportTouch:
            yield relation.related_model, relation.field.name


def _refuse_sealed_months(journal: Journal, applied_at: datetime) -> None:
    """A month sealed after the import was judged by the days, or by the daily plan, that the import wrote."""
    changed = journal.changed.get(Appointment._meta.label, {})
    held = Appointment.objects.filter(pk__in=list(changed)).select_related("person", "programme").in_bulk()
    sealed = {one.programme_id: SealedMonths.of(one.programme) for one in held.values()}
    for key, was in changed.items():
        one = held[key]
        before = span(was.get("starts", one.starts), was.get("ends", one.ends))
        month = sealed[one.programme_id].reached(one.region_code, before, span(one.starts, one.ends))
        if month is None and was.keys() & {"plan_start", "plan_end"}:
            lines = SubsidyLine.objects.filter(appointment=one, settlement__sealed_at__gt=applied_at)
            month = lines.order_by("month").values_list("month", flat=True).first()
        if month is not None:
            raise Refusal(
                _("%(month)s is sealed with what this import changed about %(name)s."),
                {"month": f"{month:%Y-%m}", "name": one.person.name}, code="sealed_since",
                remedy=_("A sealed month stays; correct it by an adjustment in a later month."),
            )  # fmt: skip
