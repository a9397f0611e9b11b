"""Files that were read and wait for somebody to look at them."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.today import Due, due
from yigang.exchange.enums import ImportState
from yigang.exchange.models import FileImport
from yigang.foundation.models import User


@due("imports")
def previews(user: User, prefix: str) -> Iterator[Due]:
    """One's own files without an error that are not imported yet."""
    waiting = FileImport.objects.filter(regions.inside(prefix), actor=user, state=ImportState.PREVIEW)
    found = list(waiting.values_list("pk", flat=True)[:2])
    if len(found) == 1:
        yield Due(_("Look at a file and import it"), reverse("console:import", args=found))
    elif found:
        address = reverse("console:imports") + f"?state={ImportState.PREVIEW}"
        yield Due(_("Look at files and import them"), address, count=waiting.count())
