"""A publisher with a server's use cases, and customers with computers that ask it for licenses."""

from mooring.core.certificate.chain import Trust
from mooring.core.certificate.verify import verify_certificate
from mooring.core.product_key import generate
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.licensing.domain.activations.device import DeviceFacts
from mooring.server.licensing.domain.publisher import Publisher as Founded
from mooring.server.licensing.use_cases.activations.activate import Activate
from mooring.server.licensing.use_cases.activations.deactivate import Deactivate
from mooring.server.licensing.use_cases.activations.messages import ActivationRequest, ValidationRequest
from mooring.server.licensing.use_cases.activations.read_status_list import ReadStatusList
from mooring.server.licensing.use_cases.activations.renew import Renew
from mooring.server.licensing.use_cases.activations.validate import Validate
from tests.support.certificates import an_ed25519_key
from tests.support.computers import a_computer
from tests.support.ledgers import HASHES, FakeLedger, FakeSigner
from tests.support.licenses import AT, ISSUER, a_license, hardware_of


class PublisherOnFile:
    """Knows the publisher and its root; the keys of tests/support/certificates.py sign."""

    def __init__(self, founded=True):
        self._founded = founded

    def reading(self):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    async def publisher(self):
        roots = (an_ed25519_key("root").public.jwk,)
        return Founded(ISSUER, b"", "", roots, AT) if self._founded else None

    async def signing_keys(self):
        return []


def as_a_door_does(act):
    """Return ``act``, run again where its transaction met another's."""

    async def ask(*asked, **terms):
        return await through_conflicts(lambda: act(*asked, **terms))

    return ask


class Publisher:
    """Sells keys, and answers computers."""

    def __init__(self, ledger=None):
        self.ledger = ledger or FakeLedger()
        self.signer = FakeSigner()
        self.activate = as_a_door_does(Activate(self.ledger, HASHES, self.signer))
        self.renew = as_a_door_does(Renew(self.ledger, HASHES, self.signer))
        self.deactivate = as_a_door_does(Deactivate(self.ledger))
        self.validate = Validate(self.ledger, HASHES, PublisherOnFile())
        self.status_list = ReadStatusList(self.ledger, self.signer)

    async def sell(self, *args, **terms):
        """Return the key of a new license, as ``a_license`` makes it."""
        return await self.sell_license(a_license(*args, **terms))

    async def sell_license(self, license_):
        key = generate(7)
        await self.ledger.sell(license_, HASHES.of_key(key))
        return key

    async def license_of(self, key):
        async with self.ledger.reading() as reader:
            return await reader.license_by_key(HASHES.of_key(key))

    async def line(self, customer):
        """Return what the ledger knows of the customer's installation."""
        async with self.ledger.reading() as reader:
            return await reader.line(customer.activation_id, customer.jkt)

    async def status(self, customer):
        """Return what the status list says of the customer's installation."""
        line = await self.line(customer)
        async with self.ledger.reading() as reader:
            content = await reader.status_list(line.installation.status_list)
        return content.statuses[line.installation.status_index]

    async def is_valid(self, at=AT, **shown):
        return await self.validate(ValidationRequest(product="harbor-notes", **shown), at=at)


class Customer:
    """One installation of Harbor Notes: its key pair, its computer, and the certificate it holds."""

    def __init__(self, publisher, computer=None, *, jkt="key-1"):
        self.publisher = publisher
        self.computer = a_computer() if computer is None else computer
        self.jkt = jkt
        self.answer = None
        self.certificate = None

    @property
    def activation_id(self):
        return self.answer.activation["id"]

    @property
    def sequence(self):
        return self.certificate.sequence

    async def activate(self, key=None, *, at=AT, **changes):
        """Activate, keep the certificate, and return the answer."""
        terms = {
            "product": "harbor-notes",
            "hardware": hardware_of(self.computer),
            "device": DeviceFacts(platform="linux", os_version="6.1", app_version="1.0"),
            "jkt": self.jkt,
            "product_key": key,
        }
        self.keep(await self.publisher.activate(ActivationRequest(**terms | changes), at=at))
        return self.answer

    async def renew(self, *, at, sequence=None, app_version="1.0"):
        """Renew, keep the certificate, and return the answer."""
        presented = self.sequence if sequence is None else sequence
        hardware = hardware_of(self.computer)
        self.keep(
            await self.publisher.renew(self.activation_id, self.jkt, presented, hardware, app_version, at=at)
        )
        return self.answer

    async def deactivate(self, *, at=AT):
        await self.publisher.deactivate(self.activation_id, self.jkt, at=at)

    def keep(self, answer):
        """Verify the answer's certificate, as the customer's program would, and keep it."""
        trust = Trust(ISSUER, "harbor-notes", (an_ed25519_key("root").public,))
        verified = verify_certificate(
            answer.certificate,
            trust,
            jkt=self.jkt,
            status=None,
            hardware=hardware_of(self.computer),
            at=None,
        )
        self.answer, self.certificate = answer, verified.certificate

    def copied(self):
        """Return a copy of this installation, its key pair and certificate, on the same hardware."""
        copy = type(self)(self.publisher, self.computer, jkt=self.jkt)
        copy.answer, copy.certificate = self.answer, self.certificate
        return copy
