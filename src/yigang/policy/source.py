"""Reading a policy file: YAML that a person wrote, with the line of everything in it.

Stricter than YAML: a key twice in one mapping, anchors and merges are errors, `yes/no/on/off` are words, dates stay
text and decimals are exact (`Decimal`, never float).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from yigang.policy.problems import PolicyError, Problem, Say, Wrong

Place = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top."""

BIGGEST = 2_000_000
"""Bytes; a policy is a document for people."""
DEEPEST = 40
"""Mappings and lists within each other; asked before the tree is made, since making it descends as deep as the text."""


@dataclass
class Source:
    """The plain data of a file, and the line of every place in it."""

    file: Path
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1

    def report(self, place: Place, what: Say, remedy: Say) -> None:
        self.problems.append(Problem(self.file, self.line(place), what, remedy))

    def report_wrong(self, place: Place, wrong: Wrong) -> None:
        self.report(place, wrong.what, wrong.remedy)

    def refuse(self) -> None:
        """Raise everything that was found, if anything was."""
        if self.problems:
            raise PolicyError(self.problems)


def read(file: Path) -> Source:
    """Read and check the shape of a file. Raises `PolicyError` with all problems of the stage that failed."""
    source = Source(file)
    node = _compose(source)
    source.data = _plain(node, (), source)
    source.refuse()
    for error in _validator().iter_errors(source.data):
        for place, what, remedy in _explained(error):
            source.report(place, what, remedy)
    source.refuse()
    return source


def _compose(source: Source) -> yaml.Node:
    text = _text(source)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                line = event.start_mark.line if event.start_mark else 0
                too_deep = Say("嵌套太深", "nested too deeply")
                _stop(source, line, too_deep, Say("办法不需要这么多层", "a policy is not that deep"))
            if isinstance(event, yaml.AliasEvent):
                _stop(
                    source,
                    event.start_mark.line if event.start_mark else 0,
                    Say("用了锚点引用（*）", "an alias (*) is used"),
                    Say("写全", "write it out"),
                )
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        _stop(
            source,
            mark.line if mark else 0,
            Say(f"不是正确的 YAML：{what}", f"not valid YAML: {what}"),
            Say("检查缩进、引号和冒号", "check indentation, quotes and colons"),
        )
    if node is None:
        _stop(
            source,
            0,
            Say("文件是空的", "the file is empty"),
            Say("从现有办法复制一份", "start from a copy of another policy"),
        )
    return node


def _text(source: Source) -> str:
    try:
        if source.file.stat().st_size > BIGGEST:
            _stop(
                source, 0, Say("文件太大", "the file is too large"), Say("办法不超过 2 MB", "a policy stays under 2 MB")
            )
        return source.file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        _stop(source, 0, Say("文件不是 UTF-8 编码", "the file is not UTF-8"), Say("另存为 UTF-8", "save it as UTF-8"))
    except OSError as error:
        _stop(
            source,
            0,
            Say("文件打不开", f"the file cannot be read: {error.strerror}"),
            Say("检查路径", "check the path"),
        )


def _stop(source: Source, line: int, what: Say, remedy: Say) -> NoReturn:
    raise PolicyError([*source.problems, Problem(source.file, line + 1, what, remedy)])


def _plain(node: yaml.Node, place: Place, source: Source) -> Any:
    source.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, source)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, (*place, index), source) for index, each in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, place: Place, source: Source) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in made:
            first = source.lines[(*place, key)]
            problem = Problem(
                source.file,
                key_node.start_mark.line + 1,
                Say(f"「{key}」写了两次，第一次在第 {first} 行", f"“{key}” stands here twice, first in line {first}"),
                Say("保留一个", "keep one"),
            )
            source.problems.append(problem)
        source.lines[(*place, key)] = key_node.start_mark.line + 1
        made[key] = _plain(value_node, (*place, key), source)
    return made


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) in {"'", '"', "|", ">"}:
        return text
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text):
        return Decimal(text)
    return {"true": True, "false": False, "null": None, "~": None, "": None}.get(text, text)


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of a policy; `policies/schema.json` is the same file."""
    loaded: Mapping[str, Any] = json.loads(files("yigang.policy").joinpath("schema.json").read_text("utf-8"))
    return loaded


@cache
def _validator() -> Validator:
    return Draft202012Validator(schema())


def _explained(error: ValidationError) -> Iterator[tuple[Place, Say, Say]]:
    """One schema error in words; of alternatives the one that came closest."""
    place: Place = tuple(error.absolute_path)
    rule: Any = error.validator_value
    around: Any = error.schema
    instance: Any = error.instance
    if error.validator in {"anyOf", "oneOf"} and error.context:
        deepest = max(len(each.absolute_path) for each in error.context)
        if deepest > len(place):
            yield from _explained(next(each for each in error.context if len(each.absolute_path) == deepest))
            return
    if error.validator == "additionalProperties":
        known = list(around.get("properties", ()))
        for key in sorted(set(instance) - set(known)):
            yield (*place, key), Say(f"不认识「{key}」这一项", f"“{key}” is not known here"), _known(known, key)
    elif error.validator == "required":
        absent = [key for key in rule if key not in instance]
        yield (
            place,
            Say(f"缺少「{'」「'.join(absent)}」", f"{', '.join(absent)} is missing"),
            Say("补上这一项", "add it"),
        )
    else:
        name, shown, wanted = (
            place[-1] if place else "",
            str(instance)[:40],
            _wanted(error.validator, rule, around),
        )
        what = Say(f"「{name}」的值「{shown}」不合规定", f"“{name}” cannot be “{shown}”")
        yield place, what, Say(f"应当是：{wanted}", f"it should be: {wanted}")


def _known(known: list[str], key: str) -> Say:
    if "(" in key or ")" in key:
        return Say("算式里有逗号，给整个算式加上引号", "the expression holds a comma: put it in quotes")
    return Say(f"这里可以写：{'、'.join(known)}", f"known here: {', '.join(known)}")


def _wanted(kind: object, rule: Any, around: Any) -> str:
    if kind in {"enum", "type"}:
        return ", ".join(map(str, rule)) if isinstance(rule, list) else str(rule)
    if kind in {"anyOf", "oneOf"}:
        return " | ".join(_form(one) for one in rule)
    hint = around.get("description") if isinstance(around, Mapping) else None
    return f"{kind} {rule}" + (f" ({hint})" if hint else "")


def _form(one: Mapping[str, Any]) -> str:
    return " + ".join(one["required"]) if "required" in one else str(one.get("enum", one.get("type", one)))
