"""Builders of policies, licenses, devices, activations and installations."""

from dataclasses import replace
from datetime import timedelta

from mooring.core.hardware.hashing import hash_components
from mooring.core.identifiers import (
    new_activation_id,
    new_device_id,
    new_edition_id,
    new_installation_id,
    new_license_id,
    new_policy_id,
    new_product_id,
)
from mooring.server.licensing.domain.activations.activation import Activation, Installation, Kind
from mooring.server.licensing.domain.activations.device import Device
from mooring.server.licensing.domain.activations.sequence import Sequence
from mooring.server.licensing.domain.channels import DEFAULTS, Channel
from mooring.server.licensing.domain.license import License, Offer, Standing
from mooring.server.licensing.domain.policy import Policy
from tests.support.certificates import AT, DAY, ISSUER, SALT
from tests.support.computers import a_computer

HOUR = timedelta(hours=1)
HARDWARE_KEY = b"a key of the server that no database holds"

PRODUCT_ID = new_product_id(AT)
EDITION_ID = new_edition_id(AT)


def a_policy(channel="retail", **terms):
    """Return a policy with the channel's defaults, changed by ``terms``."""
    defaults = DEFAULTS[Channel(channel)]
    chosen = {name: getattr(defaults, name) for name in defaults.__slots__} | terms
    policy_id = new_policy_id(AT)
    edition_id = chosen.pop("edition_id", EDITION_ID)
    return Policy(id=policy_id, edition_id=edition_id, name=policy_id, created_at=AT, **chosen)


def an_offer(policy=None, **changes):
    """Return Harbor Notes Pro under ``policy``."""
    offer = Offer(
        issuer=ISSUER,
        product_id=PRODUCT_ID,
        product_slug="harbor-notes",
        product_name="Harbor Notes",
        edition_id=EDITION_ID,
        edition_slug="pro",
        entitlements=("export-pdf", "sync"),
        policy=policy or a_policy(),
    )
    return replace(offer, **changes)


def a_license(seats=1, *, channel="retail", offer=None, policy=None, **changes):
    """Return a license that nobody uses yet, with so many seats."""
    license_ = License(
        id=new_license_id(AT),
        offer=offer or an_offer(policy or a_policy(channel, seats=seats)),
        standing=Standing.ACTIVE,
        seats_sold=None,
        expires_at=None,
        first_activated_at=None,
        held=0,
        takings=0,
        moved=0,
        last_five="8XKQ2",
        created_at=AT,
    )
    return replace(license_, **changes)


def hardware_of(computer):
    """Return the profile as the computer sends it."""
    return hash_components(computer, SALT)


def protected(computer):
    """Return the computer's profile as the server stores it."""
    return hardware_of(computer).protected(HARDWARE_KEY)


def a_device(computer=None, **changes):
    device = Device(
        id=new_device_id(AT),
        name="amber-heron",
        platform="linux",
        os_version="6.1",
        hardware=protected(computer or a_computer()),
        created_at=AT,
        last_seen_at=AT,
    )
    return replace(device, **changes)


def an_activation(license_, device, **changes):
    """Return the seat of ``license_`` that ``device`` holds."""
    activation = Activation(
        id=new_activation_id(AT),
        license_id=license_.id,
        device_id=device.id,
        kind=Kind.SEAT,
        method="digital_license",
        taking=1,
        created_at=AT,
    )
    return replace(activation, **changes)


def an_installation(activation, *, jkt="key-1", place=(1, 0), **changes):
    installation = Installation(
        id=new_installation_id(AT),
        activation_id=activation.id,
        jkt=jkt,
        sequence=Sequence.begun(),
        certificate="a certificate",
        certificate_issued_at=AT,
        certificate_ends_at=AT + 30 * DAY,
        status_list=place[0],
        status_index=place[1],
        status=0,
        app_version="1.0",
        created_at=AT,
    )
    return replace(installation, **changes)
