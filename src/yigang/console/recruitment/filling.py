"""From a vacancy to somebody who fills it: the vacancies, the candidates of one, proposing, confirming."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, form_page, found, page, sentence
from yigang.console.people.forms import Day
from yigang.console.recruitment.forms import KNOWN
from yigang.console.recruitment.rounds import tag
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.recruitment.access import CONFIRM_REPLACEMENT, PROPOSE_REPLACEMENT, READ_POOL
from yigang.recruitment.enums import ReplacementState
from yigang.recruitment.models import Replacement
from yigang.recruitment.pool import replace
from yigang.recruitment.pool.candidates import Candidate, candidates_for
from yigang.recruitment.pool.renew import last_renewed
from yigang.tenure.enums import ExitReason
from yigang.tenure.models import Vacancy

SHOWN = 50
TAGS = {"open": "running", "confirmed": "hired", "rejected": "out", "taken_back": ""}


def open_vacancies(*_given: Any) -> Any:
    """Places that nobody holds and that are to be filled."""
    rows = Vacancy.objects.filter(filled_by=None, closed_on=None)
    return rows.select_related("post__programme")


def proposed() -> Exists:
    """Whether somebody is proposed for the vacancy and waits for the county's word."""
    return Exists(Replacement.objects.filter(vacancy=OuterRef("pk"), state=ReplacementState.OPEN))


def prepare(vacancies: list[Vacancy]) -> None:
    """The places' names, and who is proposed, with one question for all rows."""
    regions.name_places(vacancies)
    waiting = Replacement.objects.filter(vacancy__in=vacancies, state=ReplacementState.OPEN).select_related("person")
    names = {one.vacancy_id: one.person.name for one in waiting}
    for one in vacancies:
        one.proposed = names.get(one.pk, "")  # type: ignore[attr-defined] # for the row as it is drawn


def overdue() -> Q:
    return Q(fill_by__isnull=False, fill_by__lt=timezone.localdate())


def search_vacancies(rows: Any, words: str) -> Any:
    return rows.filter(Q(post__number__icontains=words.strip()) | Q(post__kind__icontains=words.strip()))


VACANCIES = List(
    name="vacancies-to-fill",
    title=_lazy("Vacancies to fill"),
    unit=_lazy("vacancies"),
    rows=open_vacancies,
    columns=(
        Column("post", _lazy("Post"), lambda one: str(one.post), sort=("post__number",), always=True),
        Column("place", _lazy("Village"), lambda one: one.place, sort=("region_code",)),
        Column("since", _lazy("Vacant since"), lambda one: one.since, sort=("since",), kind="date"),
        Column("cause", _lazy("Cause"), lambda one: one.get_cause_display()),
        Column("fill_by", _lazy("Fill by"), lambda one: one.fill_by, sort=("fill_by",), kind="date"),
        Column("proposed", _lazy("Proposed"), lambda one: one.proposed),
    ),
    order=("since",),
    filters=(
        ChoiceFilter("cause", _lazy("Cause"), "cause", ExitReason.choices),
        FlagFilter("overdue", _lazy("Overdue"), overdue),
        BelowFilter(),
    ),
    search=search_vacancies,
    search_hint=_lazy("Number or kind of post"),
    prepare=prepare,
    link=lambda one: reverse("console:candidates", args=[one.pk]),
    empty=Empty(_lazy("Every place is held: there is no vacancy.")),
)


@page(READ_POOL)
def vacancies(request: HttpRequest) -> HttpResponseBase:
    context = {"tab": "vacancies"}
    return show(request, VACANCIES, template="console/recruitment/applicants.html", context=context)


