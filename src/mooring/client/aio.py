"""The same face for `asyncio`: only what uses the network is awaited.

async with mooring.aio.App("mooring.json") as app:
    if not app.status().activated:
        await app.activate("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
"""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING, Any

from mooring.client.app import App as BlockingApp
from mooring.client.face.account import PATIENCE_SECONDS

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

    from mooring.client.bootstrap.doors import SettingsPage
    from mooring.client.domain.accounts.mine import Candidate, MyDevice, MyLicense
    from mooring.client.domain.accounts.oauth import DeviceCodes
    from mooring.client.domain.accounts.privacy import PrivacyChoices
    from mooring.client.domain.reports.connection import ConnectionReport
    from mooring.client.domain.reports.hardware import HardwareReport
    from mooring.client.domain.reports.inspection import Inspection
    from mooring.client.domain.reports.key_check import KeyCheck
    from mooring.client.domain.reports.support_code import SupportCode
    from mooring.client.domain.status import Account, Status
    from mooring.client.use_cases.ports import Environment
    from mooring.core.descriptor import Descriptor
    from mooring.windows.domain.report import WindowsReport

__all__ = ["App"]


class App:
    """`mooring.App` for programs that run on `asyncio`; see there for what each method promises.

    Callbacks of `on_change` are called in a worker thread or the background thread, not on the event loop.
    """

    def __init__(
        self,
        descriptor: str | os.PathLike[str] | bytes | Mapping[str, Any],
        *,
        home: str | os.PathLike[str] | None = None,
        hardware: Mapping[str, str | list[str]] | str | os.PathLike[str] | None = None,
        language: str | None = None,
        timeout: float = 15,
        app_version: str | None = None,
        environment: Environment | None = None,
    ) -> None:
        self._app = BlockingApp(
            descriptor,
            home=home,
            hardware=hardware,
            language=language,
            timeout=timeout,
            app_version=app_version,
            environment=environment,
        )

    @classmethod
    def from_package(cls, package: str, **options: Any) -> Self:  # noqa: ANN401 - those of `mooring.App`
        """Return the App of the descriptor ``mooring.json`` that is shipped in ``package``."""
        return cls.over(BlockingApp.from_package(package, **options))

    @classmethod
    def over(cls, app: BlockingApp) -> Self:
        """Return this face for an App that is there already."""
        face = cls.__new__(cls)
        face._app = app  # noqa: SLF001 - its own
        return face

    @property
    def descriptor(self) -> Descriptor:
        """The publisher's descriptor."""
        return self._app.descriptor

    @property
    def language(self) -> str:
        """The language that people are spoken to in."""
        return self._app.language

    def status(self) -> Status:
        """Return the Activation state, from what is stored."""
        return self._app.status()

    def allows(self, entitlement: str) -> bool:
        """Return whether the feature ``entitlement`` may be used now."""
        return self._app.allows(entitlement)

    def require(self, entitlement: str) -> None:
        """Return if the feature ``entitlement`` may be used now, else raise `FeatureNotLicensed`."""
        self._app.require(entitlement)

    def check(self, key: str) -> KeyCheck:
        """Return what a product key tells by itself."""
        return self._app.check(key)

    def hardware(self) -> HardwareReport:
        """Return the hardware profile as it would be sent."""
        return self._app.hardware()

    def privacy_preview(self, key: str | None = None) -> Mapping[str, object]:
        """Return exactly what `activate` would send, without sending it."""
        return self._app.privacy_preview(key)

    def inspect_certificate(self, text: str | None = None) -> Inspection:
        """Return what a certificate says in plain words."""
        return self._app.inspect_certificate(text)

    def support_code(self) -> SupportCode:
        """Return a short summary for the publisher's support."""
        return self._app.support_code()

    async def activate(
        self,
        key: str | None = None,
        *,
        license: str | None = None,  # noqa: A002 - the word of the domain
        edition: str | None = None,
    ) -> Status:
        """Activate with a product key, or with the digital license of this hardware."""
        return await to_thread(self._app.activate, key, license=license, edition=edition)

    async def trial(self, *, edition: str | None = None) -> Status:
        """Start the product's trial."""
        return await to_thread(self._app.trial, edition=edition)

    async def renew(self) -> Status:
        """Exchange the certificate for a fresh one now."""
        return await to_thread(self._app.renew)

    async def deactivate(self) -> Status:
        """Free this computer's seat."""
        return await to_thread(self._app.deactivate)

    async def check_connection(self) -> ConnectionReport:
        """Return how far each of the publisher's servers can be reached."""
        return await to_thread(self._app.check_connection)

    async def sign_in(
        self,
        *,
        show_code: Callable[[DeviceCodes], None] | None = None,
        create: bool = False,
        on_address: Callable[[str], None] | None = None,
        patience: float = PATIENCE_SECONDS,
        cancelled: Callable[[], bool] | None = None,
    ) -> Status:
        """Sign a person in; the callbacks are called in a worker thread."""
        return await to_thread(
            self._app.sign_in,
            show_code=show_code,
            create=create,
            on_address=on_address,
            patience=patience,
            cancelled=cancelled,
        )

    async def sign_out(self) -> bool:
        """Forget who is signed in here; return whether the server was told as well."""
        return await to_thread(self._app.sign_out)

    async def account(self) -> Account:
        """Return who is signed in, as the server knows it."""
        return await to_thread(self._app.account)

    async def link(self, key: str | None = None) -> Status:
        """Make the signed-in account the holder of the license that is used here."""
        return await to_thread(self._app.link, key)

    async def unlink(self) -> Status:
        """Undo the link."""
        return await to_thread(self._app.unlink)

    async def claim(self, key: str) -> MyLicense:
        """Take the license of a product key into the account."""
        return await to_thread(self._app.claim, key)

    async def devices(self) -> tuple[MyDevice, ...]:
        """Return the devices that use licenses of the account."""
        return await to_thread(self._app.devices)

    async def licenses(self) -> tuple[MyLicense, ...]:
        """Return the licenses of the account."""
        return await to_thread(self._app.licenses)

    async def free_device(self, device: str) -> None:
        """Free the seats that a device of the account holds."""
        await to_thread(self._app.free_device, device)

    async def free_all_devices(self) -> None:
        """Free every seat of the account's licenses."""
        await to_thread(self._app.free_all_devices)

    async def rename_device(self, device: str, name: str) -> MyDevice:
        """Give a device of the account another name."""
        return await to_thread(self._app.rename_device, device, name)

    async def candidates(self, *, edition: str | None = None) -> tuple[Candidate, ...]:
        """Return the account's devices that this computer may have been."""
        return await to_thread(self._app.candidates, edition=edition)

    async def reactivate(self, device: str, *, edition: str | None = None) -> Status:
        """Take along the activation of a device to this computer."""
        return await to_thread(self._app.reactivate, device, edition=edition)

    async def privacy(self) -> PrivacyChoices:
        """Return what the publisher asks for beyond what activation needs, and what the account agreed to."""
        return await to_thread(self._app.privacy)

    async def set_privacy(self, name: str, on: bool, *, text_version: int | None = None) -> PrivacyChoices:
        """Agree to a choice, or withdraw, and return all choices as they are then."""
        return await to_thread(self._app.set_privacy, name, on, text_version=text_version)

    async def share_nothing(self) -> PrivacyChoices:
        """Withdraw every choice in one act, and return them."""
        return await to_thread(self._app.share_nothing)

    def preview_windows_report(self, report: WindowsReport) -> dict[str, object]:
        """Return exactly what `report_windows` would send, and where to."""
        return self._app.preview_windows_report(report)

    async def windows_consent(self) -> bool:
        """Tell whether the consent stands by which this PC tells of Windows."""
        return await to_thread(self._app.windows_consent)

    async def report_windows(self, report: WindowsReport, *, agreed: bool = False) -> None:
        """Tell the account's page how Windows itself is activated on this PC."""
        await to_thread(self._app.report_windows, report, agreed=agreed)

    async def stop_windows_reports(self) -> bool:
        """Withdraw that consent, and have deleted what was told."""
        return await to_thread(self._app.stop_windows_reports)

    @property
    def descriptor_document(self) -> str:
        """The publisher's descriptor as JSON."""
        return self._app.descriptor_document

    def command_options(self, descriptor: str) -> list[str]:
        """Return the options by which a command of `mooring` is about this App."""
        return self._app.command_options(descriptor)

    async def show_settings(self, page: SettingsPage = "activation") -> None:
        """Show Settings until it is closed, while the loop runs on."""
        from mooring.client.bootstrap.doors import settings_door  # noqa: PLC0415 - a program may never show it

        await settings_door().show_beside_a_loop(self._app, page)

    async def activation_dialog(self) -> Status:
        """Show the small form of a first run, and return the status when it is closed."""
        from mooring.client.bootstrap.doors import settings_door  # noqa: PLC0415 - as above

        await settings_door().show_first_run_beside_a_loop(self._app)
        return self.status()

    def keep_fresh(self) -> None:
        """Renew in a background thread when that is due."""
        self._app.keep_fresh()

    def on_change(self, callback: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``callback`` when the status has changed; return what takes it off again."""
        return self._app.on_change(callback)

    def close(self) -> None:
        """End the background thread."""
        self._app.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await to_thread(self._app.close)

    def __repr__(self) -> str:
        return repr(self._app)
