"""From a register's text to lines that can be kept and compared, with everything that a person should know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange import cells
from yigang.exchange.comparison.reading import Raw
from yigang.exchange.roster.places import Places
from yigang.foundation import bankcard, identity, names, regioncode
from yigang.foundation.errors import Problem, Refusal, Severity, Text
from yigang.policy.comparison import RegisterKind
from yigang.recruitment.comparison.registers import LINES, numbers_of_several

NAMED = 1000
"""As many rows with the same trouble are named one by one; then they are counted."""
LONGEST_NAME, LONGEST_DETAIL = 60, 300


@dataclass
class Cleaned:
    """Lines as `registers.LINES` and what was seen; `twice` rows said what another says."""

    lines: pl.DataFrame
    problems: list[Problem]
    twice: int = 0


@dataclass
class _Notes:
    """Problems of one sheet, at the rows and columns where a person finds them."""

    raw: Raw
    found: list[Problem] = field(default_factory=list)

    def say(
        self, rows: pl.Series, key: str, code: str, sentence: Text, *, remedy: Text = "", severity: Severity = "error"
    ) -> None:
        """The same trouble in many rows: the first are named, the rest counted."""
        place, sheet = self.raw.mapping.place(key), self.raw.sheet
        for row in rows.head(NAMED):
            self.found.append(
                Problem(code, sentence, row=row, column=place, field=key, sheet=sheet, remedy=remedy, severity=severity)
            )
        if rows.len() > NAMED:
            more = {"count": rows.len() - NAMED, "what": sentence}
            self.found.append(
                Problem(f"{code}_more", _("%(count)d more rows: %(what)s"), more, column=place, severity=severity)
            )


def clean(raw: Raw, kind: RegisterKind, region_code: str, today: date) -> Cleaned:
    """Check every column of the register and bring it into the form of `registers.LINES`."""
    notes = _Notes(raw)
    given = {name: pl.col(name) for name in raw.frame.columns}
    frame = raw.frame.with_columns(
        pl.lit(None, pl.String).alias(key)
        for key in ("name", "identity", "birth", "region", "card", "detail", "position", "when")
        if key not in given
    )
    frame = _with_names(frame, notes)
    frame = _with_numbers(frame, kind, notes, today)
    frame = _with_days(frame, notes)
    frame = _with_places(frame, region_code, notes)
    frame = _with_cards(frame, kind, notes)
    lines = frame.select(
        number="row",
        identity="number",
        fault="fault",
        name="name",
        birth=pl.coalesce("born_on", "said_on"),
        lives="lives",
        born="born",
        card="card_number",
        detail=_detail(raw).str.slice(0, LONGEST_DETAIL),
    ).cast(dict(LINES))  # type: ignore[arg-type] # classes and instances of types
    told = [name for name in LINES if name != "number"]
    kept = lines.unique(told, keep="first", maintain_order=True)
    _tell_several(kept, raw, notes)
    return Cleaned(kept, [*raw.problems, *notes.found], lines.height - kept.height)


def _mapped(
    frame: pl.DataFrame, column: str, into: str, read: Callable[[str], object], dtype: pl.DataType
) -> pl.DataFrame:
    """A column read value by value, each distinct one once; what cannot be read is null."""
    distinct = frame.select(column).unique().drop_nulls()

    def read_one(text: str) -> object:
        try:
            return read(text)
        except Refusal:
            return None

    values = pl.Series(into, [read_one(text) for text in distinct[column]], dtype=dtype)
    return frame.join(distinct.with_columns(values), on=column, how="left", maintain_order="left")


def _with_names(frame: pl.DataFrame, notes: _Notes) -> pl.DataFrame:
    found = _mapped(frame, "name", "clean_name", names.normalise, pl.String()).with_columns(
        name=pl.col("clean_name").fill_null("").str.slice(0, LONGEST_NAME)
    )
    notes.say(found.filter(pl.col("name") == "")["row"], "name", "name_missing", _("The name is missing."))
    doubtful = found.filter(pl.col("name").str.contains(r"[?？□*＊#\ue000-\uf8ff\ufffd]"))["row"]
    sentence = _(
        "The name has signs that stand in no name; perhaps a rare character was lost. It is compared without them."
    )
    notes.say(doubtful, "name", "doubtful_name", sentence, severity="warning")
    return found


def _with_numbers(frame: pl.DataFrame, kind: RegisterKind, notes: _Notes, today: date) -> pl.DataFrame:
    """`number`, `fault`, `born_on`, `born`. What a wrong number means is the kind's word."""
    checked = identity.inspect(frame["identity"], today=today)
    found = frame.with_columns(
        fault=checked["code"].fill_null(""), number=checked["number18"], born_on=checked["birth"], born=checked["region6"]
    ).with_columns(
        number=pl.when(pl.col("number") != "").then("number"),
        fault=pl.when(pl.col("fault") == "empty").then(pl.lit("")).otherwise("fault"),
    ).with_columns(
        born_on=pl.when(pl.col("fault") != "birth_future").then("born_on"),
        born=pl.when(~pl.col("fault").is_in(["region", "length", "characters", "excel_number"])).then("born"),
    )  # fmt: skip
    if "identity" in kind.needs:
        missing = found.filter(pl.col("number").is_null())["row"]
        notes.say(
            missing, "identity", "empty", identity.SENTENCES["empty"], severity=_severity(kind), remedy=_what_then(kind)
        )
    for code in sorted(set(found["fault"]) - {""}):
        rows = found.filter(pl.col("fault") == code)["row"]
        notes.say(rows, "identity", code, _fault_sentence(code), severity=_severity(kind), remedy=_what_then(kind))
    return found


