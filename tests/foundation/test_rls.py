"""The database shows an actor the rows of his region only, even when a query forgets to ask."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import ProgrammingError

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.models import CalendarOverride, StoredFile


@pytest.fixture
def two_towns(db):
    """A file in each of two towns of one county, and a day that the county set."""
    for region in ("520403100000", "520403101000"):
        StoredFile.objects.create(region_code=region, name=region, content_type="", size=0, sha256="0" * 64)
    CalendarOverride.objects.create(region_code="520403000000", date=date(2020, 7, 1), working=False, name="赶集")


@pytest.mark.req("P5")
def test_lists_counts_and_lookups_stay_inside_the_scope(two_towns, town_officer):
    other = StoredFile.objects.get(region_code="520403101000")
    with rls.scope(town_officer):
        assert [file.region_code for file in StoredFile.objects.all()] == ["520403100000"]
        assert StoredFile.objects.count() == 1
        assert not StoredFile.objects.filter(pk=other.pk).exists()


def test_a_scope_of_several_places_sees_them_all(two_towns, make_user):
    with rls.scope(make_user(Role.STATION_OFFICER, "520403100", "520403101")):
        assert StoredFile.objects.count() == 2


def test_nobody_without_a_region_sees_anything(two_towns, make_user):
    with rls.scope(make_user(Role.COUNTY_MANAGER)):
        assert StoredFile.objects.count() == 0


def test_a_query_outside_any_scope_sees_nothing(two_towns):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yigang.scope', '', false)")
    assert StoredFile.objects.count() == 0


def test_what_a_county_decides_is_seen_below_and_not_written_there(two_towns, town_officer):
    with rls.scope(town_officer):
        assert CalendarOverride.objects.count() == 1
        assert CalendarOverride.objects.update(working=True) == 0


def test_a_neighbouring_county_does_not_see_it(two_towns, make_user):
    with rls.scope(make_user(Role.COUNTY_MANAGER, "520402")):
        assert CalendarOverride.objects.count() == 0


def test_a_row_cannot_be_written_into_a_foreign_town(two_towns, town_officer):
    with rls.scope(town_officer), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        StoredFile.objects.create(region_code="520403101000", name="x", content_type="", size=0, sha256="0" * 64)


def test_the_scope_ends_with_its_block_even_after_an_error(two_towns, town_officer):
    with pytest.raises(DatabaseError), transaction.atomic(), rls.scope(town_officer), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert StoredFile.objects.count() == 2


def test_the_serving_role_is_neither_superuser_nor_owner(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.req("P5")
@pytest.mark.parametrize("scope", ["", "52", "5204", "520403", "520403100", "520403100201", "520403,530102"])
def test_a_policy_shows_below_what_the_function_says_of_each_code(db, scope):
    """`yigang_reaches` says it code by code; the policies say the same for all codes at once."""
    codes = [
        "520000000000", "520400000000", "520403000000", "520403100000", "520403100201", "520403100202", "520403101000",
        "520402000000", "530000000000", "530100000000", "530102000000", "530102001000", "000000000000",
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yigang.scope', %s, false)", [scope])
        cursor.execute(
            f"SELECT region_code, yigang_reaches(region_code), {rls.SEEN_BELOW} OR region_code ^@ ANY (yigang_scope()) "  # noqa: S608 - our own words
            "FROM unnest(%s::text[]) AS region_code", [codes],
        )  # fmt: skip
        told = cursor.fetchall()
    assert {code for code, _one, shown in told if shown} == {code for code, reached, _all in told if reached}
    assert len(told) == len(codes)
    assert any(shown for _code, _one, shown in told) == bool(scope)


@pytest.mark.req("P5")
def test_every_policy_compares_with_the_scope_by_the_operator_whose_estimate_is_right(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'in_scope' AND strpos(qual, '^@@') = 0")
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_policies WHERE policyname = 'in_scope'")
        assert cursor.fetchone()[0] > 100
