"""Renewal rounds: opened for a period, proposals in the policy's order, decided one by one or many."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import years
from yigang.console import regions
from yigang.console.lists import BelowFilter, BulkAction, ChoiceFilter, Column, Empty, FlagFilter, List, bulk_view, show
from yigang.console.lists.spec import Text
from yigang.console.lists.verbs import in_order
from yigang.console.pages import View, actor_of, form_page, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import person_link, sentences, tag
from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation import many, regioncode
from yigang.foundation.models import User
from yigang.posts.models import Programme
from yigang.tenure import domain
from yigang.tenure.access import EMPLOY, READ_TENURE
from yigang.tenure.enums import RenewalAnswer
from yigang.tenure.models import RenewalProposal, RenewalRound

COLOURS = {RenewalAnswer.RENEW: "good", RenewalAnswer.NOT_RENEW: "bad", RenewalAnswer.UNDETERMINED: "warn"}

ROUNDS = List(
    name="renewal-rounds",
    title=_("Renewals"),
    unit=_("rounds"),
    rows=lambda _reader: RenewalRound.objects.select_related("programme", "created_by").annotate(
        people=Count("proposals"), open=Count("proposals", filter=Q(proposals__decision="")),
        renewed=Count("proposals", filter=Q(proposals__decision=RenewalAnswer.RENEW)),
    ),
    columns=(
        Column("title", _("Title"), lambda row: row.title, sort=("title",), always=True),
        Column("programme", _("Programme"), lambda row: row.programme.name),
        Column("place", _("Region"), lambda row: row.place),
        Column("first", _("Terms ending from"), lambda row: row.first, sort=("first",), kind="date"),
        Column("last", _("Up to"), lambda row: row.last, kind="date"),
        Column("new_end", _("New terms end on"), lambda row: row.new_end, kind="date"),
        Column("people", _("People"), lambda row: row.people, kind="integer"),
        Column("renewed", _("Renewed"), lambda row: row.renewed, kind="integer"),
        Column("open", _("Not decided"), lambda row: row.open, kind="integer"),
        Column("by", _("Opened by"), lambda row: row.created_by.name),
    ),
    order=("-first", "-pk"),
    filters=(ChoiceFilter("programme", _("Programme"), "programme", programmes),),
    region_field="",
    prepare=regions.name_places,
    link=lambda row: f"{reverse('console:tenure-renewal-people')}?round={row.pk}",
    actions=(BulkAction(_("Propose anew"), "console:tenure-renewal-again", EMPLOY, "refresh"),),
    empty=Empty(_("No renewal was prepared yet."), _("Prepare renewals"), "console:tenure-renewal-open", EMPLOY),
)  # fmt: skip


def rounds(_reader: Reader) -> list[tuple[int, str]]:
    return list(RenewalRound.objects.order_by("-first").values_list("pk", "title")[:200])


def missing(row: RenewalProposal) -> str:
    """What the proposal lacks, and who enters it where."""
    told = ("、".join(row.missing), years.where_to_enter(row.missing) if not row.decision else "")
    return "；".join(part for part in told if part)


PEOPLE = List(
    name="renewal-people",
    title=_("Proposed renewals"),
    unit=_("people"),
    rows=lambda _reader: RenewalProposal.objects.select_related(
        "round", "appointment__person", "appointment__post", "decided_by"
    ),
    columns=(
        Column("position", _("Order"), lambda row: row.position, sort=("round", "position"), kind="integer", always=True),
        Column("name", _("Name"), lambda row: row.appointment.person.name,
               show=lambda row: person_link(row.appointment.person.name, row.appointment.person_id), always=True),
        Column("post", _("Post"), lambda row: f"{row.appointment.post.kind} {row.appointment.post.number}"),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("ends", _("Last day"), lambda row: row.appointment.ends, kind="date"),
        Column("proposal", _("Proposal"), lambda row: row.get_proposal_display(),
               show=lambda row: tag(COLOURS[RenewalAnswer(row.proposal)], row.get_proposal_display())),
        Column("why", _("Why"), lambda row: sentences(row.why), wrap=True),
        Column("missing", _("Missing"), missing, wrap=True),
        Column("decision", _("Decision"), lambda row: row.get_decision_display()),
        Column("reason", _("Reason of the decision"), lambda row: row.reason, wrap=True),
        Column("by", _("Decision by"), lambda row: row.decided_by.name if row.decided_by else "", shown=False),
    ),
    order=("-round", "position"),
    filters=(
        ChoiceFilter("round", _("Round"), "round", rounds), BelowFilter(),
        ChoiceFilter("proposal", _("Proposal"), "proposal", RenewalAnswer.choices),
        FlagFilter("open", _("Not decided"), lambda: Q(decision="")),
    ),
    search=lambda rows, words: rows.filter(
        Q(appointment__person__name__contains=words) | Q(appointment__post__number__istartswith=words)
    ),
    search_hint=_("Name or post number"),
    prepare=regions.name_places,
    actions=(
        BulkAction(_("Renew"), "console:tenure-renewal-yes", EMPLOY, "check"),
        BulkAction(_("Do not renew"), "console:tenure-renewal-no", EMPLOY, "x"),
    ),
    empty=Empty(_("Nobody's term ends in the rounds you see.")),
)  # fmt: skip


class RoundForm(forms.Form):
    """Which terms, and how the new ones end."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    title = forms.CharField(label=_("Title"), max_length=120)
    first = forms.DateField(label=_("Terms ending from"), widget=Day)
    last = forms.DateField(label=_("Up to"), widget=Day)
    new_end = forms.DateField(label=_("New terms end on"), widget=Day)
    places = forms.IntegerField(
        label=_("Places to renew"), min_value=1, required=False, help_text=_("Empty: as many as the policy lets go on.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.order_by("name")


class AnswerForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Required where you differ from the proposal.")
    )


@page(READ_TENURE)
def renewals(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Prepare renewals"), "tenure-renewal-open", "plus", EMPLOY)
    context = frame(actor_of(request), "tenure-renewals", offer)
    return show(request, ROUNDS, template="console/tenure/list.html", context=context)


@page(READ_TENURE)
def people(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "tenure-renewals")
    return show(request, PEOPLE, template="console/tenure/list.html", context=context)


@page(EMPLOY)
def open_round(request: HttpRequest) -> HttpResponseBase:
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])

    def save(data: dict[str, Any], actor: User) -> str:
        period = domain.Period(data["first"], data["last"], data["new_end"], data["places"])
        made = domain.open_renewal(data["programme"], region, data["title"], period, actor=actor)
        return f"{reverse('console:tenure-renewal-people')}?round={made.pk}"

    form = RoundForm(request.POST or None)
    return form_page(request, form, _now("Prepare renewals"), save, back_to=reverse("console:tenure-renewals"))


