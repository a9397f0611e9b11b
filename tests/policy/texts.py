"""Small policies for tests: a whole, valid file in which one section is replaced."""

from pathlib import Path
from textwrap import dedent, indent

from yigang.policy import PolicyVersion, load_policy

HEAD = """\
code: test-post
kind: other
title: {zh: 试验办法, en: Test rules}
issuer: {name: 试验县}
versions:
  - effective: 2020-01-01
    cites: 试验办法第一条
"""
MONTH = """\
month:
  required_days: 22
  grades:
    - {grade: 合格, when: 出勤天数 >= 20, cites: 第二条}
    - {grade: 不合格, otherwise: true}
"""
PAY = """\
pay:
  amount: {yuan: 400.00, per: month}
  share: {合格: 1, 不合格: 0}
  joined_or_left: by_days
  undetermined: hold
  cites: 第三条
"""


def text(month: str = MONTH, pay: str = PAY, more: str = "") -> str:
    """A policy file with these sections; sections are written without indentation."""
    return HEAD + "".join(indent(dedent(part), "    ") for part in (month, pay, more))


def written(folder: Path, content: str) -> Path:
    file = folder / "test-post.yaml"
    file.write_text(content, encoding="utf-8")
    return file


def version(folder: Path, month: str = MONTH, pay: str = PAY, more: str = "") -> PolicyVersion:
    return load_policy(written(folder, text(month, pay, more))).versions[0]
