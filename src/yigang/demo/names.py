"""Invented names: surnames about as frequent as in the south-west, given names from common signs, rare signs at known places.

Any likeness with a living person is chance: a name is drawn sign by sign.
"""

import polars as pl

from yigang.demo.draw import Draw, looked_up

SURNAMES = (
    ("王", 62), ("李", 66), ("张", 58), ("杨", 52), ("刘", 45), ("陈", 50), ("吴", 34), ("罗", 32), ("周", 30), ("黄", 30),
    ("赵", 22), ("何", 20), ("龙", 18), ("徐", 16), ("胡", 16), ("朱", 14), ("唐", 14), ("田", 13), ("任", 12), ("宋", 12),
    ("冯", 11), ("谢", 11), ("郭", 10), ("韦", 10), ("邓", 10), ("石", 9), ("潘", 9), ("熊", 9), ("班", 8), ("伍", 8),
    ("金", 7), ("蒋", 7), ("丁", 7), ("马", 7), ("汪", 6), ("卢", 6), ("岑", 5), ("覃", 5), ("骆", 4), ("单", 3), ("仇", 2),
    ("褚", 2), ("欧阳", 3), ("令狐", 2), ("上官", 1),
)  # fmt: skip
FIRST = {
    "M": "国建志明德文光永家正学荣忠天世兴昌福贵启洪启开登朝金",
    "F": "秀桂玉春小丽兰美晓素凤金银腊菊翠月冬开国文学启",
}
SECOND = {
    "M": "华军平强勇林辉云祥发才友贵忠和生龙海波成全清富刚",
    "F": "英芬珍琴兰芳梅群花美琼仙会菊莲香凤敏霞艳云书",
}
ETHNIC = (
    "阿依努尔·吐尔逊", "买买提·阿不都", "卓玛·央宗", "次仁·多吉", "古丽·帕提", "扎西·罗布",
)  # fmt: skip
"""Names with an interpunct, of peoples who write them so."""
RARE = ("王𠮷", "李䶮", "罗喆垚", "杨堃𣸣")
"""Names whose signs lie outside the common sets: CJK extension A and B among them."""
RARE_EVERY = 47
"""One person in so many carries one of the names above."""


def with_names(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """Add `name`. Needs `person` (its number) and `sex`; one in seven has a given name of one sign."""
    given = pl.when(pl.col("sex") == "M").then(_given("M", draw)).otherwise(_given("F", draw))
    usual = draw.weighted("surname", SURNAMES, "person") + given
    special = looked_up(pl.col("person").cast(pl.Int64) // RARE_EVERY % len(ETHNIC + RARE), ETHNIC + RARE)
    rare = (pl.col("person").cast(pl.Int64) % RARE_EVERY == RARE_EVERY - 1) & (pl.col("person") < 20 * RARE_EVERY)
    return people.with_columns(name=pl.when(rare).then(special).otherwise(usual))


def _given(sex: str, draw: Draw) -> pl.Expr:
    first, second = draw.choice("first sign", FIRST[sex], "person"), draw.choice("second sign", SECOND[sex], "person")
    return pl.when(draw.chance("short name", "person") < 1 / 7).then(second).otherwise(first + second)
