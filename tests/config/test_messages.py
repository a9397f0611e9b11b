"""The words of the interface: found in sources, whole in Chinese, and not contradicting each other."""

import pytest

from yigang.config import messages
from yigang.config.messages import Message


def test_the_interface_is_whole_in_chinese():
    assert messages.problems() == [], "run `make messages`, then fill in what is empty"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('from django.utils.translation import gettext as _\n_("One " "word.")', Message("One word.")),
        ('from django.utils.translation import gettext_lazy as lazy\nlazy("Day")', Message("Day")),
        ('from django.utils.translation import pgettext\npgettext("month", "May")', Message("May", "month")),
        (
            'from django.utils.translation import ngettext\nngettext("%(n)d row", "%(n)d rows", n)',
            Message("%(n)d row", plural="%(n)d rows"),
        ),
        ('def _(text): ...\n_("no translation")', None),
    ],
    ids=["joined", "under another name", "with context", "plural", "another function of that name"],
)
def test_python_is_read(tmp_path, source, found):
    file = tmp_path / "source.py"
    file.write_text(source)
    assert messages.messages_of(file) == ({found} if found else set())


def test_words_that_are_put_together_later_are_refused(tmp_path):
    file = tmp_path / "source.py"
    file.write_text('from django.utils.translation import gettext as _\n_(f"{name} is here")')
    with pytest.raises(messages.UntranslatableError, match=r"source.py:2"):
        messages.messages_of(file)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% load i18n %}{% translate "Sign in" %}', Message("Sign in")),
        ('{{ value|default:_("None") }}', Message("None")),
        ('{% translate "May" context "month" %}', Message("May", "month")),
        ("{% blocktranslate with n=1 %}It's <b>{{ n }}</b> at 100 %{% endblocktranslate %}",
         Message("It's <b>%(n)s</b> at 100 %%")),
        ("{% blocktranslate count n=n %}one{% plural %}{{ n }} rows{% endblocktranslate %}",
         Message("one", plural="%(n)s rows")),
        ("<p>gettext('not a call')</p>", None),
    ],
    ids=["tag", "constant", "context", "block", "plural block", "text"],
)  # fmt: skip
def test_templates_are_read(tmp_path, source, found):
    file = tmp_path / "source.html"
    file.write_text(source)
    assert messages.messages_of(file) == ({found} if found else set())


def test_parts_of_the_console_keep_their_own_words():
    console = messages.SOURCES / "console"
    assert messages.catalogue_of(console / "people" / "roster.py") == console / "people"
    assert messages.catalogue_of(console / "templates" / "console" / "people" / "page.html") == console / "people"
    assert messages.catalogue_of(console / "templates" / "console" / "base.html") == console
    assert messages.catalogue_of(messages.SOURCES / "people" / "models.py") == messages.SOURCES / "people"
