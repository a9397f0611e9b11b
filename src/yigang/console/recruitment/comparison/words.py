"""How pages say what a hit is: tags and shares."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from yigang.recruitment.comparison.enums import HitEffect, HitState
from yigang.recruitment.models import ComparisonHit

STATES: dict[str, str] = {HitState.OPEN: "tag-warn", HitState.CONFIRMED: "tag-bad", HitState.DISMISSED: "tag-good"}
EFFECTS: dict[str, str] = {HitEffect.BLOCK: "tag-bad", HitEffect.ASK: "tag-warn", HitEffect.INFORM: ""}


def state_tag(hit: ComparisonHit) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', STATES.get(hit.state, ""), hit.get_state_display())


def effect_tag(hit: ComparisonHit) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', EFFECTS.get(hit.effect, ""), hit.get_effect_display())


def percent(hit: ComparisonHit) -> str:
    """Likeness as a share of a hundred; by number it is 100 %."""
    return f"{hit.likeness * 100:.0f} %"
