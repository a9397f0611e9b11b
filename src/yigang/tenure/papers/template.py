"""The gate that an office's own template goes through, and how one is filled.

A template is somebody's Word file, so nothing in it is believed: it is unpacked within limits, may hold no program and no
link to the outside, and of the template language only `{{字段}}` with a field that we know. It is filled in a sandbox all
the same.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from lxml import etree

from yigang.foundation.errors import Refusal, Text

if TYPE_CHECKING:
    pass

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FIELDS = (
    "协议编号", "项目", "姓名", "身份证号", "性别", "村", "乡镇", "县", "岗位编号", "岗位", "职责", "开始日期", "结束日期",
    "年度", "办法", "出勤要求", "待遇", "派出单位",
)  # fmt: skip
"""What a template may ask for; `domain.fields_of` gives each."""
LARGEST_BYTES, LARGEST_UNPACKED, MOST_PARTS = 5 * 2**20, 20 * 2**20, 500
LARGEST_TEXT = 5 * 2**20
ACTIVE = ("vbaproject", "activex", "embeddings/", "oleobject", "attachedtoolbars")
TEXT_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
OPENING = re.compile(r"\{[{%#]|[}%#]\}")
FIELD = re.compile(r"(?<!\{)\{\{\s*([^{}]*?)\s*\}\}(?!\})")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def checked(content: bytes) -> tuple[str, ...]:
    """The fields that a template asks for, in the order of `FIELDS`; a `Refusal` says what is wrong with it."""
    from jinja2 import TemplateError

    if len(content) > LARGEST_BYTES:
        raise _refused(_("The template has %(size)d MB; at most %(most)d are taken."), "template_bytes",
                       size=len(content) // 2**20, most=LARGEST_BYTES // 2**20)  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_package(archive)
            used = {name for part in _texts(archive) for name in _fields_in(part)}
        _refuse_unknown(used)
        fill(content, dict.fromkeys(FIELDS, "试"))
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, NotImplementedError, RuntimeError, OSError) as error:
        raise _refused(_("This is no Word document (.docx) that can be opened."), "no_docx") from error
    except TemplateError as error:
        raise _only_fields(str(error)[:40]) from error
    return tuple(name for name in FIELDS if name in used)


def fill(content: bytes, fields: Mapping[str, str]) -> bytes:
    """The document with every field replaced by its text; what a text holds is never carried out."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    template = DocxTemplate(io.BytesIO(content))
    template.render(dict(fields), SandboxedEnvironment(autoescape=True, undefined=StrictUndefined))
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def _refuse_package(archive: zipfile.ZipFile) -> None:
    """Size before anything is unpacked, then what a text document has no use for."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise _refused(_("The template is far larger unpacked than it looks."), "template_bomb")
    names = [part.filename.lower() for part in parts]
    if "word/document.xml" not in names:
        raise _refused(_("This is no Word document (.docx) that can be opened."), "no_docx")
    kinds = archive.read("[Content_Types].xml").lower()
    if b"macroenabled" in kinds or any(mark in name for name in names for mark in ACTIVE):
        raise _refused(
            _("The template holds macros or other files inside; save it as a plain .docx."), "template_active"
        )
    for name in names_of(archive, ".rels"):
        for link in _parsed(archive.read(name)).iter():
            outside = link.get("TargetMode", "").lower() == "external"
            if outside and not link.get("Type", "").endswith("/hyperlink"):
                raise _refused(_("The template fetches something from elsewhere (%(target)s); embed it instead."),
                               "template_external", target=link.get("Target", "")[:80])  # fmt: skip


def names_of(archive: zipfile.ZipFile, ending: str) -> list[str]:
    return [part.filename for part in archive.infolist() if part.filename.lower().endswith(ending)]


def _texts(archive: zipfile.ZipFile) -> Iterator[etree._Element]:
    """The parts that are filled; a mark of the template language anywhere else is refused."""
    for name in names_of(archive, ".xml"):
        raw = archive.read(name)
        if len(raw) > LARGEST_TEXT:
            raise _refused(_("The template is far larger unpacked than it looks."), "template_bomb")
        root = _parsed(raw)
        if TEXT_PART.fullmatch(name):
            yield root
        elif name.startswith("docProps/") and OPENING.search("".join(root.itertext())):
            raise _refused(_("The template has fields in its properties; write them into its text."), "template_code")


def _parsed(raw: bytes) -> etree._Element:
    """XML without entities, declarations or fetching."""
    root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    if root.getroottree().docinfo.doctype:
        raise _refused(_("This is no Word document (.docx) that can be opened."), "no_docx")
    return root


def _fields_in(root: etree._Element) -> Iterator[str]:
    """What stands in double braces, paragraph by paragraph; nothing else of the template language may stand anywhere."""
    for element in root.iter():
        if any(OPENING.search(str(value)) for value in element.attrib.values()):
            raise _only_fields("…")
    for paragraph in root.iter(f"{W}p"):
        text = "".join(one.text or "" for one in paragraph.iter(f"{W}t"))
        if rest := OPENING.search(FIELD.sub("", text)):
            raise _only_fields(text[max(0, rest.start() - 5) :][:40])
        yield from FIELD.findall(text)
    outside = "".join(one.text or "" for one in root.iter() if one.tag != f"{W}t")
    if OPENING.search(outside):
        raise _only_fields("…")


def _refuse_unknown(used: set[str]) -> None:
    if unknown := sorted(used - set(FIELDS)):
        raise Refusal(
            _("The template asks for fields that there are not: %(unknown)s."),
            {"unknown": "、".join(name[:30] or "{{ }}" for name in unknown[:10])}, code="unknown_field", field="file",
            remedy=_("Use only these: %(fields)s.") % {"fields": "、".join(FIELDS)},
        )  # fmt: skip


def _only_fields(text: str) -> Refusal:
    return _refused(
        _("Only a field in double braces may stand in a template, not “%(text)s”."), "template_code", text=text
    )


def _refused(message: Text, code: str, **params: object) -> Refusal:
    return Refusal(message, params, code=code, field="file")
