"""People with accounts, and customers whose computers they sign in on."""

from itertools import count

from mooring.core.identifiers import new_account_id
from mooring.server.licensing.domain.activations.device import DeviceFacts
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.use_cases.devices.find_candidates import FindCandidates
from mooring.server.licensing.use_cases.devices.free_devices import FreeAllDevices, FreeDevice
from mooring.server.licensing.use_cases.devices.list_my_devices import ListMyDevices
from mooring.server.licensing.use_cases.devices.messages import CandidatesRequest, ReactivationRequest
from mooring.server.licensing.use_cases.devices.reactivate import Reactivate
from mooring.server.licensing.use_cases.devices.rename_device import RenameDevice
from mooring.server.licensing.use_cases.holders.claim_license import ClaimLicense
from mooring.server.licensing.use_cases.holders.link_license import LinkLicense
from mooring.server.licensing.use_cases.holders.list_my_events import ListMyEvents
from mooring.server.licensing.use_cases.holders.list_my_licenses import ListMyLicenses
from mooring.server.licensing.use_cases.holders.unlink_license import UnlinkLicense, UnlinkMyLicense
from tests.support.ledgers import HASHES
from tests.support.licenses import AT, hardware_of
from tests.support.publisher import Customer, Publisher, as_a_door_does

_numbers = count(1)


def an_account(name="mia"):
    """Return an account; each time another one."""
    return AccountRef(new_account_id(AT), f"{name[0]}•••@o•••.example", f"local-{next(_numbers)}")


class AccountPublisher(Publisher):
    """A publisher whose customers have accounts."""

    def __init__(self, ledger=None):
        super().__init__(ledger)
        self.link = as_a_door_does(LinkLicense(self.ledger, HASHES, self.signer))
        self.unlink = as_a_door_does(UnlinkLicense(self.ledger, self.signer))
        self.unlink_mine = as_a_door_does(UnlinkMyLicense(self.ledger))
        self.claim = as_a_door_does(ClaimLicense(self.ledger, HASHES))
        self.licenses = ListMyLicenses(self.ledger)
        self.devices = ListMyDevices(self.ledger)
        self.events = ListMyEvents(self.ledger)
        self.rename = as_a_door_does(RenameDevice(self.ledger))
        self.free = as_a_door_does(FreeDevice(self.ledger))
        self.free_all = as_a_door_does(FreeAllDevices(self.ledger))
        self.candidates = FindCandidates(self.ledger, HASHES)
        self.reactivate = as_a_door_does(Reactivate(self.ledger, HASHES, self.signer))

    def customer(self, computer=None, *, jkt="key-1"):
        return AccountCustomer(self, computer, jkt=jkt)


class AccountCustomer(Customer):
    """An installation on which people sign in."""

    @property
    def device_id(self):
        return self.certificate.device_id

    async def link(self, account, key=None, *, at=AT):
        """Link, keep the certificate, and return the answer."""
        self.keep(await self.publisher.link(self.activation_id, self.jkt, account, key, at=at))
        return self.answer

    async def unlink(self, account=None, *, at=AT):
        self.keep(await self.publisher.unlink(self.activation_id, self.jkt, account, at=at))
        return self.answer

    async def candidates(self, account, *, at=AT, edition=None):
        return await self.publisher.candidates(
            CandidatesRequest(
                account=account,
                product="harbor-notes",
                hardware=hardware_of(self.computer),
                jkt=self.jkt,
                edition=edition,
            ),
            at=at,
        )

    async def reactivate(self, account, device_id, *, at=AT, **changes):
        """Reactivate, keep the certificate, and return the answer."""
        terms = {
            "account": account,
            "device_id": device_id,
            "product": "harbor-notes",
            "hardware": hardware_of(self.computer),
            "device": DeviceFacts(platform="linux"),
            "jkt": self.jkt,
        }
        self.keep(await self.publisher.reactivate(ReactivationRequest(**terms | changes), at=at))
        return self.answer
