"""Verbs of programmes: a run of posts under a policy."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.policy.load import load_policy, policies_folder
from yigang.policy.problems import NoVersion, PolicyError
from yigang.posts.access import BUILD_PROGRAMMES
from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Programme

PROGRAMME_FIELDS = ("code", "name", "kind", "policy_code", "starts", "ends")


@transaction.atomic
def create_programme(
    code: str, *, name: str, kind: ProgrammeKind, region_code: str, policy_code: str, starts: date,
    ends: date | None = None, actor: User,
) -> Programme:  # fmt: skip
    """A run of posts under a policy, which also says what the programme may collect and on what legal basis."""
    require(actor, BUILD_PROGRAMMES, region_code)
    if ends is not None and ends < starts:
        raise Refusal(_("The programme ends before it starts."), code="dates", field="ends")
    if Programme.objects.filter(code=code).exists():
        raise Refusal(_("There is a programme “%(code)s” already."), {"code": code}, code="known", field="code")
    programme = Programme.objects.create(
        code=code, name=name, kind=kind, region_code=region_code, policy_code=policy_code, starts=starts, ends=ends,
        capabilities=capabilities_of(policy_code, starts),
    )  # fmt: skip
    after = audit.snapshot(programme, PROGRAMME_FIELDS) | {"capabilities": programme.capabilities}
    audit.record("posts.create_programme", programme, actor=actor, after=after)
    return programme


def capabilities_of(policy_code: str, day: date) -> dict[str, str]:
    """Capability → legal basis, as the policy's text in force on the day names them; what has no basis stays off."""
    file = policies_folder() / f"{policy_code}.yaml"
    if not policy_code.replace("-", "").isalnum() or not file.exists():
        raise Refusal(
            _("There is no policy “%(code)s”."), {"code": policy_code}, code="no_policy", field="policy_code",
            remedy=_("`yigang policy check` lists the policies that there are."),
        )  # fmt: skip
    try:
        named = load_policy(file).version_on(day).text.get("capabilities") or {}
    except (PolicyError, NoVersion) as error:
        raise Refusal(
            _("The policy “%(code)s” cannot be used: %(problems)s"), {"code": policy_code, "problems": str(error)},
            code="policy_unusable", field="policy_code",
        ) from error  # fmt: skip
    return {name: str(given["basis"]) for name, given in named.items() if given and given.get("basis")}
