"""The part of `App` that is for a person with an account: signing in, linking, devices, reactivating."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.adapters.system.making import MadeOnce
from mooring.client.face.face import Face

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.bootstrap.accounts import AccountWiring
    from mooring.client.domain.accounts.mine import Candidate, MyDevice, MyLicense
    from mooring.client.domain.accounts.oauth import DeviceCodes
    from mooring.client.domain.accounts.privacy import PrivacyChoices
    from mooring.client.domain.status import Account, Status
    from mooring.windows.domain.report import WindowsReport

PATIENCE_SECONDS = 600.0
"""How long a person may take in their browser."""


class AccountFace(Face):
    """What asks the server for the account that is signed in. Each ends within `timeout`, but for `sign_in`.

    Every method raises what `App.activate` raises; where nobody is signed in, `Refused` with the code
    ``sign_in_required``.
    """

    def sign_in(
        self,
        *,
        show_code: Callable[[DeviceCodes], None] | None = None,
        create: bool = False,
        on_address: Callable[[str], None] | None = None,
        patience: float = PATIENCE_SECONDS,
        cancelled: Callable[[], bool] | None = None,
    ) -> Status:
        """Sign a person in, and return the status, whose `signed_in` is their account.

        It opens the browser of this computer and waits until the person is done there. It never touches the
        operating system's own sign-in. Nothing is linked by it: see `link`.

        Args:
            show_code: with it no browser is opened: it is called with a code, to be shown together with the
                address where the person types it on any device (``user_code``, ``address``), or scans it
                (``complete_address``).
            create: whether the person wants a new account.
            on_address: is called with the address that was opened, should the browser not show it.
            patience: seconds that the person may take in the browser.
            cancelled: is asked a few times a second whether the person has given it up here; then it ends
                as if they had declined.

        Raises:
            Refused: ``sign_in_declined``, ``sign_in_timed_out``; ``browser_unavailable``: use ``show_code``.
            ServerUnreachable: no sensible answer came in time.
        """
        with self._speaking():
            if show_code is not None:
                self._accounts.sign_in_by_code(
                    show_code, create=create, timeout=self._timeout, cancelled=cancelled
                )
            else:
                self._accounts.sign_in_by_browser(
                    create=create,
                    timeout=self._timeout,
                    patience=patience,
                    on_address=on_address,
                    cancelled=cancelled or _never,
                )
            self._accounts.privacy.learn(deadline=self._deadline())
            return self._changed()

    def sign_out(self) -> bool:
        """Forget who is signed in here, in any case; return whether the server was told as well.

        The activation stays, linked or not.
        """
        with self._speaking():
            told = self._wiring.access.end(deadline=self._deadline())
            self._changed()
            return told

    def account(self) -> Account:
        """Return who is signed in, as the server knows it; `status` tells it without asking."""
        with self._speaking():
            return self._accounts.list_mine.account(deadline=self._deadline())

    def link(self, key: str | None = None) -> Status:
        """Make the signed-in account the holder of the license that is used here.

        From then on signing in brings the license back, without the key. With its product key the link is
        final at once, and so it is where the key was typed on this installation within a day before; else it
        is provisional for 14 days, and `status().advice` says so (``link_unconfirmed``).

        Args:
            key: the license's product key, as it was typed.

        Raises:
            NotActivated: there is nothing to link.
            Refused: ``already_linked``, ``link_not_allowed`` and others.
        """
        from mooring.core.product_key.key import parse_product_key  # noqa: PLC0415 - not on the way to a status

        with self._speaking():
            typed = None if key is None else parse_product_key(key)
            self._accounts.change_link.link(typed, deadline=self._deadline())
            self._accounts.privacy.tell_name(deadline=self._deadline())
            return self._changed()

    def unlink(self) -> Status:
        """Undo the link; the program stays activated.

        Raises:
            NotActivated: there is nothing to unlink.
            Refused: ``not_license_holder`` and others.
        """
        with self._speaking():
            self._accounts.change_link.unlink(deadline=self._deadline())
            return self._changed()

    def claim(self, key: str) -> MyLicense:
        """Take the license of a product key into the account: the key is never needed again.

        Raises:
            Refused: the key is mistyped or not known; the license is used or held by others.
        """
        from mooring.core.product_key.key import parse_product_key  # noqa: PLC0415 - as above

        with self._speaking():
            return self._accounts.claim(parse_product_key(key), deadline=self._deadline())

    def devices(self) -> tuple[MyDevice, ...]:
        """Return the devices that use licenses of the account."""
        with self._speaking():
            return self._accounts.list_mine.devices(deadline=self._deadline())

    def licenses(self) -> tuple[MyLicense, ...]:
        """Return the licenses of the account."""
        with self._speaking():
            return self._accounts.list_mine.licenses(deadline=self._deadline())

    def free_device(self, device: str) -> None:
        """Free the seats that a device of the account holds: one that is lost, dead or given away.

        Args:
            device: its identifier, ``dev_…``. Asking again is harmless.

        Raises:
            Refused: ``holder_provisional``: a holder who is not confirmed may free no seats; and others.
        """
        with self._speaking():
            self._accounts.free_devices.one(device, deadline=self._deadline())

    def free_all_devices(self) -> None:
        """Free every seat of the account's licenses, this computer's too; raises as `free_device`."""
        with self._speaking():
            self._accounts.free_devices.all(deadline=self._deadline())

    def rename_device(self, device: str, name: str) -> MyDevice:
        """Give a device of the account another name, and return it."""
        with self._speaking():
            return self._accounts.rename_device(device, name, deadline=self._deadline())

    def candidates(self, *, edition: str | None = None) -> tuple[Candidate, ...]:
        """Return the account's devices that this computer may have been, the likeliest first.

        Args:
            edition: the edition that the program is, if it is only one.
        """
        with self._speaking():
            return self._accounts.reactivate.candidates(edition, deadline=self._deadline())

    def reactivate(self, device: str, *, edition: str | None = None) -> Status:
        """Take along the activation of a device to this computer: "this is the one I am using right now".

        Args:
            device: the identifier of one of `candidates`. Its old hardware gives the seat up at once.
            edition: the edition that the program is, if it is only one.

        Raises:
            Refused: ``move_not_allowed``, ``move_limit_reached``, ``edition_mismatch`` and others.
        """
        with self._speaking():
            self._accounts.reactivate(device, edition, deadline=self._deadline())
            return self._changed()

    def privacy(self) -> PrivacyChoices:
        """Return what the publisher asks for beyond what activation needs, and what the account agreed to.

        Where nobody is signed in, nothing optional is sent, and it says so: ``signed_in`` is False.
        """
        with self._speaking():
            return self._accounts.privacy.read(deadline=self._deadline())

    def set_privacy(self, name: str, on: bool, *, text_version: int | None = None) -> PrivacyChoices:
        """Agree to a choice, or withdraw, and return all choices as they are then.

        Args:
            name: the choice, such as ``device_name``.
            on: whether the person agrees. Withdrawing takes away at once what was told because of it.
            text_version: of the text that was shown to the person, as `privacy` has it; None is the newest.

        Raises:
            Refused: ``sign_in_required``: only an account can agree; ``invalid_request``: the publisher does
                not ask for it, or its text is another by now.
        """
        with self._speaking():
            if on:
                return self._accounts.privacy.agree(name, text_version, deadline=self._deadline())
            return self._accounts.privacy.withdraw(name, deadline=self._deadline())

    def share_nothing(self) -> PrivacyChoices:
        """Withdraw every choice in one act, and return them."""
        with self._speaking():
            return self._accounts.privacy.withdraw_all(deadline=self._deadline())

    def preview_windows_report(self, report: WindowsReport) -> dict[str, object]:
        """Return exactly what `report_windows` would send, and where to; nothing is sent."""
        with self._speaking():
            return self._accounts.report_windows.preview(report)

    def windows_consent(self) -> bool:
        """Tell whether the account's owner agreed that this PC tells of Windows, and it still stands."""
        with self._speaking():
            return self._accounts.report_windows.consent_stands(deadline=self._deadline())

    def report_windows(self, report: WindowsReport, *, agreed: bool = False) -> None:
        """Tell the account's page how Windows itself is activated on this PC.

        Args:
            report: what is told, as `preview_windows_report` shows it.
            agreed: whether the person agreed just now; else a consent must stand from before.

        Raises:
            Refused: ``consent_required``, ``pc_limit_reached`` and others.
        """
        with self._speaking():
            self._accounts.report_windows.send(report, agreed=agreed, deadline=self._deadline())

    def stop_windows_reports(self) -> bool:
        """Withdraw that consent, and have deleted what was told; return whether there was anything."""
        with self._speaking():
            return self._accounts.report_windows.stop(deadline=self._deadline())

    @MadeOnce
    def _accounts(self) -> AccountWiring:
        from mooring.client.bootstrap.accounts import AccountWiring  # noqa: PLC0415 - not on the way to a status

        return AccountWiring(self._wiring)


def _never() -> bool:
    return False
