"""The interface between phone and server, `/field/api/v1/`. One module for each kind of thing; OpenAPI at `openapi.json`."""

from ninja import NinjaAPI

from yigang.field.api import (
    appeals,
    clock,
    consequences,
    ground,
    home,
    inspector,
    leaves,
    media,
    month,
    records,
    sent,
    signin,
    told,
    training,
    troubles,
)

api = NinjaAPI(title="Yigang field", version="1", urls_namespace="field", docs_url=None)
"""No page of documentation is served: it would load scripts from elsewhere. `openapi.json` is there."""
troubles.answer_on(api)
for part in (
    clock,
    signin,
    records,
    media,
    sent,
    home,
    month,
    appeals,
    told,
    ground,
    leaves,
    training,
    consequences,
    inspector,
):
    api.add_router("", part.router)
