"""What can be wrong with a policy file, as values that point at file and line and say what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Say:
    """One sentence in the two languages of the house."""

    zh: str
    en: str

    def to(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


class Wrong(ValueError):
    """Something a reader of one text found; the loader adds file and line."""

    def __init__(self, what: Say, remedy: Say) -> None:
        super().__init__(str(what))
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to correct in a policy file. `line` counts from 1."""

    file: Path
    line: int
    what: Say
    remedy: Say

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what.zh} —— {self.remedy.zh}\n    {self.what.en} — {self.remedy.en}"

    def as_dict(self) -> dict[str, object]:
        """For `--json` and for pages."""
        return {
            "file": str(self.file),
            "line": self.line,
            "what": {"zh": self.what.zh, "en": self.what.en},
            "remedy": {"zh": self.remedy.zh, "en": self.remedy.en},
        }


class PolicyError(ValueError):
    """A policy that must not be used, with every problem found and where it stands."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (str(one.file), one.line, one.what.zh)))
        super().__init__("\n".join(str(one) for one in self.problems))


class NoVersion(LookupError):
    """No text of the policy was in force in the month asked for; the message names the gap."""
