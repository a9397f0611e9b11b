"""Whether a PDF is what it says: PDF/A-2b (ISO 19005-2), as far as its structure shows; and veraPDF's word where it is there.

No checker can be installed by a package manager here, so `verapdf` on the path is asked where somebody put it.
"""

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

VERAPDF = shutil.which("verapdf")
ACTIVE = ("/AA", "/JS", "/JavaScript", "/EmbeddedFiles", "/XFA", "/RichMediaContent")


def text_of(content: bytes, page: int | None = None) -> str:
    """What can be read out of it, without line breaks."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join(one.extract_text() for one in (pages if page is None else [pages[page]])).replace("\n", "")


def pages_of(content: bytes) -> int:
    return len(PdfReader(io.BytesIO(content)).pages)


def check(content: bytes) -> None:
    """Fails with what is wrong."""
    reader = PdfReader(io.BytesIO(content))
    _marked(reader)
    objects = list(_objects(reader))
    assert not [key for one in objects for key in ACTIVE if key in one], "something runs or is attached"
    assert not [one for one in objects if one.get("/Filter") in ("/LZWDecode", "/Crypt")], "a forbidden filter"
    _embedded(objects)


def verapdf(content: bytes, folder: Path) -> None:
    """The reference checker's own word."""
    assert VERAPDF
    file = folder / "paper.pdf"
    file.write_bytes(content)
    done = subprocess.run([VERAPDF, "--flavour", "2b", "--format", "text", str(file)], capture_output=True, text=True)
    assert done.stdout.startswith("PASS"), done.stdout + done.stderr


def _marked(reader: PdfReader) -> None:
    """The mark in the metadata, the colours' profile, an identifier, no password."""
    assert reader.pdf_header in ("%PDF-1.4", "%PDF-1.5", "%PDF-1.6", "%PDF-1.7")
    assert "/Encrypt" not in reader.trailer
    assert len(reader.trailer["/ID"]) == 2
    metadata = reader.root_object["/Metadata"].get_object()
    assert "/Filter" not in metadata, "the metadata must be readable as they are"
    xmp = metadata.get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in xmp
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    (intent,) = reader.root_object["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    profile = intent.get_object()["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"


def _embedded(objects: list[Any]) -> None:
    """Every font's programme lies inside, and its signs can be read out again."""
    fonts = [one for one in objects if one.get("/Type") == "/Font" and one.get("/Subtype") == "/Type0"]
    assert fonts, "no font at all"
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), f"{font['/BaseFont']} is not embedded"
        assert "/ToUnicode" in font
    simple = [one for one in objects if one.get("/Type") == "/Font" and one.get("/Subtype") in ("/Type1", "/TrueType")]
    assert not simple, "a font outside the file"


def _objects(reader: PdfReader) -> Iterator[DictionaryObject | StreamObject]:
    for number in range(1, int(reader.trailer["/Size"])):
        one = reader.get_object(IndirectObject(number, 0, reader))
        if isinstance(one, DictionaryObject):
            yield one
