"""The words of the interface: gathered from the sources, translated in catalogues, compiled for the running program.

`python -m yigang.config.messages extract|compile|check`. English msgids; every chapter, and every part of the console, keeps
its own catalogue `<folder>/locale/zh_Hans/LC_MESSAGES/django.po`, so that work on two of them does not meet in one file.
Needs no GNU gettext: Python is read with `ast`, templates with Django's own reader.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

from yigang.config.paths import ROOT

SOURCES = ROOT / "src" / "yigang"
LOCALE = Path("locale", "zh_Hans", "LC_MESSAGES")
PARTS_APART = ("console",)
"""Chapters whose sub-folders keep catalogues of their own."""
CALLS = {
    "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0,
    "pgettext": 1, "pgettext_lazy": 1, "npgettext": 1, "npgettext_lazy": 1,
}  # fmt: skip
"""Function → position of its msgid; before it stands the context."""
PLURAL_FORMS = "nplurals=1; plural=0;"
_TEXT = r"""(?:u?(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))"""
_TEMPLATE_CALL = re.compile(
    rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({_TEXT}(?:\s*,\s*{_TEXT})*)\s*[,)]", re.DOTALL
)
_PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


@dataclass(frozen=True, order=True)
class Message:
    """What a source wants translated."""

    msgid: str
    context: str = ""
    plural: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.msgid


class UntranslatableError(ValueError):
    """A call whose words are only known when the program runs, so no catalogue can hold them."""


def catalogue_of(source: Path) -> Path:
    """The folder whose catalogue holds the words of a source."""
    chapter, *rest = source.relative_to(SOURCES).parts
    if chapter in PARTS_APART:
        inner = rest[2:] if rest[:1] == ["templates"] else rest
        if len(inner) > 1 and (SOURCES / chapter / inner[0] / "urls.py").exists():
            return SOURCES / chapter / inner[0]
    return SOURCES / chapter


def sources() -> Iterator[Path]:
    yield from sorted(path for path in SOURCES.rglob("*") if path.suffix in {".py", ".html", ".txt"} and path.is_file())


def messages_of(source: Path) -> set[Message]:
    text = source.read_text("utf-8")
    return set(_python(text, source) if source.suffix == ".py" else _template(text))


def _python(text: str, source: Path) -> Iterator[Message]:
    if "translation" not in text:
        return
    tree = ast.parse(text)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            try:
                texts = [ast.literal_eval(argument) for argument in node.args[: _texts(names[node.func.id])]]
            except ValueError as error:
                raise UntranslatableError(f"{source}:{node.lineno}: the words must stand there as a literal") from error
            yield _message(names[node.func.id], texts)


def _template(text: str) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    for name, arguments in _TEMPLATE_CALL.findall(templatize(text)):
        texts = ast.literal_eval(f"[{arguments}]")
        yield _message("gettext" if name == "_" else name, texts)


def _texts(function: str) -> int:
    return CALLS[function] + (2 if "ngettext" in function or "npgettext" in function else 1)


def _message(function: str, texts: list[str]) -> Message:
    at = CALLS[function]
    plural = texts[at + 1] if "npgettext" in function or function.startswith("ngettext") else ""
    return Message(texts[at], texts[0] if at else "", plural)


def wanted() -> dict[Path, set[Message]]:
    """Catalogue folder → its messages."""
    found: dict[Path, set[Message]] = {}
    for source in sources():
        if messages := messages_of(source):
            found.setdefault(catalogue_of(source), set()).update(messages)
    return found


def catalogues() -> dict[Path, polib.POFile]:
    """Catalogue folder → what is written in it."""
    found = sorted([*SOURCES.glob(f"*/{LOCALE}/django.po"), *SOURCES.glob(f"*/*/{LOCALE}/django.po")])
    return {path.parents[3]: polib.pofile(str(path), wrapwidth=120) for path in found}


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def extract_all() -> None:
    """Bring every catalogue to what the sources say. A new message takes the translation that another catalogue has."""
    written = catalogues()
    known = {key_of(entry): entry for po in written.values() for entry in po if entry.translated()}
    targets = wanted()
    for folder, messages in targets.items():
        _rewrite(folder, messages, written.get(folder), known)
    for folder in written.keys() - targets.keys():
        (folder / LOCALE / "django.po").unlink()


def _rewrite(
    folder: Path,
    messages: set[Message],
    before: polib.POFile | None,
    known: dict[tuple[str, str], polib.POEntry],
) -> None:
    own = {key_of(entry): entry for entry in before or ()}
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = {
        "Language": "zh_Hans", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit", "Plural-Forms": PLURAL_FORMS,
    }  # fmt: skip
    for message in sorted(messages):
        old = own.get(message.key) or known.get(message.key)
        entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None)
        if "%(" in message.msgid:
            entry.flags.append("python-format")
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: _translation(old)}
        else:
            entry.msgstr = _translation(old)
        catalogue.append(entry)
    target = folder / LOCALE / "django.po"
    target.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(target))


def _translation(entry: polib.POEntry | None) -> str:
    return (entry.msgstr or entry.msgstr_plural.get(0, "")) if entry else ""


def compile_all() -> None:
    """Write the `.mo` file of every catalogue that changed since."""
    for folder in {path.parents[3] for path in SOURCES.glob(f"**/{LOCALE}/django.po")}:
        source, target = folder / LOCALE / "django.po", folder / LOCALE / "django.mo"
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            draft = target.with_suffix(f".{os.getpid()}.tmp")
            polib.pofile(str(source)).save_as_mofile(str(draft))
            draft.replace(target)


def problems() -> list[str]:
    """Everything that keeps the interface from being Chinese: one sentence each, with the catalogue."""
    written = catalogues()
    targets = wanted()
    found: list[str] = []
    for folder in sorted(targets.keys() | written.keys()):
        keys = {message.key for message in targets.get(folder, ())}
        entries = {key_of(entry): entry for entry in written.get(folder, ())}
        name = folder.relative_to(SOURCES)
        found += [f"{name}: not in the catalogue: {msgid!r}" for _, msgid in sorted(keys - entries.keys())]
        found += [f"{name}: no longer in the sources: {msgid!r}" for _, msgid in sorted(entries.keys() - keys)]
        found += [f"{name}: {what}: {key[1]!r}" for key, entry in entries.items() if (what := _wrong(entry))]
    return found + _contradictions(written)


def _wrong(entry: polib.POEntry) -> str:
    translation = _translation(entry)
    if entry.fuzzy:
        return "fuzzy"
    if not translation:
        return "not translated"
    places = set(_PLACE.findall(entry.msgid)) | set(_PLACE.findall(entry.msgid_plural or ""))
    return "" if set(_PLACE.findall(translation)) == places else "other placeholders"


def _contradictions(written: dict[Path, polib.POFile]) -> list[str]:
    """One msgid with two translations: which is shown would depend on the order of loading."""
    first: dict[tuple[str, str], str] = {}
    found = []
    for folder, catalogue in written.items():
        for entry in catalogue:
            said = first.setdefault(key_of(entry), _translation(entry))
            if said != _translation(entry):
                name = folder.relative_to(SOURCES)
                found.append(f"{name}: {entry.msgid!r} is {_translation(entry)!r} here and {said!r} elsewhere")
    return found


def main(arguments: list[str]) -> int:
    match arguments:
        case ["extract"]:
            extract_all()
        case ["compile"]:
            compile_all()
        case ["check"]:
            found = problems()
            print("\n".join(found))
            return 1 if found else 0
        case _:
            print("extract, compile or check", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
