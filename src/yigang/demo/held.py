"""Pay that is held back: proposed from a planted anomaly, set by finance from the open month on, told to the family."""

from __future__ import annotations

from django.utils import timezone

from yigang.demo import ghosts
from yigang.demo.bring import Staff, acting
from yigang.demo.planted import Garden
from yigang.foundation.enums import Role
from yigang.oversight.anomaly_words import name_of, sentence
from yigang.oversight.models import Anomaly
from yigang.payment.bank import holds
from yigang.payment.bank.holds import LONGEST, HoldOrder
from yigang.payment.hold_models import PayHold
from yigang.posts.models import Programme
from yigang.tenure.enums import Delivery

RULE = "works_elsewhere"
REASON = "登记在省外务工，岗上天天有打卡，入户只见到家属；查清前先缓发"


def hold_back(garden: Garden, programme: Programme, staff: Staff) -> PayHold | None:
    """The months before are paid and stay so; None where nothing was planted, or too few months show it."""
    carriers = ghosts.carriers(garden).get(RULE)
    if not carriers:
        return None
    inspector, finance = staff[Role.INSPECTOR], staff[Role.FINANCE]
    with acting(inspector):
        person = ghosts.person_of(garden, carriers[0])
        found = Anomaly.objects.filter(programme=programme, rule=RULE, person=person).first()
        if found is None:
            return None
        evidence = f"{name_of(found.rule)}：{sentence(found)}"[:LONGEST]
        order = HoldOrder(programme, person, garden.plan.open_month, REASON, evidence, f"anomaly:{found.pk}")
        proposed = holds.propose_hold(order, actor=inspector)
    with acting(finance):
        held = holds.confirm_hold(proposed, actor=finance)
    officer = staff.officer_of(held.region_code)
    with acting(officer):
        return holds.tell_hold(held, Delivery.FAMILY, timezone.localdate(), actor=officer)
