"""The wiring of what a person who signs in can ask for. It is loaded when somebody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.adapters.system.making import MadeOnce
from mooring.client.use_cases.accounts.choose_privacy import ChoosePrivacy
from mooring.client.use_cases.accounts.claim import ClaimLicense
from mooring.client.use_cases.accounts.free_devices import FreeDevices
from mooring.client.use_cases.accounts.link import ChangeLink
from mooring.client.use_cases.accounts.list_mine import ListMine
from mooring.client.use_cases.accounts.reactivate import Reactivate
from mooring.client.use_cases.accounts.rename_device import RenameDevice
from mooring.client.use_cases.accounts.sign_in_by_browser import SignInByBrowser
from mooring.client.use_cases.accounts.sign_in_by_code import SignInByCode
from mooring.client.use_cases.accounts.signing_in import SigningIn

if TYPE_CHECKING:
    from mooring.client.bootstrap.wiring import Wiring
    from mooring.client.use_cases.accounts.report_windows import ReportWindows


class AccountWiring:
    """The use cases of accounts of one product on this computer."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        access = wiring.access
        self._signing_in = SigningIn(
            wiring.descriptor,
            store=wiring.store,
            keys=wiring.keys,
            network=wiring.network,
            clock=wiring.clock,
            system=wiring.system,
            read_status=wiring.read_status,
            access=access,
        )
        self.sign_in_by_code = SignInByCode(signing_in=self._signing_in)
        self.claim = ClaimLicense(access=access)
        self.free_devices = FreeDevices(access=access)
        self.list_mine = ListMine(access=access)
        self.rename_device = RenameDevice(access=access)
        self.privacy = ChoosePrivacy(
            access=access,
            system=wiring.system,
            rename=self.rename_device,
            read_status=wiring.read_status,
            language=wiring.voice.language,
        )
        self.change_link = ChangeLink(
            wiring.trust,
            store=wiring.store,
            keys=wiring.keys,
            hardware=wiring.hardware,
            network=wiring.network,
            access=access,
            prepare=wiring.prepare_activation,
            accept=wiring.accept,
        )
        self.reactivate = Reactivate(
            wiring.descriptor,
            store=wiring.store,
            hardware=wiring.hardware,
            system=wiring.system,
            access=access,
            signing_in=self._signing_in,
            accept=wiring.accept,
        )

    @MadeOnce
    def sign_in_by_browser(self) -> SignInByBrowser:
        """Signs in through the browser of this computer, which a code does without."""
        return SignInByBrowser(signing_in=self._signing_in, browser=self._wiring.browser)

    @MadeOnce
    def report_windows(self) -> ReportWindows:
        """Tells of Windows, which few programs do."""
        from mooring.client.use_cases.accounts.report_windows import ReportWindows  # noqa: PLC0415 - as said

        wiring = self._wiring
        return ReportWindows(access=wiring.access, keys=wiring.keys, read_status=wiring.read_status)
