"""Policies by their titles, as officials know them; codes are for files and commands."""

from django.utils import translation

from yigang.foundation.errors import Refusal
from yigang.posts.rules import policy_file, policy_from


def language() -> str:
    """The engine's word for the reader's language."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def title_of(code: str) -> str:
    """The policy's title; its code where the text cannot be used, which `yigang policy check` explains."""
    try:
        return policy_from(policy_file(code)).title.to(language())
    except (Refusal, OSError):
        return code
