"""Forms about notices and objections."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.people.forms import Day
from yigang.console.regions import Reader
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import Region, User
from yigang.notices.access import RECHECK_OBJECTIONS
from yigang.notices.enums import Decision, NoticeKind, ObjectionKind
from yigang.notices.models import Notice, NoticeFile, NoticeRules, Objection
from yigang.notices.terms import USUAL_WORKING_DAYS
from yigang.posts.models import Programme

ROWS_HINT = _(
    "Copied from a spreadsheet with its heading line. Allowed columns: 姓名, 村, 岗位, 金额, 天数, 名次, 得分, 结果, 等次, "
    "月份, 队组, 岗位编号, 聘期. Never identity, card or telephone numbers, addresses, illnesses."
)


class TextForm(forms.Form):
    """What a draft says."""

    title = forms.CharField(label=_("Title"), max_length=120)
    body = forms.CharField(label=_("Text"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 6}))
    opens = forms.DateField(label=_("First day"), widget=Day, help_text=_("The first day itself does not count."))
    working_days = forms.IntegerField(label=_("Working days"), min_value=1, max_value=60, initial=USUAL_WORKING_DAYS)
    rows = forms.CharField(
        label=_("List"), required=False, help_text=ROWS_HINT, widget=forms.Textarea(attrs={"rows": 8, "wrap": "off"})
    )


class NoticeForm(TextForm):
    """A new notice: whose, of which kind, about which programme."""

    kind = forms.ChoiceField(label=_("Kind"), choices=NoticeKind.choices, initial=NoticeKind.PUBLICITY)
    region_code = forms.ChoiceField(label=_("Issued by"))
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False, empty_label="—")
    field_order = ["kind", "region_code", "programme", "title", "body", "opens", "working_days", "rows"]

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opens"].initial = timezone.localdate()
        issuer, chosen = self.fields["region_code"], self.fields["programme"]
        assert isinstance(issuer, forms.ChoiceField)
        assert isinstance(chosen, forms.ModelChoiceField)
        issuer.choices = issuers(reader)
        chosen.queryset = Programme.objects.all()


def issuers(reader: Reader) -> list[tuple[str, str]]:
    """The region looked at and the towns below it: a notice is a town's or a county's."""
    prefixes = [reader.prefix] if reader.prefix else list(reader.user.prefixes)
    rows = Region.objects.filter(valid_to=None, level__lte=4).filter(
        code__in=[regioncode.pad(prefix) for prefix in prefixes]
    ) | Region.objects.filter(regions.inside(reader.prefix, "code"), valid_to=None, level=4)
    known = dict(rows.order_by("code").values_list("code", "name"))
    return list(known.items()) or [(regioncode.pad(prefix), prefix) for prefix in prefixes]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class LookedForm(forms.Form):
    """Somebody answers for what no program could read."""

    looked = forms.BooleanField()

    @classmethod
    def of(cls, files: Sequence[NoticeFile]) -> "LookedForm | None":
        """The question about these files; none when there is nothing to look at."""
        if not files:
            return None
        form = cls()
        form.fields["looked"].label = _(
            "I have looked at every page of %(files)s: no identity number, card, telephone, address or illness is on it."
        ) % {"files": "、".join(file.name for file in files)}
        return form


class AttachmentForm(forms.Form):
    file = forms.FileField(
        label=_("Attachment"), help_text=_("PDF, xlsx, JPEG or PNG; everybody can fetch it. It is looked through.")
    )


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo of the posted notice"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"})
    )
    place = forms.CharField(label=_("Where it hangs"), max_length=80, required=False)


class RulesForm(forms.Form):
    """How a county publishes."""

    contact = forms.CharField(
        label=_("where objections are taken in person"), max_length=200, required=False,
        help_text=_("Office, address and telephone of the office, shown on every notice. No private number."),
    )  # fmt: skip
    mask_names = forms.BooleanField(label=_("hide a part of each name"), required=False)
    two_persons = forms.BooleanField(label=_("another person publishes than the one who wrote"), required=False)
    answer_days = forms.IntegerField(label=_("working days to answer an objection"), min_value=1, max_value=60)
    complaint_days = forms.IntegerField(label=_("working days to answer a complaint"), min_value=1, max_value=60)

    @classmethod
    def of(cls, rules: NoticeRules, data: Any = None) -> "RulesForm":
        return cls(data, initial={name: getattr(rules, name) for name in cls.base_fields})


class RecordForm(forms.Form):
    """What came by word or on paper."""

    notice = forms.ModelChoiceField(Notice.objects.none(), label=_("Notice"), required=False, empty_label="—")
    kind = forms.ChoiceField(label=_("Kind"), choices=ObjectionKind.choices)
    text = forms.CharField(label=_("what is said"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 5}))
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    contact = forms.CharField(label=_("How to reach the person"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["notice"]
        assert isinstance(field, forms.ModelChoiceField)
        today = timezone.localdate()
        field.queryset = Notice.objects.filter(state="published", opens__lte=today, closes__gte=today)


class AssignForm(forms.Form):
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Who checks again"), empty_label="—")

    def __init__(self, objection: Objection, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = able_to_check(objection)


def able_to_check(objection: Objection) -> Any:
    """Accounts that may check here, without the notice's author."""
    roles = list(RECHECK_OBJECTIONS.roles)
    accounts = User.objects.filter(is_active=True, role__in=roles).prefetch_related("scopes").order_by("name")
    author = objection.notice.author_id if objection.notice else None
    able = [
        one.pk for one in accounts if may(one, RECHECK_OBJECTIONS, objection.region_code) and one.pk != author
    ]  # fmt: skip
    return User.objects.filter(pk__in=able).order_by("name")


class FindingForm(forms.Form):
    finding = forms.CharField(
        label=_("what was found"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the office only."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("published answer"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody reads it. No identity number, telephone, address or illness, and not who objected."),
    )  # fmt: skip
