"""Certificates: the good ones, and the means to make bad ones."""

from tests.corpus.forge import (
    DAY,
    INSTALLATION,
    ISSUER,
    ISSUING,
    LIST_URI,
    NOW,
    PRODUCT,
    STATEMENT,
    Case,
    jws,
    without,
)

HARDWARE = {
    "board_serial": "qg7-",
    "system_uuid": "AAECAwQFBgcICQoLDA0ODw",
    "root_disk_serial": "k3Jd",
    "mac_addresses": ["Pq0x"],
    "cpu_id": "aB3_",
    "machine_id": "8PHy8_T19vf4-fr7_P3-_w",
    "root_filesystem_uuid": "EBESExQVFhcYGRobHB0eHw",
}
OTHER_HARDWARE = {
    "board_serial": "zzzz",
    "system_uuid": "oKGio6SlpqeoqaqrrK2urw",
    "root_disk_serial": "yyyy",
    "mac_addresses": ["xxxx"],
    "cpu_id": "aB3_",
    "machine_id": "wMHCw8TFxsfIycrLzM3Ozw",
    "root_filesystem_uuid": "0NHS09TV1tfY2drb3N3e3w",
}


def claims(**changes):
    return {
        "ver": 1,
        "iss": ISSUER,
        "aud": PRODUCT,
        "sub": "act_01kdy8e4980000000000000000",
        "iat": NOW,
        "nbf": NOW - 300,
        "renew_at": NOW + 15 * DAY,
        "grace_at": NOW + 22 * DAY + DAY // 2,
        "exp": NOW + 30 * DAY,
        "jti": "corpus-1",
        "seq": 3,
        "cnf": {"jkt": INSTALLATION.kid},
        "status": {"status_list": {"idx": 7, "uri": LIST_URI}},
        "installation": "ins_01kdy8e4980000000000000000",
        "device": {"id": "dev_01kdy8e4980000000000000000", "name": "amber-heron"},
        "license": license_claim(),
        "entitlements": ["export-pdf", "sync"],
        "hardware": {"v": 1, "tolerance": "standard", "components": HARDWARE},
        **changes,
    }


def license_claim(**changes):
    return {
        "id": "lic_01kdy8e4980000000000000000",
        "edition": "pro",
        "channel": "retail",
        "method": "digital_license",
        "linked": True,
        "holder": {"masked": "m•••@o•••.example", "provider": "microsoft"},
        "last_five": "8XKQ2",
        "expires_at": None,
        "can_move": {"allowed": True, "left": 4, "next_at": None},
        **changes,
    }


def header(**changes):
    return {
        "typ": "mooring-certificate+jwt",
        "alg": "Ed25519",
        "kid": ISSUING.kid,
        "key_statement": STATEMENT,
        **changes,
    }


def certificate(payload=None, head=None, signer=ISSUING):
    return jws(header() if head is None else head, claims() if payload is None else payload, signer.sign)


GOOD = certificate()


def refused(name, text, about, why, stage, **context):
    """Return a case that is refused as ``certificate_invalid``."""
    return Case("certificates", name, text, about, "certificate_invalid", why, stage, context)


def cases():
    """Yield the certificates that must be accepted."""

    def good(name, text, about, **context):
        return Case("certificates", name, text, about, context=context)

    yield good("good", GOOD, "a certificate as the server issues it")
    yield good(
        "good-unknown-members",
        certificate(claims(later={"a": [1]}), header(later=1)),
        "members of later versions are ignored",
    )
    unlinked = without(license_claim(linked=False, last_five=None, can_move=None), "holder")
    yield good("good-unlinked", certificate(claims(license=unlinked)), "a license without holder or key")
    yield good("good-last-second", GOOD, "one second before its end", at=NOW + 30 * DAY - 1)
    yield good("good-slow-clock", GOOD, "a clock 24 hours slow is tolerated", at=NOW - DAY)
    yield good("good-epoch-remembered", GOOD, "its epoch is the lowest still believed", min_epoch=2)
    yield good(
        "good-old-list",
        GOOD,
        "a list older than the certificate says nothing of it",
        status="good-older-revoking",
    )
    yield good(
        "good-other-list",
        GOOD,
        "another certificate's list says nothing of it",
        status="good-elsewhere-revoking",
    )
    yield good(
        "good-new-disk",
        GOOD,
        "one new disk leaves the computer the same",
        hardware={**HARDWARE, "root_disk_serial": "yyyy"},
    )
