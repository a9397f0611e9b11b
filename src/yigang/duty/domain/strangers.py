"""Many unknown people of files at once: given to one person, put aside as not ours, or taken back. All or nothing."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.access import MATCH_PERSON
from yigang.duty.domain.intake import resolve
from yigang.duty.models import UnmatchedRow
from yigang.foundation import audit, names
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.many import each
from yigang.foundation.models import User
from yigang.people.models import Person


def resolve_together(waiting: Iterable[UnmatchedRow], person: Person, *, actor: User) -> list[UnmatchedRow]:
    """These are all this person's. They must carry one name, as a person of three months' files does.

    Raises `ManyRefused` with a problem for each that cannot be given.
    """
    waiting = list(waiting)
    carried = {names.normalise(row.name) or row.key for row in waiting}
    if len(carried) > 1:
        raise Refusal(
            _("The chosen rows carry %(count)d names: %(names)s."),
            {"count": len(carried), "names": _(", ").join(sorted(carried)[:5])},
            code="several_names", remedy=_("Choose rows of one name, and give every name to its own person."),
        )  # fmt: skip
    return each(waiting, lambda row: resolve(row, person, actor=actor), name=_name)


def disown(waiting: Iterable[UnmatchedRow], *, reason: str, actor: User) -> list[UnmatchedRow]:
    """These people are not ours, such as another unit's in the same file: they no longer wait, and count for nobody."""
    if not reason.strip():
        raise Refusal(_("Say why these people are not ours."), code="reason", field="reason")
    return each(waiting, lambda row: _disown(row, reason.strip()[:200], actor), name=_name)


def claim(rows: Iterable[UnmatchedRow], *, actor: User) -> list[UnmatchedRow]:
    """They may be ours after all: they wait to be matched again."""
    return each(rows, lambda row: _claim(row, actor), name=_name)


def _disown(row: UnmatchedRow, reason: str, actor: User) -> UnmatchedRow:
    row = _locked(row, actor)
    if row.person_id:
        raise Refusal(_("These rows were given to somebody already."), code="resolved")
    return _keep(row, "duty.disown", reason, actor)


def _claim(row: UnmatchedRow, actor: User) -> UnmatchedRow:
    row = _locked(row, actor)
    if not row.not_ours:
        raise Refusal(_("These rows are not noted as not ours."), code="ours")
    return _keep(row, "duty.claim", "", actor)


def _locked(row: UnmatchedRow, actor: User) -> UnmatchedRow:
    require(actor, MATCH_PERSON, row.region_code)
    return UnmatchedRow.objects.select_for_update(of=("self",)).get(pk=row.pk)


@transaction.atomic
def _keep(row: UnmatchedRow, verb: str, reason: str, actor: User) -> UnmatchedRow:
    before, row.not_ours = row.not_ours, reason
    row.resolved_at, row.resolved_by = (timezone.now(), actor) if reason else (None, None)
    row.save(update_fields=["not_ours", "resolved_at", "resolved_by"])
    audit.record(verb, row, actor=actor, before={"not_ours": before}, after={"not_ours": reason, "rows": row.rows})
    return row


def _name(row: UnmatchedRow) -> str:
    return f"{row.name or row.key} ({row.intake.first:%Y-%m})"
