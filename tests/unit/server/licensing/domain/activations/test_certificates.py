"""What a certificate says of an activation."""

from dataclasses import replace

import pytest

from mooring.core.certificate.model import Certificate, LicenseClaims, MoveAllowance, StatusReference
from mooring.core.certificate.model import Holder as HolderClaim
from mooring.core.hardware.matching import Tolerance
from mooring.server.licensing.domain.activations.activation import Kind, Line
from mooring.server.licensing.domain.activations.certificates import (
    certificate_for,
    certified_hardware,
    hardware_in,
    method_of,
    status_list_uri,
)
from mooring.server.licensing.domain.holder import AccountRef, Holder
from tests.support.certificates import a_certificate_text
from tests.support.computers import (
    a_computer,
    after_disk_upgrade,
    after_mainboard_swap,
    container,
    unprivileged_linux,
    with_changed,
    without,
)
from tests.support.licenses import (
    AT,
    DAY,
    ISSUER,
    a_device,
    a_license,
    a_policy,
    an_activation,
    an_installation,
    hardware_of,
)

MIA = AccountRef("acc_mia", "m•••@o•••.example", "local")


def certificate(license_, activation=None, *, license_ends_at=None, device=None):
    device = device or a_device()
    return certificate_for(
        license_,
        activation or an_activation(license_, device),
        device,
        installation_id="ins_1",
        jkt="a key",
        number=7,
        status=(3, 12),
        hardware=hardware_of(a_computer()),
        can_move=MoveAllowance(allowed=True, left=4, next_at=None),
        license_ends_at=license_ends_at,
        at=AT,
    )


def test_says_all_that_a_device_needs_to_know():
    license_ = a_license(policy=a_policy(tolerance=Tolerance.LENIENT), expires_at=AT + 90 * DAY)
    device = a_device()
    activation = an_activation(license_, device)
    made = certificate(license_, activation, device=device)
    assert made == Certificate(
        issuer=ISSUER,
        product="harbor-notes",
        activation=activation.id,
        issued_at=AT,
        renew_at=AT + 15 * DAY,
        grace_at=AT + 22.5 * DAY,
        expires_at=AT + 30 * DAY,
        jti=made.jti,
        sequence=7,
        jkt="a key",
        status_list=StatusReference(12, f"{ISSUER}/v1/status-lists/3"),
        installation_id="ins_1",
        device_id=device.id,
        device_name="amber-heron",
        license=LicenseClaims(
            id=license_.id,
            edition="pro",
            channel="retail",
            method="digital_license",
            linked=False,
            holder=None,
            last_five="8XKQ2",
            expires_at=AT + 90 * DAY,
            can_move=MoveAllowance(allowed=True, left=4, next_at=None),
        ),
        entitlements=("export-pdf", "sync"),
        tolerance=Tolerance.LENIENT,
        hardware=hardware_of(a_computer()),
    )


@pytest.mark.parametrize(
    ("holder", "claim"),
    [
        (Holder.at_once(MIA, device_id=None, at=AT), HolderClaim("m•••@o•••.example", "local", None)),
        (
            Holder.provisionally(MIA, device_id=None, at=AT - DAY),
            HolderClaim("m•••@o•••.example", "local", AT + 13 * DAY),
        ),
        (
            Holder.provisionally(MIA, device_id=None, at=AT - 14 * DAY),
            HolderClaim("m•••@o•••.example", "local", None),
        ),
    ],
)
def test_names_the_holder_and_until_when_it_may_be_refused(holder, claim):
    claims = certificate(a_license(holder=holder)).license
    assert (claims.linked, claims.holder) == (True, claim)


def test_no_two_certificates_have_the_same_id():
    first, second = certificate(a_license()), certificate(a_license())
    assert first.jti != second.jti
    assert first.jti.startswith("crt_")


