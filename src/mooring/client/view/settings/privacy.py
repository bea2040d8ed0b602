"""*Privacy*: what a person decides; exactly what is sent, before it is sent; and what nobody gets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from mooring.client.domain.accounts.privacy import NOBODY
from mooring.client.domain.errors import MooringError, Refused
from mooring.client.view.privacy import not_asked_sentence, shown_choices
from mooring.client.view.settings.page import Page
from mooring.client.view.settings.problem import problem_of
from mooring.client.view.settings.your_info import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.domain.accounts.privacy import PrivacyChoices
    from mooring.client.domain.status import Account, Status
    from mooring.client.view.privacy import ShownChoice
    from mooring.client.view.settings.page import Desk
    from mooring.client.view.settings.problem import Problem


class Purpose(NamedTuple):
    """Something that data is used for, or not; how that stands, and why nothing can be switched here.

    ``kind`` is `necessary`, `account` or `others`.
    """

    kind: str
    name: str
    standing: str
    explanation: str


class Privacy(NamedTuple):
    """The page.

    Attributes:
        headline: what is sent beyond what is necessary, in a sentence.
        signed_in: whether there is an account to choose for; else `sign_in` on *Your info* is the way.
        loaded: whether the choices were read from the service.
        explanation: what the choices are for, or why there are none.
        choices: what is asked for: a switch each. What is not `asked` any more can only be turned off.
        shares: whether anything is on, so that all of it can be withdrawn in one act.
        not_asked: what is not asked for, as a sentence.
        purposes: what else data is used for, each by itself.
        preview_title: what the preview is of.
        preview: labels and values of exactly what an activation sends.
        preview_text: the same as it travels: JSON, to be read or copied whole.
        preview_note: what goes along in addition, and in what form.
        policy: the publisher's own page on privacy.
    """

    title: str
    ready: bool = False
    headline: str = ""
    signed_in: bool = False
    loaded: bool = False
    explanation: str = ""
    choices: tuple[ShownChoice, ...] = ()
    shares: bool = False
    not_asked: str | None = None
    purposes: tuple[Purpose, ...] = ()
    preview_title: str = ""
    preview: tuple[tuple[str, str], ...] = ()
    preview_text: str = ""
    preview_note: str = ""
    policy: Link | None = None
    busy: str | None = None
    problem: Problem | None = None
    notice: str | None = None


class _Found(NamedTuple):
    """What was read: for whom, the choices unless that failed, and what would be sent."""

    account: Account | None
    chosen: PrivacyChoices | None
    body: Mapping[str, object]
    problem: Problem | None = None
    notice: str | None = None


class PrivacyPage(Page[Privacy]):
    """Shows what is sent, and lets a person agree and withdraw."""

    name = "privacy"

    def __init__(self, desk: Desk) -> None:
        labels = desk.labels
        url = desk.app.descriptor.urls.get("privacy")
        super().__init__(
            desk,
            Privacy(
                title=labels["privacy"],
                headline=labels["nobody_else"],
                purposes=(
                    Purpose("necessary", labels["necessary"], labels["always_on"], labels["necessary_is"]),
                    Purpose(
                        "account", labels["linking_purpose"], labels["your_choice"], labels["linking_is"]
                    ),
                    Purpose("others", labels["partners"], labels["off"], labels["partners_are"]),
                ),
                preview_title=labels["preview_title"],
                preview_note=labels["preview_note"],
                policy=Link(labels["privacy_policy"], url) if url else None,
            ),
        )
        self._turns = 0

    def look_at(self, status: Status) -> None:
        """Show whether there is an account to choose for; another account's choices are taken away."""
        labels, signed_in = self._desk.labels, status.signed_in is not None
        if self._turns != self._desk.turns or not signed_in:
            self._turns = self._desk.turns
            headline = labels["nobody_else" if signed_in else "shares_nothing"]
            self._show(headline=headline, **self._chosen(None if signed_in else NOBODY))
        self._show(ready=True, signed_in=signed_in)

    def load(self) -> bool:
        """Read the choices, and what would be sent; the door asks when the page is opened. It sends nothing.

        Where the service cannot be asked, what would be sent is shown all the same.
        """
        app = self._desk.app

        def work() -> _Found:
            account, chosen, problem = app.status().signed_in, None, None
            try:
                chosen = app.privacy()
            except MooringError as error:
                problem = problem_of(error)
            return _Found(account, chosen, app.privacy_preview(), problem)

        busy = self._desk.labels["reading_hardware" if self._desk.account is None else "asking"]
        return self._errand(busy, work, self._read, again=self.load)

    def agree(self, name: str) -> bool:
        """Agree to a choice, in the words in which it is shown."""
        choice = self._named(name)
        if choice is None or not choice.asked:
            return False
        return self._choose(
            lambda: self._desk.app.set_privacy(name, True, text_version=choice.text_version),
            self._desk.labels["agreed_now"].format(choice=choice.title),
            lambda: self.agree(name),
        )

    def withdraw(self, name: str) -> bool:
        """Withdraw a choice: as easily as it was agreed to."""
        choice = self._named(name)
        if choice is None:
            return False
        return self._choose(
            lambda: self._desk.app.set_privacy(name, False),
            self._desk.labels["withdrawn_now"].format(choice=choice.title),
            lambda: self.withdraw(name),
        )

    def share_nothing(self) -> bool:
        """Withdraw everything in one act."""
        return self._choose(
            self._desk.app.share_nothing, self._desk.labels["nothing_shared"], self.share_nothing
        )

    def _named(self, name: str) -> ShownChoice | None:
        return next((choice for choice in self._snapshot.choices if choice.name == name), None)

    def _choose(self, change: Callable[[], PrivacyChoices], notice: str, again: Callable[[], object]) -> bool:
        """Change a choice; where something else is asked for by now, show that, and change nothing."""
        app, labels = self._desk.app, self._desk.labels

        def work() -> _Found:
            account = app.status().signed_in
            try:
                chosen, said = change(), notice
            except Refused as refused:
                if refused.code != "invalid_request":
                    raise
                chosen, said = app.privacy(), labels["asked_changed"]
            return _Found(account, chosen, app.privacy_preview(), notice=said)

        return self._errand(labels["telling"], work, self._read, again=again)

    def _read(self, found: _Found) -> Mapping[str, object]:
        device, labels = found.body.get("device"), self._desk.labels
        tells = isinstance(device, dict) and "name" in device
        chosen = found.chosen
        if chosen is not None and (found.account if chosen.signed_in else None) != self._desk.account:
            chosen = None  # somebody else is signed in by now
        return {
            **self._chosen(chosen),
            "headline": labels["shares_agreed" if tells else "shares_nothing"],
            "preview": tuple(_lines(found.body)),
            "preview_text": json.dumps(found.body, indent=2, ensure_ascii=False),
            "problem": found.problem,
            "notice": found.notice,
        }

    def _chosen(self, chosen: PrivacyChoices | None) -> dict[str, object]:
        """Return what the page shows of the choices; None where they are not known yet."""
        labels, language = self._desk.labels, self._desk.language
        if chosen is None:
            return {"loaded": False, "explanation": "", "choices": (), "shares": False, "not_asked": None}
        why = "choices_mean" if chosen.choices else "nothing_asked"
        return {
            "loaded": chosen.signed_in,
            "explanation": labels[why if chosen.signed_in else "choices_need_account"],
            "choices": shown_choices(chosen, language),
            "shares": bool(chosen.agreed),
            "not_asked": not_asked_sentence(chosen, language),
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
