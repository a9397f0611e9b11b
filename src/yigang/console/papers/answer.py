"""A paper as an answer: a PDF that the browser shows or saves."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from yigang.foundation.papers import PDF, Paper


def pdf(paper: Paper, name: str) -> HttpResponse:
    """The PDF under a name with its day; what it holds is not kept by the browser."""
    disposition = content_disposition_header(False, f"{name}.pdf")
    assert disposition
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return HttpResponse(paper.content, content_type=PDF, headers=headers)
