"""The server's clock: the shortest answer there is, by which a phone knows that it speaks with us and how late it is."""

from django.http import HttpRequest
from ninja import Router

from yigang.field.api.answers import Answer

router = Router(tags=["clock"])


@router.get("clock", response=Answer, auth=None)
def clock(request: HttpRequest) -> Answer:  # noqa: ARG001 - Ninja's signature
    return Answer()
