"""Names are found by what a clerk types: initials, pinyin, whichever dot."""

import pytest

from yigang.foundation import names


@pytest.mark.parametrize(
    ("name", "initials", "full"),
    [
        ("张三", "zs", "zhangsan"),
        ("单小红", "sxh", "shanxiaohong"),
        ("仇大勇", "qdy", "qiudayong"),
        ("朴顺姬", "psj", "piaoshunji"),
        ("曾国强", "zgq", "zengguoqiang"),
        ("解小龙", "xxl", "xiexiaolong"),
        ("区志明", "ozm", "ouzhiming"),
        ("查玉兰", "zyl", "zhayulan"),
        ("翟志刚", "zzg", "zhaizhigang"),
        ("尉迟恭", "ycg", "yuchigong"),
        ("万俟兰", "mql", "moqilan"),
        ("欧阳锋", "oyf", "ouyangfeng"),
        ("吕红", "lh", "lvhong"),
        ("买买提·艾力", "mmtal", "maimaitiaili"),
        ("张重阳", "zcy", "zhangchongyang"),
        ("单", "d", "dan"),
    ],
)
def test_names_are_found_by_initials_and_pinyin(name: str, initials: str, full: str) -> None:
    keys = names.keys(name)
    assert (keys.initials, keys.full) == (initials, full)
    assert names.initials(name) == initials


def test_a_first_sign_is_no_surname_in_a_name_with_interpunct() -> None:
    assert names.initials("单巴·扎西") == "dbzx"


def test_rare_signs_are_kept_when_their_sound_is_unknown() -> None:
    assert names.keys("王𠮷䶮").full == "wang𠮷yan"
    assert names.keys("王𠮷䶮").initials == "w𠮷y"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("　王　 芳 ", "王芳"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("Ａｎｎａ  Lee", "Anna Lee"),
        ("王\u200b芳", "王芳"),
        ("王 𠮷", "王𠮷"),
        (None, ""),
    ],
)
def test_look_alikes_become_one(typed: object, name: str) -> None:
    assert names.normalise(typed) == name


@pytest.mark.parametrize("name", ["王？", "王□", "王*芳", "王3", "王\ue123", "王\ufffd"])
def test_lost_signs_are_doubtful(name: str) -> None:
    assert names.is_doubtful(name)


@pytest.mark.parametrize("name", ["王𠮷䶮", "买买提·艾力", "Anna Lee"])
def test_unusual_names_are_not_doubtful(name: str) -> None:
    assert not names.is_doubtful(name)


def test_sorting_is_by_sound_then_tone_then_sign() -> None:
    given = ["曾勇", "张三", "安妮", "单红", "章三", "陈一"]
    assert sorted(given, key=names.sort_key) == ["安妮", "陈一", "单红", "曾勇", "张三", "章三"]


def test_many_names_keep_their_order() -> None:
    assert [keys.initials for keys in names.keys_of(["张三", "李四", "张三"])] == ["zs", "ls", "zs"]
