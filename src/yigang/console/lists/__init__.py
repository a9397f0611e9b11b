"""Lists of the console: declared once, shown, searched, filtered, sorted, counted, chosen from and exported the same way.

    POSTS = List(
        name="posts", title=_("Posts"), unit=_("posts"),
        rows=lambda _reader: Post.objects.select_related("programme"),
        columns=(
            Column("number", _("Number"), lambda post: post.number, sort=("number",), show=linked, always=True),
            Column("head_count", _("Head-count"), lambda post: post.head_count, sort=("head_count",), kind="integer"),
        ),
        filters=(BelowFilter(), ChoiceFilter("kind", _("Kind"), "programme__kind", ProgrammeKind.choices)),
        search=search_posts,
        totals=(Total(_("Places"), Sum("head_count")),),
        link=lambda post: reverse("console:post", args=[post.pk]),
        empty=Empty(_("There are no posts yet."), _("Add a post"), "console:post-add", MANAGE_POSTS),
    )

    @page(READ_POSTS)
    def posts(request: HttpRequest) -> HttpResponse:
        return show(request, POSTS)

Every list is scoped to the region looked at (`region_code`, or the list's `region_field`).
"""

from yigang.console.lists.bulk import Bulk, Outcome, bound, bulk_page
from yigang.console.lists.export import EXPORT_AT_ONCE
from yigang.console.lists.filters import BelowFilter, ChoiceFilter, DateFilter, FlagFilter
from yigang.console.lists.page import chosen, chosen_state, list_address, show
from yigang.console.lists.spec import BulkAction, Column, Empty, List, PaperForm, Total
from yigang.console.lists.verbs import bulk_view, state_of, states

__all__ = [
    "EXPORT_AT_ONCE", "BelowFilter", "Bulk", "BulkAction", "ChoiceFilter", "Column", "DateFilter", "Empty", "FlagFilter",
    "List", "Outcome", "PaperForm", "Total", "bound", "bulk_page", "bulk_view", "chosen", "chosen_state", "list_address",
    "show", "state_of", "states",
]  # fmt: skip
