"""The document about Windows for programs: what `mooring windows status --json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.instants import format_instant
from mooring.windows.wording.page import name_of, status_name

if TYPE_CHECKING:
    from mooring.windows.domain.activation import WindowsActivation
    from mooring.windows.wording.page import WindowsPage


def windows_document(windows: WindowsActivation, page: WindowsPage) -> dict[str, object]:
    """Return the three answers as members, shaped as those of `mooring status`.

    ``linked`` is null, and ``link`` says why: ``unknown``, or ``does_not_apply``.
    """
    product, system = windows.product, windows.system
    return {
        "windows": {
            "name": name_of(windows),
            "edition": (product.family or None) if product else None,
            "version": system.version or None,
            "build": system.build,
            "language": system.language,
            "server": windows.is_server,
        },
        "state": windows.state,
        "status": {"number": product.status if product else None, "name": status_name(windows)},
        "method": windows.method,
        "channel": windows.channel,
        "last_five": product.last_five if product else None,
        "ends_at": format_instant(windows.ends_at) if windows.ends_at else None,
        "linked": None,
        "link": windows.linked,
        "sentence": page.sentence,
        "answers": [{"question": question, "answer": answer} for question, answer in page.answers],
        "reason": page.problem,
        "advice": list(page.advice),
    }