def _fault_sentence(code: str) -> Text:
    plain: dict[str, Text] = {
        "length": _("An identity number has 18 signs (or 15 before 1999); this one has not."),
        "region": _("No province has the code with which this identity number begins."),
        "birth": _("The birth date in this identity number does not exist."),
        "birth_future": _("This identity number gives a birth date that is still to come."),
    }
    return plain.get(code) or identity.SENTENCES[code]


def _severity(kind: RegisterKind) -> Severity:
    return "error" if kind.wrong_number == "error" else "warning"


def _what_then(kind: RegisterKind) -> Text:
    if kind.wrong_number == "error":
        return _("This register is taken with right numbers only. Correct the row, or leave it out.")
    return _("The row is kept and compared by name, birth date and region.")


def _with_days(frame: pl.DataFrame, notes: _Notes) -> pl.DataFrame:
    found = _mapped(frame, "birth", "said_on", cells.date_, pl.Date())
    odd = found.filter(pl.col("birth").is_not_null() & pl.col("said_on").is_null())["row"]
    notes.say(odd, "birth", "birth_unreadable", _("This birth date cannot be read; the row is compared without it."),
              severity="warning")  # fmt: skip
    differs = (pl.col("fault") == "") & (pl.col("born_on") != pl.col("said_on"))
    sentence = _("The birth date is another than the identity number gives; the number's is used.")
    notes.say(found.filter(differs)["row"], "birth", "birth_differs", sentence, severity="warning")
    return found


def _with_places(frame: pl.DataFrame, region_code: str, notes: _Notes) -> pl.DataFrame:
    places = Places.below(regioncode.pad(region_code[:6])) if frame["region"].count() else None

    def place(text: str) -> str | None:
        digits = text.replace(" ", "")
        if digits.isascii() and digits.isdigit() and len(digits) in (6, 9, 12):
            return regioncode.pad(digits)
        assert places is not None
        return places.find(None, text, None)

    found = _mapped(frame, "region", "lives", place, pl.String())
    odd = found.filter(pl.col("region").is_not_null() & pl.col("lives").is_null())["row"]
    sentence = _("This place is not known here; the row is compared without it.")
    notes.say(odd, "region", "place_unknown", sentence, severity="note")
    return found


def _with_cards(frame: pl.DataFrame, kind: RegisterKind, notes: _Notes) -> pl.DataFrame:
    if "card" not in kind.needs:
        return frame.with_columns(card_number=pl.lit(None, pl.String))
    found = _mapped(frame, "card", "card_number", lambda text: bankcard.parse(text, passbook=True).number, pl.String())
    odd = found.filter(pl.col("card_number").is_null())["row"]
    notes.say(odd, "card", "card_wrong", _("This is no card number."), remedy=_("Write the 16 to 19 digits as text."))
    return found


def _detail(raw: Raw) -> pl.Expr:
    """What a person should see of the row, with the file's own headings: 单位：某镇政府；职务：科员."""
    parts = [
        pl.when(pl.col(key).is_not_null() & (pl.col(key) != "")).then(
            pl.concat_str(pl.lit(raw.mapping.names[raw.mapping.columns[key]].strip() + "："), key)
        )
        for key in ("detail", "position", "when", "region")
        if key in raw.mapping.columns
    ]
    return pl.concat_str(parts, separator="；", ignore_nulls=True).fill_null("") if parts else pl.lit("")


def _tell_several(lines: pl.DataFrame, raw: Raw, notes: _Notes) -> None:
    """Two people under one number: both rows are kept, and somebody is asked to look."""
    for number, called, rows in numbers_of_several(lines).head(NAMED).iter_rows():
        notes.found.append(
            Problem(
                "two_people_one_number", _("%(names)s stand under one identity number (%(number)s), in the rows %(rows)s."),
                {"names": "、".join(called), "number": identity.mask(number), "rows": "、".join(map(str, rows[:10]))},
                row=rows[0], column=raw.mapping.place("identity"), field="identity", sheet=raw.sheet,
                remedy=_("Ask the office which of them it is; both rows are compared."), severity="warning",
            )
        )  # fmt: skip
