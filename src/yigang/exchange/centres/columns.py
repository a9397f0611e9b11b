"""The columns of a list of village centres, and its empty form."""

from __future__ import annotations

from datetime import datetime

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes

WGS84, GCJ02 = "wgs84", "gcj02"
SYSTEMS = {
    "WGS-84": WGS84, "GCJ-02": GCJ02, "GPS": WGS84, "CGCS2000": WGS84, "国家2000": WGS84, "2000国家大地坐标系": WGS84,
    "火星坐标": GCJ02, "高德": GCJ02, "腾讯": GCJ02, "钉钉": GCJ02,
}  # fmt: skip
"""CGCS2000 differs from WGS-84 by centimetres."""
CENTRES = (
    ColumnSpec("town", "乡镇", ("乡（镇）", "镇", "乡", "镇街", "街道", "所属乡镇", "所在乡镇", "乡镇名称")),
    ColumnSpec("village", "村", ("行政村", "村居", "村（社区）", "社区", "村名", "村委会", "所在村", "所属村", "名称")),
    ColumnSpec("region_code", "行政区划代码", ("区划代码", "村代码", "村编码", "统计用区划代码", "代码")),
    ColumnSpec("longitude", "经度", ("东经", "longitude", "lng", "lon", "中心经度"), required=True),
    ColumnSpec("latitude", "纬度", ("北纬", "latitude", "lat", "中心纬度"), required=True),
    ColumnSpec("system", "坐标系", ("坐标系统", "坐标类型"), kind="choice", choices=SYSTEMS),
    ColumnSpec("source", "来源", ("数据来源", "资料来源")),
)
HINTS = {
    "village": "按行政区划名称填写；同名村请同时填写乡镇，或填写 12 位区划代码。",
    "longitude": "度数，如 106.256100。",
    "latitude": "度数，如 26.405600。",
    "system": "不填按 WGS-84（GPS）；从高德、腾讯、钉钉地图取的点填 GCJ-02，导入时换算。",
    "source": "如：自然资源局 2020 年村界图。",
}
NOTES = (
    ("一行一村", "每村一行，填写村委会或村中心的位置。第一行是示例，导入时自动跳过。"),
    ("用途", "住户没有自己的位置时，人岗匹配按村中心计算到岗位的距离。"),
    ("错误", "任何一行有错误，整个文件都不导入。"),
)
EXAMPLE_SIGN = "示例"
EXAMPLE = ("齐伯镇", "示例（请删除）", "", "106.256100", "26.405600", "WGS-84", "村委会现场定位")


def template(created: datetime) -> bytes:
    """The empty list: headings, choices, an example, and a sheet of notes."""
    choices = {"system": ("WGS-84", "GCJ-02")}
    columns = [
        Column(spec.label, "text", choices=choices.get(spec.key, ()), hint=HINTS.get(spec.key, ""), required=spec.required)
        for spec in CENTRES
    ]  # fmt: skip
    return workbook_bytes(
        [Sheet("村中心位置", columns, [EXAMPLE], ["村中心位置表"], template=True)], created=created, notes=NOTES
    )
