"""Names of people: cleaned, sorted and found by pinyin.

In a name the first sign is a surname and is often read otherwise than in a word: 单 Shàn, 仇 Qiú, 曾 Zēng. Names of
many peoples carry the interpunct U+00B7; input methods write a dozen look-alikes for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

INTERPUNCT = "·"

_LOOKALIKES = re.compile(
    r"\s*[·•‧∙⋅・･．\u2022\u2024\u30fb\uff65\u16eb\u25cf]\s*|(?<=[^\W\d_a-zA-Z])\.(?=[^\W\d_a-zA-Z])"
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_BETWEEN_HAN = re.compile(
    r"(?<=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])\s+(?=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
_DOUBTFUL = re.compile(r"[?？□*＊#\d\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")

SURNAMES = {
    "单": "shan4", "仇": "qiu2", "朴": "piao2", "曾": "zeng1", "解": "xie4", "区": "ou1", "查": "zha1", "盖": "ge3",
    "华": "hua4", "任": "ren2", "乐": "yue4", "覃": "qin2", "冼": "xian3", "员": "yun4", "缪": "miao4", "翟": "zhai2",
    "么": "yao1", "卜": "bu3", "曲": "qu1", "尉": "wei4", "召": "shao4", "葛": "ge3", "燕": "yan1",
    "应": "ying1", "宁": "ning4", "令": "ling2", "折": "she2", "黑": "he4", "盛": "sheng4", "秘": "bi4", "种": "chong2",
    "重": "chong2", "繁": "po2", "都": "du1", "谌": "chen2", "隗": "wei3", "阚": "kan4", "祭": "zhai4",
    "瞿": "qu2", "车": "che1", "祝": "zhu4", "幺": "yao1", "纪": "ji3", "过": "guo1", "那": "na1", "哈": "ha3",
    "撒": "sa4", "郇": "xun2", "郗": "xi1", "乜": "nie4", "佴": "nai4", "句": "gou1", "相": "xiang4",
    "石": "shi2", "贾": "jia3", "柏": "bai3", "褚": "chu3", "逄": "pang2", "殷": "yin1",
    "长孙": "zhang3 sun1", "尉迟": "yu4 chi2", "万俟": "mo4 qi2", "澹台": "tan2 tai2", "单于": "chan2 yu2",
    "欧阳": "ou1 yang2", "令狐": "ling2 hu2", "宰父": "zai3 fu3", "鲜于": "xian1 yu2", "皇甫": "huang2 fu3",
    "夏侯": "xia4 hou2", "诸葛": "zhu1 ge3", "司马": "si1 ma3", "上官": "shang4 guan1", "东方": "dong1 fang1",
    "慕容": "mu4 rong2", "公孙": "gong1 sun1", "呼延": "hu1 yan2", "端木": "duan1 mu4", "钟离": "zhong1 li2",
    "宇文": "yu3 wen2", "司徒": "si1 tu2", "司空": "si1 kong1", "独孤": "du2 gu1", "南宫": "nan2 gong1",
}  # fmt: skip
"""How surnames are read, by 《现代汉语词典》 and the registers' habit, where a word would be read otherwise."""


_BY_SIGN: Any = list
"""pypinyin's hook for signs it does not know: a list keeps them one by one, which its types do not say."""


@dataclass(frozen=True, slots=True)
class NameKeys:
    """What a name is found and sorted by: 单小红 → `sxh`, `shanxiaohong`, `shan4 xiao3 hong2 单小红`."""

    initials: str
    full: str
    sort: str


def normalise(text: object) -> str:
    """The name without look-alikes: full-width letters, spaces between Chinese signs, other dots than U+00B7."""
    name = unicodedata.normalize("NFKC", _INVISIBLE.sub("", "" if text is None else str(text))).strip()
    return _BETWEEN_HAN.sub("", _LOOKALIKES.sub(INTERPUNCT, " ".join(name.split())))


def is_doubtful(name: str) -> bool:
    """Whether signs stand in it that stand in no name: the ? or □ of a lost rare sign, digits, private-use signs."""
    return _DOUBTFUL.search(name) is not None


@lru_cache(maxsize=200_000)
def keys(name: str) -> NameKeys:
    """Search and sort keys of a normalised name. A sign whose sound is unknown stands for itself."""
    syllables = _syllables(name)
    bare = [syllable.rstrip("12345") for syllable in syllables]
    return NameKeys(
        initials="".join(syllable[:1] for syllable in bare).lower(),
        full="".join(bare).lower(),
        sort=" ".join([*syllables, name]).lower(),
    )


def keys_of(names: Iterable[str]) -> list[NameKeys]:
    """Keys of many names, in their order; equal names are looked up once."""
    return [keys(name) for name in names]


def initials(name: str) -> str:
    """`单小红` → `sxh`."""
    return keys(name).initials


def sort_key(name: str) -> str:
    """Orders by sound and tone, surname first, then by the signs themselves."""
    return keys(name).sort


def _syllables(name: str) -> list[str]:
    """One syllable with tone digit for each sign; interpuncts and spaces are left out."""
    from pypinyin import Style, lazy_pinyin

    surname, given = ("", name) if INTERPUNCT in name else _surname(name)
    syllables = SURNAMES[surname].split() if surname else []
    for part in re.split(rf"[{INTERPUNCT}\s]+", given):
        syllables += lazy_pinyin(part, style=Style.TONE3, neutral_tone_with_five=True, errors=_BY_SIGN)
    return syllables


def _surname(name: str) -> tuple[str, str]:
    """The surname whose reading differs, and the rest; two signs before one. A name has at least one given sign."""
    for length in (2, 1):
        if len(name) > length and name[:length] in SURNAMES:
            return name[:length], name[length:]
    return "", name


def mask(name: str) -> str:
    """`张小明` → `张**`: the first sign alone, for people who are not the one a page is about."""
    return name[:1] + "*" * (len(name) - 1)
