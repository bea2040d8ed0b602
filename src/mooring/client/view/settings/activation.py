"""*System > Activation*: the state, another product key, the troubleshooter, and what to do in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.client.view.account import can_be_linked
from mooring.client.view.activation import activation_view
from mooring.client.view.key_help import key_help
from mooring.client.view.settings.page import Page
from mooring.client.view.settings.problem import way_of
from mooring.client.view.settings.troubleshooter import Troubleshooter, candidate_row
from mooring.core.wording.advice import advice_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.domain.accounts.mine import Candidate
    from mooring.client.domain.status import Status
    from mooring.client.view.activation import ActivationView
    from mooring.client.view.key_help import KeyHelp
    from mooring.client.view.settings.page import Desk
    from mooring.client.view.settings.problem import Problem, Way


_LINK = "link_before_hardware_change"


class Activation(NamedTuple):
    """The page.

    Attributes:
        view: the state: sentence, tone, why, next step, facts, what activation adds; and advice, save what
            `before_hardware` says.
        told: whether `problem` says the same as the state's `why` and next step: to be read once, not twice.
        way: how the next step of `view` is taken; None if it is to be read only.
        activated: whether the product is activated; in its grace period it still is.
        before_hardware: what to do before hardware is changed, as a sentence; None where there is nothing.
        advise_linking: whether that is linking, which is to be offered here.
        troubleshooter: *I changed hardware on this device recently*, while it is open.
        deactivate_question: what to ask before this computer's seat is freed.
    """

    title: str
    ready: bool = False
    view: ActivationView | None = None
    told: bool = False
    way: Way | None = None
    activated: bool = False
    before_hardware: str | None = None
    advise_linking: bool = False
    troubleshooter: Troubleshooter | None = None
    deactivate_question: str = ""
    busy: str | None = None
    problem: Problem | None = None
    notice: str | None = None


class ActivationPage(Page[Activation]):
    """Activates, renews, deactivates, and takes a license along to changed hardware."""

    name = "activation"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            Activation(
                title=desk.labels["activation"], deactivate_question=desk.labels["deactivate_question"]
            ),
        )
        self._turns = 0

    def look_at(self, status: Status) -> None:
        """Show the state."""
        view = activation_view(status, self._desk.app.descriptor)
        linking = advice_sentence(_LINK, language=status.language) if can_be_linked(status) else None
        self._show(
            ready=True,
            view=view._replace(advice=tuple(each for each in view.advice if each != linking)),
            way=way_of(view.next_step),
            activated=status.activated,
            before_hardware=linking,
            advise_linking=linking is not None,
        )
        if self._turns != self._desk.turns:
            self._turns = self._desk.turns
            self._look_for(status)

    def _show(self, **members: object) -> None:
        """Show other members; what the problem tells, the state need not tell once more beside it."""
        with self._desk.lock:
            after = self._snapshot._replace(**members)  # type: ignore[arg-type]
            told = (
                after.problem is not None
                and after.view is not None
                and after.problem.detail == after.view.why
            )
            super()._show(**members, told=told)

    def key_help(self, text: str) -> KeyHelp:
        """Return what to say of the key while it is typed: at once, without asking anybody."""
        return key_help(text, self._desk.app.descriptor, self._desk.language)

    def activate(self, key: str) -> bool:
        """Activate with the product key that was typed; another key takes the place of the first."""
        return self._changing("activating", lambda: self._desk.app.activate(key), lambda: self.activate(key))

    def activate_again(self) -> bool:
        """Activate with the digital license of this hardware, without a key."""
        return self._changing("activating", self._desk.app.activate, self.activate_again)

    def renew(self) -> bool:
        """Ask the service for a fresh certificate now."""
        return self._changing("renewing", self._desk.app.renew, self.renew)

    def deactivate(self) -> bool:
        """Free this computer's seat. Ask ``deactivate_question`` first."""
        freed = self._desk.labels["deactivated"]
        return self._changing("telling", self._desk.app.deactivate, self.deactivate, notice=freed)

    def troubleshoot(self) -> bool:
        """Open *I changed hardware on this device recently*: list the devices that this computer may be.

        Where nobody is signed in, the troubleshooter says so instead, and signing in is its next step.
        """
        labels = self._desk.labels
        if self._desk.account is None:
            self._show(
                troubleshooter=Troubleshooter(labels["troubleshoot_needs_account"], needs_sign_in=True)
            )
            return False
        return self._errand(
            labels["looking_for_devices"],
            self._desk.app.candidates,
            self._found,
            again=self.troubleshoot,
            of_the_account=True,
            troubleshooter=Troubleshooter(labels["looking_for_devices"]),
        )

    def reactivate(self, device: str) -> bool:
        """Take a device's activation along: *This is the device I'm using right now*."""

        def done(status: Status) -> Mapping[str, object]:
            return {"notice": status.sentence, "troubleshooter": None}

        return self._errand(
            self._desk.labels["reactivating"],
            lambda: self._desk.app.reactivate(device),
            done,
            again=lambda: self.reactivate(device),
        )

    def close_troubleshooter(self) -> None:
        """Leave the troubleshooter; what it is asking for just now is dropped."""
        with self._desk.lock:
            if self._snapshot.busy == self._desk.labels["looking_for_devices"]:
                self._give_up()
            self._show(troubleshooter=None)

    def _look_for(self, status: Status) -> None:
        """Go on with what the person signed in for; another account's devices are taken away."""
        open_ = self._snapshot.troubleshooter
        if open_ is None:
            return
        if open_.needs_sign_in and status.signed_in is not None:
            self.troubleshoot()
        else:
            self.close_troubleshooter()

    def _changing(
        self,
        busy: str,
        change: Callable[[], Status],
        again: Callable[[], object],
        *,
        notice: str | None = None,
    ) -> bool:
        return self._errand(
            self._desk.labels[busy], change, lambda status: {"notice": notice or status.sentence}, again=again
        )

    def _found(self, candidates: tuple[Candidate, ...]) -> Mapping[str, object]:
        labels = self._desk.labels
        rows = tuple(
            candidate_row(each, self._desk.app.descriptor, self._desk.language) for each in candidates
        )
        sentence = labels["which_device" if rows else "no_candidates"]
        return {"troubleshooter": Troubleshooter(sentence, candidates=rows)}
