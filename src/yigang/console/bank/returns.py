"""The bank's return: handed in, read whole or refused with every row that does not fit."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from yigang.console.bank.forms import ReturnForm
from yigang.console.pages import actor_of, found, page, refusals_on
from yigang.exchange import bank_files
from yigang.payment.bank.access import READ_RETURN
from yigang.payment.bank.queries import batches
from yigang.payment.bank.returns import ReturnRefused
from yigang.payment.enums import EntryState

PROBLEMS_SHOWN = 200


@page(READ_RETURN)
def upload(request: HttpRequest, pk: int) -> HttpResponseBase:
    batch = found(batches(), pk=pk)
    form = ReturnForm(request.POST or None, request.FILES or None)
    context = {"tab": "batches", "batch": batch, "form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            form.add_error("file", _("The file is too large for a return."))
            return render(request, "console/bank/return.html", context)
        with refusals_on(form):
            try:
                done = bank_files.read(batch, file.read(), name=file.name, actor=actor_of(request))
                refused = batch.entries.filter(state=EntryState.REFUSED).select_related("person").order_by("serial")
                context |= {"done": done, "refused": refused}
            except ReturnRefused as refusal:
                context |= {"problems": refusal.problems[:PROBLEMS_SHOWN], "problem_count": len(refusal.problems)}
                raise
    return render(request, "console/bank/return.html", context)
