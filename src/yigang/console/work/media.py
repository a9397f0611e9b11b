"""What phones took for a log, an incident or a result: pictures to be seen, notes to be heard, and what is still on its way."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from yigang.console.pages import found, page
from yigang.duty.access import READ_FLAGS
from yigang.duty.enums import MediaKind
from yigang.duty.models import Media
from yigang.foundation.access import may
from yigang.foundation.models import User


def arrived(person_id: int, digests: Iterable[str]) -> list[Media]:
    """Those that are here and may be seen, in the order in which they came."""
    return list(_here(person_id, digests).filter(withheld_at=None))


def _here(person_id: int, digests: Iterable[str]) -> QuerySet[Media]:
    return Media.objects.filter(person=person_id, sha256__in=[bytes.fromhex(one) for one in digests])


def address(medium: Media) -> str:
    return reverse("console:work-medium", args=[medium.pk])


def shown(actor: User, person_id: int | None, digests: Sequence[str]) -> str:
    """Pictures and notes, for those who look into evidence; how many there are, for others and for those still to come."""
    all_here = list(_here(person_id, digests)) if digests and person_id and may(actor, READ_FLAGS) else []
    here = [one for one in all_here if not one.withheld_at]
    pieces = format_html_join("", "{}", [(_piece(one),) for one in here])
    if len(here) < len(all_here):
        words = _("%(count)d withheld: consent was withdrawn") % {"count": len(all_here) - len(here)}
        pieces += format_html('<span class="muted">{}</span>', words)
    missing = len(digests) - len(all_here)
    if not missing:
        return pieces
    words = _("%(count)d still on their way") if all_here else _("%(count)d by phone")
    return format_html('{}<span class="muted">{}</span>', pieces, words % {"count": missing})


def _piece(one: Media) -> str:
    if one.kind == MediaKind.VOICE:
        return format_html('<audio controls preload="none" src="{}"></audio>', address(one))
    return format_html('<img class="flag-photo" src="{}" alt="{}" loading="lazy">', address(one), _("Photo"))


@page(READ_FLAGS)
def medium(_request: HttpRequest, pk: int) -> HttpResponseBase:
    """A photo or note of one's own region. A photo was written anew when it came in: it is a picture and nothing else."""
    row = found(Media.objects.select_related("file").filter(withheld_at=None), pk=pk)
    kind = "image/jpeg" if row.kind == MediaKind.PHOTO else row.file.content_type
    response = HttpResponse(row.file.content.open("rb").read(), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response
