"""What templates of the console say often: a sign, an amount of money, whether a verb is allowed and why not."""

from collections.abc import Iterable, Iterator
from datetime import date

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Select
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yigang.console.lists.spec import plain
from yigang.foundation import money, regioncode
from yigang.foundation.access import REGISTRY, Decision, may
from yigang.foundation.models import User
from yigang.posts.queries import Standing

register = template.Library()

CHOICE = ("query", "village", "filter", "everything", "selected")
"""The fields that say what was chosen, in a list or in the month's grid."""


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A sign of `web/public/console/icons.svg`. With a label it is read aloud; without, it decorates words beside it."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', spoken, static("console/icons.svg"), name)


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan with two decimals and thousands separated; a dash for what is not known."""
    return "—" if fen is None else money.show(fen)


@register.filter
def said(value: object) -> object:
    """A value as a page tells it: nought is a figure, a truth a word, and a dash stands for what is not there.

    A day is written as the lists write it, so that a page has one way for dates.
    """
    if value is True or value is False:
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return plain(value)
    return "—" if value is None or value == "" else value


@register.filter
def labelled(cells: Iterable[object], headings: Iterable[object]) -> Iterator[tuple[object, object]]:
    """Each cell of a row with its column's heading, which stands beside it on a narrow screen."""
    return zip(headings, cells, strict=False)


@register.filter
def region_prefix(code: str) -> str:
    """The significant digits of a region's code, for addresses."""
    return regioncode.prefix_of(code)


@register.simple_tag
def short(standing: Standing, places: int, fen: int | None) -> str:
    """What a fund lacks for so many places at so much a year; empty when it covers them."""
    lacks = []
    if places > standing.left:
        lacks.append(_("%(count)d places short") % {"count": places - standing.left})
    if fen is not None and fen > standing.left_fen:
        lacks.append(_("%(money)s yuan short") % {"money": money.show(fen - standing.left_fen)})
    return "、".join(lacks)


@register.simple_tag
def decision(user: User, code: str, region_code: str | None = None) -> Decision:
    """`{% decision user "people.manage" person.region_code as edit %}`: then `edit.allowed` and `edit.why`."""
    return may(user, REGISTRY[code], region_code)


@register.simple_tag(takes_context=True)
def choice(context: template.RequestContext) -> SafeString:
    """Repeats what was chosen in a list as hidden fields, for the form on a bulk action's page."""
    post = context["request"].POST
    pairs = [(key, value) for key in CHOICE for value in post.getlist(key)]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag
def styled(field: BoundField) -> SafeString:
    """A form field in the console's look."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple):
        return field.as_widget()
    look = "form-select" if isinstance(widget, Select) else "form-control"
    if isinstance(widget, CheckboxInput):
        look = "form-check-input"
    invalid = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {look}{invalid}".strip()})