@pytest.mark.parametrize(
    ("license_end", "lease_end", "expected"),
    [(None, None, 30), (10, None, 10), (None, 5, 5), (10, 5, 5), (5, 10, 5), (40, 40, 30)],
)
def test_ends_with_whatever_ends_first(license_end, lease_end, expected):
    license_ = a_license()
    ends = [None if days is None else AT + days * DAY for days in (license_end, lease_end)]
    activation = replace(an_activation(license_, a_device()), ends_at=ends[1])
    assert certificate(license_, activation, license_ends_at=ends[0]).expires_at == AT + expected * DAY


def test_a_lease_is_to_be_renewed_before_it_ends():
    license_ = a_license()
    activation = replace(an_activation(license_, a_device()), ends_at=AT + DAY)
    lease = certificate(license_, activation)
    assert (lease.renew_at, lease.grace_at, lease.expires_at) == (AT + DAY / 2, AT + DAY * 3 / 4, AT + DAY)
    cut_short = certificate(license_, activation, license_ends_at=AT + DAY / 4)
    assert (cut_short.renew_at, cut_short.expires_at) == (AT + DAY / 4, AT + DAY / 4)


@pytest.mark.parametrize(
    ("kind", "channel", "computer", "method"),
    [
        (Kind.SEAT, "retail", a_computer(), "digital_license"),
        (Kind.SEAT, "retail", container(), "product_key"),
        (Kind.SEAT, "oem", container(), "product_key"),
        (Kind.SEAT, "volume", container(), "organization"),
        (Kind.SEAT, "subscription", a_computer(), "subscription"),
        (Kind.SEAT, "trial", container(), "trial"),
        (Kind.LEASE, "volume", a_computer(), "lease"),
    ],
)
def test_names_the_method(kind, channel, computer, method):
    assert method_of(kind, a_license(channel=channel), hardware_of(computer)) == method


def certified(presented, *, stored=None, channel="retail"):
    """Return what the next certificate names when ``presented`` is what the computer shows now."""
    license_, device = a_license(channel=channel), a_device(stored)
    activation = an_activation(license_, device)
    text = a_certificate_text(hardware=hardware_of(stored or a_computer()))
    line = Line(an_installation(activation, certificate=text), activation, license_, device)
    return certified_hardware(line, hardware_of(presented))


def test_the_hardware_in_a_certificate_is_what_its_computer_sent():
    hardware = hardware_of(a_computer())
    assert hardware_in(a_certificate_text(hardware=hardware)) == hardware


@pytest.mark.parametrize("change", [lambda same: same, after_disk_upgrade, after_mainboard_swap])
def test_the_next_certificate_names_what_the_computer_shows(change):
    assert certified(change(a_computer())) == hardware_of(change(a_computer()))


def test_what_a_computer_hides_is_kept_from_its_last_certificate():
    upgraded = after_disk_upgrade(a_computer())
    assert certified(without(upgraded, "board_serial", "machine_id")) == hardware_of(
        upgraded | {name: a_computer()[name] for name in ("board_serial", "machine_id")}
    )


def test_what_could_not_be_read_before_is_named_from_now_on():
    assert certified(a_computer(), stored=unprivileged_linux(a_computer())) == hardware_of(a_computer())


def test_where_nothing_is_hidden_the_last_certificate_need_not_be_read():
    license_, device = a_license(), a_device()
    activation = an_activation(license_, device)
    line = Line(an_installation(activation, certificate="unreadable"), activation, license_, device)
    assert certified_hardware(line, hardware_of(a_computer())) == hardware_of(a_computer())


def test_an_oem_license_names_its_first_mainboard_for_good():
    swapped = with_changed(after_disk_upgrade(a_computer()), "board_serial", "system_uuid")
    assert certified(swapped, channel="oem") == hardware_of(after_disk_upgrade(a_computer()))
    assert certified(swapped, channel="retail") == hardware_of(swapped)


def test_a_status_list_has_an_address_of_the_issuer():
    assert status_list_uri("https://licenses.example", 7) == "https://licenses.example/v1/status-lists/7"
