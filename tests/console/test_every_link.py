"""Every page that a role is led to opens for it, in Chinese: links are followed from page to page, for each role."""

import re
from html import unescape

from django.urls import resolve
from tests.conftest import COUNTY, TOWN
from tests.journeys.district import build
from tests.journeys.test_every_page import english_in

from yigang.foundation.enums import Role
from yigang.foundation.models import User

LINK = re.compile(r'(?:href|hx-get)="((?:/|\?)[^"#]*)"')
HIDDEN = re.compile(r"<(script|style|noscript|code|option)\b.*?</\1>|<[^>]+>|https?://[^<\s]+", re.DOTALL)
NOT_FOLLOWED = ("/static/", "/signout", "/language", "/media/")
SCOPES = {Role.TOWN_OFFICER: TOWN, Role.STATION_OFFICER: TOWN, Role.VILLAGE_CLERK: "520403100201"}
FORMATS = {"xls", "csv", "UTF", "PDF", "Word", "docx", "WGS", "SHA", "yigang", "regions", "GPX", "GeoJSON", "KML",
           "shapefile", "zip", "AppKey", "CorpID"}  # fmt: skip
"""Kinds of files, the datum of positions, the way of digests, the command that an empty list of regions names, and what
DingTalk and WeCom call their keys."""
THOROUGH = {Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.VILLAGE_CLERK, Role.INSPECTOR}
"""Who is led everywhere between them. The others are followed as far as the second link from their first page."""
STAFF = [role for role in Role if role != Role.POST_HOLDER]


def walk(client, links: int) -> tuple[dict[str, str], dict[str, object]]:
    """Every kind of page that so many links lead to, one of each, with what is wrong with it."""
    seen, wrong, waiting = {}, {}, [("/", 0)]
    while waiting:
        address, away = waiting.pop(0)
        name = resolve(address.partition("?")[0]).view_name
        if name in seen:
            continue
        seen[name] = address
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            wrong[address] = answer.status_code
        elif "text/html" in answer["Content-Type"]:
            text = answer.content.decode()
            if english := english_in(unescape(HIDDEN.sub(" ", text))) - FORMATS:
                wrong[address] = english
            for link in LINK.findall(text) if away < links else ():
                link = unescape(link)
                if link.startswith("/") and not link.startswith(NOT_FOLLOWED):
                    waiting.append((link, away + 1))
    return seen, wrong


def test_no_link_leads_astray(db, make_user, sign_in):
    """One district for all roles: making it costs more than walking through it."""
    manager = make_user(Role.COUNTY_MANAGER, COUNTY, username="chief")
    manager.name = "周县长"
    manager.save(update_fields=["name"])
    build(manager)
    users = {
        role: make_user(role, SCOPES.get(role, COUNTY), username=f"{1000 + number}")
        for number, role in enumerate(STAFF)
    }
    User.objects.update(name="罗秀兰")
    walked = {role: walk(sign_in(user, "zh-hans"), 99 if role in THOROUGH else 2) for role, user in users.items()}
    assert {role: wrong for role, (_seen, wrong) in walked.items() if wrong} == {}
    few = {role for role, (seen, _wrong) in walked.items() if len(seen) < (5 if role == Role.SYSTEM_ADMIN else 20)}
    assert few == set()
