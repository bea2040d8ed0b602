"""What the server does about privacy, as far as the publisher asks for anything."""

from collections.abc import Sequence

from mooring.core.privacy import DEVICE_NAME
from mooring.server.licensing.storage.ledger import StoredLedger
from mooring.server.licensing.storage.ledger.device_names import NameConsent, nobody_agreed
from mooring.server.licensing.use_cases.devices.rename_device import NameDeviceByConsent
from mooring.server.privacy.storage.consents import StoredConsents, consent_to_names
from mooring.server.privacy.use_cases.choose import Choose, ShareNothing
from mooring.server.privacy.use_cases.list_choices import ListChoices
from mooring.server.web.privacy_services import PrivacyServices


def name_consent(asks: Sequence[str]) -> NameConsent:
    """Return who tells whether computers go by their own names: what nobody asks for is not kept."""
    return consent_to_names if DEVICE_NAME in asks else nobody_agreed


def build_privacy(ledger: StoredLedger, asks: Sequence[str]) -> PrivacyServices:
    """Return what people can do about their privacy, of which the publisher ``asks`` for this."""
    consents = StoredConsents(ledger)
    return PrivacyServices(
        list_choices=ListChoices(consents, asks),
        choose=Choose(consents, asks),
        share_nothing=ShareNothing(consents, asks),
        name_device=NameDeviceByConsent(ledger),
    )
