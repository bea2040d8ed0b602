"""Reasons: why something was refused, as every door tells it: API, command line, window.

>>> document = reason_document("seat_limit_reached", {"seats": 3})
>>> document["detail"]
'Other devices use all 3 seats of this license. Sign in to see them and free one.'
>>> document["next"]
{'action': 'free_a_device', 'label': 'Sign in and free a device'}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.wording.catalogue import ENGLISH, LOCALES, translator
from mooring.core.wording.details import exact_detail
from mooring.core.wording.next_steps import next_step
from mooring.core.wording.reason_table import REASONS, UNKNOWN_REASON, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REASONS", "UNKNOWN_REASON", "Reason", "reason_document"]


def reason_document(
    code: str,
    members: Mapping[str, object] | None = None,
    *,
    language: str = ENGLISH,
    urls: Mapping[str, str] | None = None,
    locales: str = LOCALES,
) -> dict[str, object]:
    """Return what every document of a refusal carries: ``code``, ``title``, ``detail``, ``next``, members.

    Args:
        code: the stable code. One that this version does not know gets a general sentence.
        members: the reason's own members. Those that the sentence can use make it more exact.
        language: what to say it in.
        urls: the addresses of the descriptor; the next step carries the one that leads to it.
        locales: the folder of catalogues.
    """
    members = members or {}
    reason = REASONS.get(code, UNKNOWN_REASON)
    say = translator(language, locales)
    action, step = next_step(reason.next_action, members)
    following: dict[str, object] = {"action": action, "label": say.gettext(step.label)}
    url = (urls or {}).get(step.url_name) if step.url_name else None
    if url:
        following["url"] = url
    document: dict[str, object] = {
        "code": code,
        "title": say.gettext(reason.title),
        "detail": exact_detail(code, members, say) or say.gettext(reason.detail),
        "next": following,
    }
    return document | {name: value for name, value in members.items() if name not in document}
