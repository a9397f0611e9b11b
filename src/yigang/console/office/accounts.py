"""Accounts of staff: add, close, give a passing password, say where somebody works."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import (
    BulkAction,
    ChoiceFilter,
    Column,
    FlagFilter,
    List,
    bulk_view,
    show,
)  # fmt: skip
from yigang.console.office.tabs import tabs
from yigang.console.pages import action, actor_of, form_page, found, page, refusals_on
from yigang.console.regions import Reader
from yigang.foundation import domain, regioncode
from yigang.foundation.access import MANAGE_USERS
from yigang.foundation.enums import Role
from yigang.foundation.models import User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs of passing passwords: none that looks like another."""


def within(reader: Reader) -> Any:
    """Accounts whose whole scope lies inside the reader's."""
    inside = Q()
    for prefix in reader.user.prefixes:
        inside |= Q(scopes__prefix__startswith=prefix)
    users = User.objects.filter(inside) if reader.user.prefixes else User.objects.none()
    return users.prefetch_related("scopes").distinct()


def name_scopes(users: list[User]) -> None:
    """The names of the regions each account works in, with one query."""
    known = regions.names(regioncode.pad(prefix) for user in users for prefix in user.prefixes)
    for user in users:
        user.places = "、".join(known.get(regioncode.pad(prefix), prefix) for prefix in user.prefixes)  # type: ignore[attr-defined] # for the row's cells


def state_of_account(user: User) -> str:
    return _now("in use") if user.is_active else _now("closed")


def shown_active(user: User) -> str:
    return format_html(
        '<span class="{}">{}</span>', "tag tag-good" if user.is_active else "tag", state_of_account(user)
    )


ACCOUNTS = List(
    name="accounts",
    title=_("Accounts"),
    unit=_("accounts"),
    rows=within,
    region_field="",
    columns=(
        Column("username", _("Account"), lambda user: user.username, sort=("username",), always=True),
        Column("name", _("Name"), lambda user: user.name, sort=("name",)),
        Column("role", _("Role"), lambda user: user.get_role_display(), sort=("role",)),
        Column("places", _("Works in"), lambda user: user.places),
        Column("active", _("State"), lambda user: user.is_active, show=shown_active, kind="yes_no"),
        Column("last", _("Last sign-in"), lambda user: user.last_login, sort=("last_login",), kind="datetime"),
    ),
    order=("username",),
    filters=(
        ChoiceFilter("role", _("Role"), "role", Role.choices),
        FlagFilter("active", _("In use"), lambda: Q(is_active=True)),
    ),
    search=lambda rows, words: rows.filter(Q(name__contains=words) | Q(username__istartswith=words)),
    search_hint=_("Name or account"),
    link=lambda user: reverse("console:account", args=[user.pk]),
    prepare=name_scopes,
    actions=(BulkAction(_("Close these accounts"), "console:accounts-close", MANAGE_USERS, "lock"),),
)


class ScopesForm(forms.Form):
    """Where somebody works, as codes."""

    prefixes = forms.CharField(
        label=_("Works in"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Region codes: 6 digits for a county, 9 for a town, 12 for a village; one a line."),
    )  # fmt: skip

    def clean_prefixes(self) -> list[str]:
        """The codes, without the zeros at their ends."""
        given = [part for part in self.cleaned_data["prefixes"].replace(",", " ").replace("，", " ").split() if part]
        return [regioncode.prefix_of(code) if regioncode.CODE.match(code) else code for code in given]


class AccountForm(ScopesForm):
    """A new account."""

    username = forms.CharField(label=_("Account"), max_length=60, widget=forms.TextInput({"autocomplete": "off"}))
    name = forms.CharField(label=_("Name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    field_order = ["username", "name", "role", "prefixes"]


def passing_password() -> str:
    """A password that holds until the first sign-in."""
    return "-".join("".join(secrets.choice(LETTERS) for _sign in range(4)) for _group in range(3))


@page(MANAGE_USERS)
def accounts(request: HttpRequest) -> HttpResponseBase:
    context = {**tabs(actor_of(request), "accounts"), "add": reverse("console:account-add")}
    return show(request, ACCOUNTS, template="console/office/list.html", context=context)


@page(MANAGE_USERS)
def add(request: HttpRequest) -> HttpResponseBase:
    form = AccountForm(request.POST or None, initial={"prefixes": regions.viewing(request)})
    if request.method == "POST" and form.is_valid():
        password, data = passing_password(), form.cleaned_data
        with refusals_on(form):
            made = domain.create_user(
                data["username"], name=data["name"], role=Role(data["role"]), prefixes=data["prefixes"],
                password=password, actor=actor_of(request),
            )  # fmt: skip
            return tell_password(request, made, password)
    context = {"form": form, "title": _now("Add an account"), "back_to": reverse("console:accounts")}
    return render(request, "console/form/page.html", context)


def tell_password(request: HttpRequest, user: User, password: str) -> HttpResponseBase:
    """The passing password, once, on a page of its own; it is nowhere kept."""
    return render(request, "console/office/passing.html", {"account": user, "password": password})


@page(MANAGE_USERS)
def account(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(within(regions.reader(request)), pk=pk)
    name_scopes([row])
    return render(request, "console/office/account.html", {"account": row, **tabs(actor_of(request), "accounts")})


@action(MANAGE_USERS)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(within(regions.reader(request)), pk=pk)
    domain.close_user(row, actor=actor_of(request))
    messages.success(request, _now("The account is closed."))
    return redirect("console:account", pk)


def closed(rows: list[User], _answers: dict[str, Any], actor: User) -> list[str]:
    """Many accounts at once, as after a reform of the offices."""
    domain.close_users(rows, actor=actor)
    return [_now("closed")] * len(rows)


close_chosen = bulk_view(
    ACCOUNTS, "console:accounts", MANAGE_USERS, closed, title=_("Close these accounts"), button=_("Close them"),
    done=_("%(count)d accounts are closed."), name=lambda row: f"{row.name} {row.username} · {row.get_role_display()}",
    before=state_of_account,
)  # fmt: skip


@action(MANAGE_USERS)
def password(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, passing = found(within(regions.reader(request)), pk=pk), passing_password()
    domain.reset_password(row, passing, actor=actor_of(request))
    return tell_password(request, row, passing)


@page(MANAGE_USERS)
def scopes(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(within(regions.reader(request)), pk=pk)
    address = reverse("console:account", args=[pk])

    def save(data: dict[str, Any], actor: User) -> str:
        domain.change_scopes(row, data["prefixes"], actor=actor)
        return address

    form = ScopesForm(request.POST or None, initial={"prefixes": "\n".join(row.prefixes)})
    return form_page(request, form, _now("Where %(name)s works") % {"name": row.name}, save, back_to=address)