def asked_again(rows: list[RenewalRound], _given: dict[str, Any], actor: User) -> list[str]:
    changed = many.each(rows, lambda row: domain.propose_again(row, actor=actor))
    return [_now("%(count)d proposals changed") % {"count": count} for count in changed]


again = bulk_view(
    ROUNDS, "console:tenure-renewals", EMPLOY, asked_again, title=_("Ask the policy again about these rounds"),
    done=_("The policy was asked again about %(count)d rounds."),
    before=lambda row: _now("%(count)d not decided") % {"count": row.open},
)  # fmt: skip


def _named(row: RenewalProposal) -> str:
    return f"{row.appointment.person.name} · {row.appointment.post} · {row.get_proposal_display()}"


def _answer(answer: RenewalAnswer, title: Text) -> View:
    def answered(rows: list[RenewalProposal], given: dict[str, Any], actor: User) -> list[str]:
        decided = domain.decide_renewals(rows, answer, given["reason"], actor=actor)
        return [row.get_decision_display() for row in in_order(decided, rows)]

    return bulk_view(
        PEOPLE, "console:tenure-renewal-people", EMPLOY, answered, title=title, done=_("%(count)d terms are decided."),
        name=_named, before=lambda row: row.get_decision_display() or row.get_proposal_display(), form=AnswerForm,
    )  # fmt: skip


renew = _answer(RenewalAnswer.RENEW, _("Renew these terms"))
end = _answer(RenewalAnswer.NOT_RENEW, _("Do not renew these terms"))
