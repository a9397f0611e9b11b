"""Many unknown people at once: they are one person, they are not ours, they may be ours after all."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.console import access, regions
from yigang.console.duty.unmatched import UNMATCHED, searched
from yigang.console.fields import offer
from yigang.console.lists import (
    BelowFilter,
    Bulk,
    BulkAction,
    Column,
    Empty,
    List,
    Outcome,
    bound,
    bulk_page,
    bulk_view,
    chosen,
    list_address,
    show,
)  # fmt: skip
from yigang.console.pages import actor_of, found, page
from yigang.duty import domain, queries
from yigang.duty.access import MATCH_PERSON
from yigang.duty.models import UnmatchedRow
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.people.models import Person

NOT_OURS = List(
    name="not-ours",
    title=_("Not ours"),
    unit=_("people"),
    rows=lambda _reader: queries.not_ours(""),
    columns=(
        Column("name", _("Name in the file"), lambda row: row.name, sort=("name",), always=True),
        Column("key", _("Key in the file"), lambda row: row.key, shown=False),
        Column("rows", _("Rows"), lambda row: row.rows, sort=("rows",), kind="integer"),
        Column("reason", _("Why"), lambda row: row.not_ours, wrap=True),
        Column("file", _("File"), lambda row: row.intake.file.name if row.intake.file else ""),
        Column("first", _("First day"), lambda row: row.intake.first, kind="date"),
        Column("by", _("By"), lambda row: row.resolved_by.name),
        Column("at", _("When"), lambda row: row.resolved_at, kind="datetime"),
        Column("place", _("Region"), lambda row: row.place),
    ),
    order=("name",),
    filters=(BelowFilter(),),
    search=lambda rows, words: rows.filter(name__contains=words),
    search_hint=_("Name"),
    prepare=regions.name_places,
    actions=(BulkAction(_("Ours after all"), "console:duty-claim", MATCH_PERSON, "arrow-back-up"),),
    empty=Empty(_("Of nobody in the files it was said that they are not ours.")),
)


@page(access.OPEN_DUTY)
def not_ours(request: HttpRequest) -> HttpResponseBase:
    context = {"tab": "unmatched", "may_match": may(actor_of(request), MATCH_PERSON)}
    return show(request, NOT_OURS, template="console/duty/not_ours.html", context=context)


class WhoForm(forms.Form):
    """Who is meant: likely people of that name, or those that a search finds."""

    words = forms.CharField(
        label=_("Search people"), required=False, max_length=60,
        help_text=_("Name or pinyin initials. Empty: people whose names are like those in the files."),
    )  # fmt: skip
    person = forms.TypedChoiceField(label=_("Who it is"), coerce=int, required=True)

    def __init__(self, *args: Any, rows: list[UnmatchedRow], **more: Any) -> None:
        super().__init__(*args, **more)
        words = str(self.data.get("words", "")).strip()
        first = rows[0] if rows else None
        likely = [one for one, _likeness in domain.candidates(first.name, first.region_code)] if first else []
        people = searched(words) if words else likely
        offer(self, "person", [("", _now("Choose …")), *labels(people)])


def labels(people: list[Person]) -> Iterable[tuple[int, str]]:
    """People told apart: name, month of birth, village."""
    known = regions.names(code for one in people for code in (one.region_code, f"{one.region_code[:9]}000"))
    return [(one.pk, f"{one.name}　{one.birth:%Y-%m}　{regions.full_name(one.region_code, known)}") for one in people]


class ReasonForm(forms.Form):
    """Why people of a file are not ours."""

    reason = forms.CharField(label=_("Why they are not ours"), max_length=200)


def name_of(row: UnmatchedRow) -> str:
    """The name in the file and the file's month, which tells the rows of one name apart."""
    return f"{row.name or row.key} · {row.intake.first:%Y-%m}"


def waits(row: UnmatchedRow) -> str:
    return _now("%(count)d rows wait") % {"count": row.rows}


@require_POST
@page(MATCH_PERSON)
def resolve_chosen(request: HttpRequest) -> HttpResponseBase:
    """Rows of one name, from several files, given to one person."""

    def do(rows: list[UnmatchedRow], answers: dict[str, Any], actor: User) -> list[Outcome]:
        person = found(Person.objects.all(), pk=answers["person"])
        domain.resolve_together(rows, person, actor=actor)
        after = _now("counts for %(person)s") % {"person": person.name}
        return [Outcome(name_of(row), waits(row), after) for row in rows]

    rows = chosen(request, UNMATCHED)
    bulk = Bulk(
        title=_now("They are one person"), button=_now("Give them to this person"),
        done=_now("%(count)d unknown entries now belong to one person."), do=do, name=name_of,
        back_to=list_address(request, UNMATCHED, "console:duty-unmatched"), form=bound(request, WhoForm, rows=rows),
        list_id="list-unmatched",
    )  # fmt: skip
    return bulk_page(request, bulk, rows)


def disowned(rows: list[UnmatchedRow], answers: dict[str, Any], actor: User) -> list[str]:
    domain.disown(rows, reason=answers["reason"], actor=actor)
    return [_now("put aside: not ours")] * len(rows)


disown_chosen = bulk_view(
    UNMATCHED, "console:duty-unmatched", MATCH_PERSON, disowned, title=_("Not ours"), button=_("Put aside as not ours"),
    done=_("%(count)d put aside as not ours."), name=name_of, before=waits, form=ReasonForm,
)  # fmt: skip


def claimed(rows: list[UnmatchedRow], _answers: dict[str, Any], actor: User) -> list[str]:
    domain.claim(rows, actor=actor)
    return [waits(row) for row in rows]


claim_chosen = bulk_view(
    NOT_OURS, "console:duty-not-ours", MATCH_PERSON, claimed, title=_("Ours after all"), button=_("Let them wait again"),
    done=_("%(count)d wait again."), name=name_of, before=lambda _row: _now("not ours"),
)  # fmt: skip
