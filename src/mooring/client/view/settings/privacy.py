"""*Privacy*: exactly what is sent and what for, before it is sent; and what nobody gets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from mooring.client.view.settings.page import Page
from mooring.client.view.settings.your_info import Link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.status import Status
    from mooring.client.view.settings.page import Desk
    from mooring.client.view.settings.problem import Problem


class Purpose(NamedTuple):
    """Something data could be used for, how that stands, and why nothing can be switched.

    The service of today asks for nothing beyond what is necessary, so there is no choice to offer: a switch
    that does nothing would only look like one.
    """

    name: str
    standing: str
    explanation: str


class Privacy(NamedTuple):
    """The page.

    Attributes:
        headline: what is shared with others, in a sentence.
        purposes: each purpose by itself.
        preview_title: what the preview is of.
        preview: labels and values of exactly what an activation sends.
        preview_text: the same as it travels: JSON, to be read or copied whole.
        preview_note: what goes along in addition, and in what form.
        policy: the publisher's own page on privacy.
    """

    title: str
    ready: bool = False
    headline: str = ""
    purposes: tuple[Purpose, ...] = ()
    preview_title: str = ""
    preview: tuple[tuple[str, str], ...] = ()
    preview_text: str = ""
    preview_note: str = ""
    policy: Link | None = None
    busy: str | None = None
    problem: Problem | None = None
    notice: str | None = None


class PrivacyPage(Page[Privacy]):
    """Shows what is sent."""

    name = "privacy"

    def __init__(self, desk: Desk) -> None:
        labels = desk.labels
        url = desk.app.descriptor.urls.get("privacy")
        super().__init__(
            desk,
            Privacy(
                title=labels["privacy"],
                headline=labels["shares_nothing"],
                purposes=(
                    Purpose(labels["necessary"], labels["always_on"], labels["necessary_is"]),
                    Purpose(labels["optional"], labels["off"], labels["optional_is"]),
                    Purpose(labels["linking_purpose"], labels["your_choice"], labels["linking_is"]),
                    Purpose(labels["partners"], labels["off"], labels["partners_are"]),
                ),
                preview_title=labels["preview_title"],
                preview_note=labels["preview_note"],
                policy=Link(labels["privacy_policy"], url) if url else None,
            ),
        )

    def look_at(self, status: Status) -> None:
        """Nothing here depends on the state."""
        del status
        self._show(ready=True)

    def load(self) -> bool:
        """Read what would be sent; the door asks when the page is opened. Nothing is sent by it."""
        app = self._desk.app
        return self._errand(
            self._desk.labels["reading_hardware"], app.privacy_preview, self._read, again=self.load
        )

    def _read(self, body: Mapping[str, object]) -> Mapping[str, object]:
        return {
            "preview": tuple(_lines(body)),
            "preview_text": json.dumps(body, indent=2, ensure_ascii=False),
        }


def _lines(body: Mapping[str, object], within: str = "") -> list[tuple[str, str]]:
    """Return each value that is sent, under its name in the request."""
    found: list[tuple[str, str]] = []
    for name, value in body.items():
        path = f"{within}{name}"
        if isinstance(value, dict):
            found += _lines(value, f"{path}.")
        elif isinstance(value, (list, tuple)):
            found.append((path, ", ".join(map(str, value))))
        else:
            found.append((path, str(value)))
    return found
