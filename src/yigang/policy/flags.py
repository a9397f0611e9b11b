"""What in the evidence of duty is worth a question (疑点), by which thresholds: presets that a policy changes or turns off.

A flag is a question to be answered by a person. Nothing that judges or pays reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yigang.policy.rule_table import Asked, at, check_rules, rule, rule_lines, rules_on
from yigang.policy.source import Place, Source

RULES = {
    one.code: one
    for one in (
        rule(
            "outside_area", "不在责任区", "Outside the area", "middle",
            metres=at(200, 0, 50_000, "离责任区超过多少米（另减去定位误差）", "metres outside, beyond the stated radius"),
        ),
        rule(
            "outside_hours", "非工作时段打卡", "Outside hours", "weak",
            from_hour=at(5, 0, 12, "几点以后算工作时段", "hour from which duty can begin"),
            to_hour=at(23, 12, 24, "几点以前算工作时段", "hour by which duty is over"),
        ),
        rule(
            "poor_accuracy", "定位总是不准", "Places always vague", "weak",
            metres=at(100, 10, 10_000, "定位误差超过多少米", "stated radius in metres"),
            times=at(3, 1, 100, "一个月几次以上", "as often in a month"),
        ),
        rule("mock_reported", "手机报告模拟定位", "Mock location reported", "strong"),
        rule(
            "identical_coordinates", "坐标天天一样", "Identical coordinates", "strong",
            days=at(3, 2, 31, "同一坐标（精确到百万分之一度）出现的天数", "days with one place to a millionth of a degree"),
        ),
        rule(
            "identical_address", "地址一字不差", "Identical address", "weak",
            days=at(20, 5, 31, "一个月里只有同一个地址的天数", "days of a month with one address only"),
        ),
        rule(
            "impossible_speed", "来不及的路程", "Impossible speed", "strong",
            kmh=at(150, 20, 1_000, "每小时多少公里以上", "kilometres an hour"),
            metres=at(2_000, 100, 100_000, "至少相隔多少米", "metres apart at least"),
        ),
        rule(
            "many_on_one_device", "多人用一台手机", "Several people on one phone", "middle",
            people=at(2, 2, 50, "同一天几个人以上", "people on one day"),
        ),
        rule(
            "one_device_moving", "一台手机替多人走动", "One phone moves for several people", "strong",
            minutes=at(60, 1, 720, "两人前后相隔多少分钟以内", "minutes between the two"),
            metres=at(500, 50, 50_000, "两处相距多少米以上", "metres between the two"),
        ),
        rule(
            "same_photo", "照片重复使用", "Photo used again", "strong",
            hours=at(12, 0, 720, "同一人隔多少小时以上才算", "hours apart, of one person"),
        ),
        rule(
            "near_same_photo", "照片近似", "Nearly the same photo", "middle",
            bits=at(5, 0, 7, "64 位指纹里最多几位不同", "bits of 64 that may differ"),
            fine_bits=at(24, 0, 80, "256 位指纹里最多几位不同", "bits of 256 that may differ"),
            hours=at(12, 0, 720, "同一人隔多少小时以上才算", "hours apart, of one person"),
        ),
        rule(
            "photo_of_screen", "像是翻拍", "Perhaps a photo of a screen", "weak",
            score=at(10, 4, 100, "频谱尖峰高出周围的倍数", "height of a lone peak in the spectrum over its surroundings"),
        ),
        rule(
            "other_face", "与档案照片不像", "Unlike the photo on file", "weak",
            likeness=at(0.3, 0.05, 0.9, "与档案照片的相似度低于", "likeness to the photo on file below"),
        ),
        rule(
            "old_photo", "旧照片", "Old photo", "middle",
            hours=at(24, 1, 8_760, "拍摄时间早于打卡多少小时", "hours between taking and using it"),
        ),
        rule(
            "clock_moved", "手机时间被改", "Clock moved", "middle",
            minutes=at(30, 3, 1_440, "与服务器时间相差多少分钟", "minutes away from the server's time"),
        ),
        rule(
            "perfect_regularity", "打卡时间过于整齐", "Perfect regularity", "middle",
            days=at(15, 5, 31, "一个月至少多少天", "days of a month at least"),
            entropy=at(1, 0, 5, "打卡分钟的熵不超过（比特）", "entropy of the minutes in bits, at most"),
        ),
        rule(
            "circles", "原地绕圈", "Round in circles", "middle",
            rounds=at(3.5, 2.5, 50, "同一段路平均走了几遍以上", "times that the same ground was walked on average"),
            metres=at(2_000, 200, 50_000, "至少走了多少米", "metres walked at least"),
        ),
        rule(
            "copied_log", "日志雷同", "Copied log", "middle",
            likeness=at(0.75, 0.5, 1, "相同片段的比例", "share of common pieces"),
            characters=at(30, 10, 1_000, "多少字以上的日志才比", "logs of so many characters are compared"),
            days=at(3, 2, 31, "本人几天以上雷同", "days on which one person's logs are alike"),
            people=at(2, 2, 100, "几个人以上雷同", "people whose logs are alike"),
        ),
    )
}  # fmt: skip
"""Every rule by its code, in the order in which an officer reads them."""


def flag_rules(text: Mapping[str, Any]) -> dict[str, Asked]:
    """The rules that a version of a policy leaves on, by code; what it does not speak of has its presets."""
    return rules_on(RULES, text.get("flags") or {})


def check_flags(source: Source, place: Place, text: Mapping[str, Any]) -> None:
    """Report what the section says of rules or figures that are not known, and figures beyond their range."""
    check_rules(source, (*place, "flags"), RULES, text.get("flags") or {})


def flag_lines(text: Mapping[str, Any]) -> Iterator[str]:
    """The section as an official would read it aloud; nothing where the policy leaves all presets."""
    return rule_lines(RULES, text.get("flags") or {})
