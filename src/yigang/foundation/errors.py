"""What a program says when it cannot do what was asked: where, what is wrong, what to do.

A `Refusal` stops one action. A `Problem` is the same thing as a value: an importer gathers thousands of them and goes
on. Sentences stay lazy until they are shown, so that each reader gets his own language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Text: TypeAlias = "str | _StrPromise"
"""A sentence, or a promise of its translation."""

Severity = Literal["error", "warning", "note"]


class Refusal(ValueError):
    """An action refused, with a sentence for the user and a code for programs.

    `message` is a translated template filled with `params`. `field`, `row` (as the file shows it, from 1) and `column`
    say where, as far as that is known.
    """

    def __init__(
        self,
        message: Text,
        params: Mapping[str, Any] | None = None,
        *,
        code: str = "refused",
        remedy: Text = "",
        field: str = "",
        row: int | None = None,
        column: str = "",
    ) -> None:
        super().__init__(message, params)
        self.template = message
        self.params = dict(params or {})
        self.code = code
        self.remedy = remedy
        self.field = field
        self.row = row
        self.column = column

    def __str__(self) -> str:
        return _fill(self.template, self.params)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one place of a file.

    `row` counts as the file's own program shows it (from 1); `column` is what a person can find there, such as
    `C 身份证号`; `field` is our key. Only `error` keeps a row out; `warning` asks a person to look; `note` tells.
    """

    code: str
    template: Text
    params: Mapping[str, Any] = field(default_factory=dict)
    row: int | None = None
    column: str = ""
    field: str = ""
    sheet: str = ""
    remedy: Text = ""
    severity: Severity = "error"

    @property
    def message(self) -> str:
        """The sentence in the language that is active now."""
        return _fill(self.template, self.params)

    @classmethod
    def of(
        cls,
        refusal: Refusal,
        *,
        row: int | None = None,
        column: str = "",
        field: str = "",
        sheet: str = "",
        severity: Severity = "error",
    ) -> Problem:
        """The same refusal as a value, at a place of a file."""
        return cls(
            code=refusal.code,
            template=refusal.template,
            params=refusal.params,
            row=row if row is not None else refusal.row,
            column=column or refusal.column,
            field=field or refusal.field,
            sheet=sheet,
            remedy=refusal.remedy,
            severity=severity,
        )


def _fill(template: Text, params: Mapping[str, Any]) -> str:
    """`template % params`; a template without parameters may hold a bare percent sign."""
    return str(template) % params if params else str(template)


class Forbidden(PermissionError):
    """The actor may not. Shown to the outside like a missing object; the reason goes to those who may know it."""
