"""Towns and villages of a region from the published register, without a database."""

from pathlib import Path

import polars as pl
from django.conf import settings
from django.utils.translation import gettext as _

from yigang.foundation.errors import Refusal
from yigang.foundation.regions import shortened


def villages(prefix: str) -> pl.DataFrame:
    """Villages and neighbourhoods whose code begins with `prefix`, in order of code.

    Columns: region_code, village, town_code (9 digits), county_code (6), town, county; villages as offices write
    them, without 村民委员会.
    """
    register = Path(settings.REGION_FILES)
    if not (register / "villages.csv").exists():
        raise Refusal(
            _("The register of region codes is not installed (%(folder)s)."), {"folder": str(register)},
            code="no_register", remedy=_("Run `npm ci` in the folder web/ of the program."),
        )  # fmt: skip
    rows = _read(register / "villages.csv", prefix).select(
        region_code="code", village=pl.col("name").map_elements(shortened, return_dtype=pl.String),
        town_code=pl.col("code").str.slice(0, 9), county_code=pl.col("code").str.slice(0, 6),
    )  # fmt: skip
    towns = _read(register / "streets.csv", prefix[:6]).select(town_code="code", town="name")
    counties = _read(register / "areas.csv", prefix[:6]).select(county_code="code", county="name")
    return rows.join(towns, on="town_code").join(counties, on="county_code").sort("region_code")


def _read(file: Path, prefix: str) -> pl.DataFrame:
    rows = pl.scan_csv(file, schema_overrides={"code": pl.String}).select("code", "name")
    return rows.filter(pl.col("code").str.starts_with(prefix)).collect()
