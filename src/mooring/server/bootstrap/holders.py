"""What the server does for the holders of licenses."""

from datetime import datetime

from mooring.server.identity.use_cases.authorization.check_access_token import CheckAccessToken
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
from mooring.server.licensing.ports.signing import CertificateSigner
from mooring.server.licensing.ports.windows_pcs import WindowsPcs
from mooring.server.licensing.storage.ledger import StoredLedger
from mooring.server.licensing.use_cases.devices.find_candidates import FindCandidates
from mooring.server.licensing.use_cases.devices.free_devices import FreeAllDevices, FreeDevice
from mooring.server.licensing.use_cases.devices.list_my_devices import ListMyDevices
from mooring.server.licensing.use_cases.devices.reactivate import Reactivate
from mooring.server.licensing.use_cases.devices.rename_device import RenameDevice
from mooring.server.licensing.use_cases.holders.claim_license import ClaimLicense
from mooring.server.licensing.use_cases.holders.link_license import LinkLicense
from mooring.server.licensing.use_cases.holders.list_my_events import ListMyEvents
from mooring.server.licensing.use_cases.holders.list_my_licenses import ListMyLicenses
from mooring.server.licensing.use_cases.holders.unlink_license import UnlinkLicense, UnlinkMyLicense
from mooring.server.licensing.use_cases.windows.forget_windows import ForgetWindows
from mooring.server.licensing.use_cases.windows.list_my_windows import ListMyWindows
from mooring.server.licensing.use_cases.windows.report_windows import ReportWindows
from mooring.server.web.holder_services import HolderServices, WindowsServices
from mooring.server.web.new_holder_services import NewHolderServices
from mooring.server.web.privacy_services import PrivacyServices


def build_holders(
    ledger: StoredLedger,
    hashes: KeyedHashes,
    signer: CertificateSigner,
    check: CheckAccessToken,
    new_holders: NewHolderServices,
    *,
    windows_pcs: WindowsPcs,
    privacy: PrivacyServices,
) -> HolderServices:
    """Return what the server can do for the holders of licenses."""

    async def check_access_token(token: str, jkt: str, *, at: datetime) -> AccountRef:
        caller = await check(token, jkt, at=at)
        return AccountRef(caller.account_id, caller.masked, caller.provider)

    return HolderServices(
        check_access_token=check_access_token,
        link=LinkLicense(ledger, hashes, signer),
        unlink=UnlinkLicense(ledger, signer),
        unlink_mine=UnlinkMyLicense(ledger),
        claim=ClaimLicense(ledger, hashes),
        list_licenses=ListMyLicenses(ledger),
        list_devices=ListMyDevices(ledger),
        list_events=ListMyEvents(ledger),
        rename_device=RenameDevice(ledger),
        free_device=FreeDevice(ledger),
        free_all_devices=FreeAllDevices(ledger),
        find_candidates=FindCandidates(ledger, hashes),
        reactivate=Reactivate(ledger, hashes, signer),
        new_holders=new_holders,
        windows=WindowsServices(
            report=ReportWindows(windows_pcs),
            list_mine=ListMyWindows(windows_pcs),
            forget=ForgetWindows(windows_pcs),
        ),
        privacy=privacy,
    )
