"""Where the demo's villages lie: an approximate layout, which says so in every row of the file that is handed in.

No free register of village positions was found. The towns' seats are rounded to a hundredth of a degree, about a
kilometre; a town's villages stand around its seat in the order of their codes, on the spiral of a sunflower, so that no
two lie at one point and none farther than some kilometres away.
"""

from math import cos, pi, radians, sin, sqrt
from pathlib import Path

import polars as pl

from yigang.demo import paper, places
from yigang.demo.paper import Sheet

SEATS = {
    "520403001": (106.26, 26.41), "520403002": (106.25, 26.43), "520403101": (106.30, 26.33), "520403102": (106.39, 26.38),
    "520403103": (106.18, 26.35), "520403104": (106.32, 26.44), "520403105": (106.46, 26.41), "520403106": (106.21, 26.54),
    "520403107": (106.11, 26.48), "520403202": (106.33, 26.53), "520403203": (106.38, 26.29),
}  # fmt: skip
"""Town → longitude and latitude of its seat, WGS-84."""
SOURCE = "示意位置（演示用，非实测）：乡镇驻地取整到0.01度，各村按次序环绕排列"
APART_KM = 1.1
"""About the distance between two neighbours on the spiral."""
GOLDEN_ANGLE = pi * (3 - sqrt(5))
KM_OF_A_DEGREE = 111.195
TITLE = "平坝区村中心位置表（示意）"


def centres_file(prefix: str, folder: Path) -> Path:
    """The list of village centres as the natural-resources office would hand it in."""
    villages = places.villages(prefix).filter(pl.col("town_code").is_in(list(SEATS)))
    numbered = villages.with_columns(order=pl.int_range(pl.len()).over("town_code", order_by="region_code"))
    points = [point(row["town_code"], row["order"]) for row in numbered.iter_rows(named=True)]
    frame = numbered.select(
        乡镇="town", 村="village", 行政区划代码="region_code",
        经度=pl.Series([f"{east:.6f}" for east, _north in points], dtype=pl.String),
        纬度=pl.Series([f"{north:.6f}" for _east, north in points], dtype=pl.String),
        坐标系=pl.lit("WGS-84"), 来源=pl.lit(SOURCE),
    )  # fmt: skip
    return paper.write(folder / "村中心位置-示意.xlsx", [Sheet("村中心位置", frame, above=([TITLE],))])


def point(town: str, order: int) -> tuple[float, float]:
    """Longitude and latitude of a town's village; the first stands at the seat."""
    east, north = SEATS[town]
    far, turn = APART_KM * sqrt(order), GOLDEN_ANGLE * order
    return east + far * cos(turn) / KM_OF_A_DEGREE / cos(radians(north)), north + far * sin(turn) / KM_OF_A_DEGREE
