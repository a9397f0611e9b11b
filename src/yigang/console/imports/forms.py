"""The form with which a file is handed in, and the choice of columns."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yigang.console.fields import offer, offer_rows
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import Datum, ImportKind
from yigang.exchange.registry import of_common_form
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.posts.models import Programme


class FileForm(forms.Form):
    """What kind of file, for which programme."""

    kind = forms.ChoiceField(label=_("Kind"))
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=_("Programme"), required=False, help_text=_("A roster and marks need one.")
    )
    file = forms.FileField(label=_("File"))
    whose = forms.CharField(
        label=_("Whose tracks"), required=False, max_length=60,
        help_text=_("For tracks: name, telephone or code of the tracker. Empty when a column of the file names the people."),
    )  # fmt: skip
    datum = forms.ChoiceField(
        label=_("Coordinates"), required=False, choices=[("", _("As usual for this kind")), *Datum.choices],
        help_text=_("For tracks, DingTalk and WeCom: what the file's coordinates mean, if you know it."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [kind for kind, importer in of_common_form().items() if may(actor, importer.capability)]
        offer(self, "kind", [(kind.value, kind.label) for kind in ImportKind if kind.value in allowed])
        offer_rows(self, "programme", Programme.objects.all())
        limit = {"limit": settings.UPLOAD_LIMIT_BYTES // 2**20}
        self.fields["file"].help_text = (
            _(
                "xlsx, xls or csv (UTF-8 or GB18030); tracks as GPX, GeoJSON or csv; areas as GeoJSON, KML or shapefile "
                "in a zip; at most %(limit)d MB."
            )
            % limit
        )

    def options(self) -> dict[str, str]:
        """What was said beside the file, as far as something was."""
        return {key: self.cleaned_data[key] for key in ("whose", "datum") if self.cleaned_data[key]}

    def clean_file(self) -> Any:
        """Refuse by size before the file is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(
                _("The file has %(size)d MB; at most %(limit)d MB can be read."),
                params={"size": -(-file.size // 2**20), "limit": settings.UPLOAD_LIMIT_BYTES // 2**20},
            )
        return file


class ColumnsForm(forms.Form):
    """For every heading of the file, which of our columns it is."""

    def __init__(
        self, *args: Any, headings: Sequence[str], specs: Sequence[ColumnSpec], chosen: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.headings = list(dict.fromkeys(heading for heading in headings if heading.strip()))
        choices = [("", _("Leave out")), *((spec.key, _label(spec)) for spec in specs)]
        for number, heading in enumerate(self.headings):
            self.fields[f"column{number}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=chosen.get(heading, "")
            )

    def chosen(self) -> dict[str, str]:
        """Heading → our key, "" for what is left out."""
        return {heading: self.cleaned_data[f"column{number}"] for number, heading in enumerate(self.headings)}


def _label(spec: ColumnSpec) -> str:
    return f"{spec.label} *" if spec.required else spec.label


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
