"""Files on hand: given only to be saved, never shown by the browser as a page of ours."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase

from yigang.console.access import OPEN_OFFICE
from yigang.console.pages import actor_of, found, page
from yigang.foundation.access import may
from yigang.foundation.models import StoredFile
from yigang.people.access import READ_PEOPLE


@page(OPEN_OFFICE)
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of the own region, for those who work with people's data; one's own files always."""
    row = found(StoredFile.objects.all(), pk=pk)
    actor = actor_of(request)
    if row.created_by_id != actor.pk and not may(actor, READ_PEOPLE, row.region_code):
        raise Http404
    response = FileResponse(row.content.open("rb"), as_attachment=True, filename=row.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
