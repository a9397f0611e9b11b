"""An objection upheld: a neighbour writes on the public site, the inspector checks, the county answers, the applicant is out."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.conftest import COUNTY
from tests.console.conftest import make_regions
from tests.journeys.conftest import PHONE, press
from tests.journeys.test_public import answer_question
from tests.recruitment.test_hiring import through
from tests.recruitment.world import TOWN, make_world

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.notices.models import Objection
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.models import Application

pytestmark = pytest.mark.journey
TEXT = "此人长年在浙江务工，不在村里居住。"
ANSWER = "经核查，该同志长年在外务工，不能到岗，取消拟聘资格。"


@pytest.fixture
def hanging(committed_db, make_user):
    """Pingba's round with two proposed; their list hangs out from today."""
    world = make_world(make_user)
    world.second = make_user(Role.STATION_OFFICER, TOWN, username="second")
    Region.objects.filter(code__startswith=COUNTY).delete()
    make_regions()
    world.all = through(world, 2)
    world.close()
    world.day = timezone.localdate()
    world.next()
    world.inspector = make_user(Role.INSPECTOR, COUNTY, username="inspector")
    return world


@pytest.mark.req("P4", "P10")
def test_a_neighbour_is_right_and_the_applicant_is_out(hanging, browse, picture, monkeypatch):
    notice, name = hanging.step.notice, hanging.all[0].person.name
    visitor = browse(None, size=PHONE)
    visitor.goto(f"/public/notices/{notice.pk}/")
    visitor.locator("tr", has_text=name).get_by_role("link", name="提异议").click()
    visitor.fill("#id_text", TEXT)
    answer_question(visitor)
    press(visitor.get_by_role("button", name="提交"))
    receipt = visitor.locator(".receipt").inner_text()

    with rls.everywhere("the test looks"):
        objection = Objection.objects.get()
    assert objection.receipt == receipt.replace("-", "")
    county = browse(hanging.county)
    county.goto(f"/notices/objections/{objection.pk}/")
    county.select_option("#id_assignee", str(hanging.inspector.pk))
    press(county.get_by_role("button", name="指定复核人"))
    inspector = browse(hanging.inspector)
    inspector.goto(f"/notices/objections/{objection.pk}/")
    inspector.fill("#id_finding", "走访五户邻居，情况属实。")
    press(inspector.get_by_role("button", name="已复核"))
    county.goto(f"/notices/objections/{objection.pk}/")
    county.get_by_role("link", name="答复").click()
    county.locator("input[name=decision][value=upheld]").check()
    county.fill("#id_text", ANSWER)
    press(county.locator("main form button[type=submit]").last)

    town = browse(hanging.town)
    town.goto(f"/recruitment/applicants/{hanging.all[0].pk}/")
    assert objection.receipt in town.locator("main").inner_text()
    picture(town, "objection-upheld-applicant")

    after = notice.closes + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: after)
    town.goto(f"/recruitment/{hanging.round.pk}/")
    form = town.locator("form[action$='/settle/']")
    press(form.locator("button"))
    with rls.everywhere("the test looks"):
        out, on = (Application.objects.get(pk=one.pk) for one in hanging.all)
    assert (out.state, out.reasons) == (ApplicationState.OUT, [f"公示：{ANSWER}"])
    assert on.state == ApplicationState.RUNNING
