"""Choosing what optional data may be told: reading the choices, agreeing, withdrawing; and telling it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.accounts.mine import read_answer
from mooring.client.domain.accounts.privacy import NOBODY, PrivacyChoices
from mooring.client.domain.errors import MooringError, Refused
from mooring.client.use_cases.accounts.account_access import SIGN_IN_REQUIRED
from mooring.core.privacy import DEVICE_NAME
from mooring.core.refusals import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.status import Status
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.client.use_cases.accounts.rename_device import RenameDevice
    from mooring.client.use_cases.ports import DeviceFacts, System

PATH = "/v1/me/privacy"
DROPPED_NAME = "device.name"
"""How an answer says that it did not keep the computer's name."""


class ChoosePrivacy:
    """The account's choices, and what follows from them on this computer.

    Raises, in each method that takes a deadline, but for `learn` and `tell_name`:
        Refused: the server said no; ``sign_in_required`` where it says so and nobody is signed in.
        ServerUnreachable: there was no sensible answer in time. Asking again is harmless.
    """

    def __init__(
        self,
        *,
        access: AccountAccess,
        system: System,
        rename: RenameDevice,
        read_status: Callable[[], Status],
        language: str,
    ) -> None:
        self._access = access
        self._language = language
        self._system = system
        self._rename = rename
        self._read_status = read_status

    def read(self, *, deadline: Deadline) -> PrivacyChoices:
        """Return the choices; where nobody is signed in, that everything optional is off.

        What was agreed to elsewhere, and only now is known here, is told at once.
        """
        known = self._access.agreed()
        try:
            chosen = self._asked("GET", None, deadline)
        except Refused as refused:
            if refused.code != SIGN_IN_REQUIRED:
                raise
            return NOBODY
        if DEVICE_NAME in chosen.agreed and DEVICE_NAME not in known:
            self.tell_name(deadline=deadline)
        return chosen

    def agree(self, name: str, text_version: int | None, *, deadline: Deadline) -> PrivacyChoices:
        """Return the choices after agreeing to ``name``, and tell at once what it is about.

        Args:
            name: the choice.
            text_version: the version of the text that the person was shown; None is the newest.
            deadline: of the whole operation.

        Raises:
            Refused: ``sign_in_required`` where nobody is signed in; ``invalid_request`` where the publisher
                does not ask for it, or has another text by now.
        """
        if text_version is None:
            asked = self._asked("GET", None, deadline).named(name)
            if asked is None:
                raise InvalidRequest(f"choices.{name}")
            text_version = asked.text_version
        body = {"choices": {name: True}, "text_versions": {name: text_version}}
        chosen = self._asked("PUT", body, deadline)
        if name == DEVICE_NAME:
            self.tell_name(deadline=deadline)
        return chosen

    def withdraw(self, *names: str, deadline: Deadline) -> PrivacyChoices:
        """Return the choices after withdrawing these; where nobody is signed in, everything is off anyway."""
        body = {"choices": dict.fromkeys(names, False)}
        try:
            return self._asked("PUT", body, deadline)
        except Refused as refused:
            if refused.code != SIGN_IN_REQUIRED:
                raise
            return NOBODY

    def withdraw_all(self, *, deadline: Deadline) -> PrivacyChoices:
        """Return the choices after withdrawing each, also one that was agreed to elsewhere meanwhile."""
        asked = self.read(deadline=deadline)
        names = [choice.name for choice in asked.choices]
        return self.withdraw(*names, deadline=deadline) if names else asked

    def learn(self, *, deadline: Deadline) -> None:
        """Ask what the account that has just signed in agreed to elsewhere; what cannot be learned is off."""
        try:
            self.read(deadline=deadline)
        except MooringError:
            return

    def tell_name(self, *, deadline: Deadline) -> None:
        """Tell what this computer is called, if that is agreed to and it is a device of the account.

        The agreement stands by itself: where this does not reach the server, the next activation tells it.
        """
        now = self._read_status()
        name = self._system.name() if DEVICE_NAME in self._access.agreed() else None
        if name is None or now.device is None or not now.linked or now.holder != now.signed_in:
            return
        try:
            self._rename(now.device.id, name, consent=DEVICE_NAME, deadline=deadline)
        except MooringError:
            return

    def _asked(self, method: str, body: Mapping[str, object] | None, deadline: Deadline) -> PrivacyChoices:
        # A consent is recorded with the language of the text that was agreed to.
        answer = self._access.ask(method, PATH, body, deadline=deadline, language=self._language)
        chosen = read_answer(answer, PrivacyChoices.read)
        self._access.remember_agreed(chosen.agreed, deadline=deadline)
        return chosen


def told_facts(system: System, agreed: Collection[str]) -> DeviceFacts:
    """Return what an activation tells about the computer: its name only where that is ``agreed``.

    A container's name means nothing to anybody.
    """
    facts = system.facts()
    told = DEVICE_NAME in agreed and facts.environment == "computer"
    return facts._replace(name=system.name()) if told else facts


def heed_dropped(answer: Mapping[str, object], access: AccountAccess, *, deadline: Deadline) -> None:
    """Send the computer's name no more, where the server says that the account no longer agrees to it."""
    dropped = answer.get("dropped")
    if isinstance(dropped, list) and DROPPED_NAME in dropped:
        left = [name for name in access.agreed() if name != DEVICE_NAME]
        access.remember_agreed(left, deadline=deadline)