@page(READ_POOL)
def candidates(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who could fill a vacancy, in order, and what has been proposed."""
    vacancy, actor = one_of(pk), actor_of(request)
    regions.name_places([vacancy])
    ranked, problem = [], ""
    if vacancy.filled_by is None and vacancy.closed_on is None:
        try:
            ranked = candidates_for(vacancy)
        except Refusal as refusal:
            problem = sentence(refusal)
    rows = list(vacancy.replacements.select_related("person", "proposed_by", "decided_by"))
    waiting = next((row for row in rows if row.state == ReplacementState.OPEN), None)
    for row in rows:
        row.tag = tag(TAGS[row.state], row.get_state_display())  # type: ignore[attr-defined] # for the row as it is drawn
    able, unable = [one for one in ranked if one.rank], [one for one in ranked if not one.rank]
    regions.name_places([one.member for one in (*able[:SHOWN], *unable[:SHOWN])])
    return render(request, "console/recruitment/candidates.html", {
        "tab": "vacancies", "vacancy": vacancy, "able": able[:SHOWN], "able_count": len(able), "unable": unable[:SHOWN],
        "rows": rows, "waiting": waiting, "problem": problem,
        "renewed": last_renewed(vacancy.post.programme, vacancy.region_code),
        "may_propose": may(actor, PROPOSE_REPLACEMENT, vacancy.region_code),
        "may_confirm": may(actor, CONFIRM_REPLACEMENT, vacancy.region_code),
        "own": waiting is not None and waiting.proposed_by_id == actor.pk,
    })  # fmt: skip


def one_of(pk: int) -> Vacancy:
    rows = Vacancy.objects.select_related("post__programme", "post__category", "filled_by__person", "exit")
    return found(rows, pk=pk)


class ProposeForm(forms.Form):
    """The term and what only the person can say; why those before are passed over, when there are any."""

    starts = forms.DateField(label=_lazy("First day"), widget=Day())
    ends = forms.DateField(label=_lazy("Last day"), widget=Day(), required=False)
    public_payroll = forms.ChoiceField(label=_lazy("Paid by the state"), choices=KNOWN, required=False)
    village_officer_kin = forms.ChoiceField(label=_lazy("Kin of a village officer"), choices=KNOWN, required=False)
    remark = forms.CharField(label=_lazy("Why not those who stand before"), max_length=300, required=False)

    def __init__(self, candidate: Candidate, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if candidate.rank == 1:
            del self.fields["remark"]

    @property
    def declared(self) -> dict[str, bool]:
        names = ("public_payroll", "village_officer_kin")
        return {name: self.cleaned_data[name] == "yes" for name in names if self.cleaned_data[name]}


@page(PROPOSE_REPLACEMENT)
def propose(request: HttpRequest, pk: int, person: int) -> HttpResponseBase:
    """Propose one of the candidates."""
    vacancy = one_of(pk)
    candidate = next((one for one in candidates_for(vacancy) if one.member.person_id == person), None)
    if candidate is None:
        raise Http404
    back_to = reverse("console:candidates", args=[pk])
    earliest = max(vacancy.since, timezone.localdate())
    form = ProposeForm(candidate, request.POST or None, initial={"starts": earliest})

    def save(given: dict[str, Any], actor: User) -> str:
        offer = replace.Offer(given["starts"], given["ends"], form.declared, given.get("remark", ""))
        replace.propose_replacement(vacancy, candidate.member.person, offer, actor=actor)
        return back_to

    title = _("Propose %(name)s for %(post)s") % {"name": candidate.member.person.name, "post": vacancy.post}
    return form_page(request, form, title, save, back_to=back_to)


@action(CONFIRM_REPLACEMENT)
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = replace.confirm_replacement(waiting_of(pk), actor=actor_of(request))
    messages.success(request, _("%(name)s is appointed.") % {"name": row.person.name})
    return redirect("console:candidates", row.vacancy_id)


@action(CONFIRM_REPLACEMENT)
def reject(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = replace.reject_replacement(waiting_of(pk), request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _("The proposal is rejected."))
    return redirect("console:candidates", row.vacancy_id)


@action(PROPOSE_REPLACEMENT)
def take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = replace.take_back_replacement(waiting_of(pk), request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _("The proposal is taken back."))
    return redirect("console:candidates", row.vacancy_id)


def waiting_of(pk: int) -> Replacement:
    return found(Replacement.objects.select_related("vacancy__post", "person"), pk=pk)
