"""Why a record does not count, for the person who made it. Codes of projections bring their own sentences."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Text

SENTENCES: dict[str, Text] = {
    "malformed": _("The record does not have the agreed form. It is kept; your village clerk can see it."),
    "digest": _("The record's content was changed on its way. It is kept; send it again or tell your village clerk."),
    "signature": _("The record was not signed by this phone for you. It is kept; your village clerk can see it."),
    "conflict": _("Another record with the same number came before. Both are kept; your village clerk decides."),
    "body": _("The record lacks something or has a wrong value: %(what)s. It is kept."),
    "kind": _("This version of the program on the server does not know this kind of record. It is kept."),
    "program": _("The program failed on this record. It is kept; the administrator can see it."),
}
