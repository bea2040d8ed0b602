"""The signer of a running server: keys stay in memory, and a rotation is noticed."""

from datetime import timedelta

import pytest

from mooring.core.certificate.chain import Trust
from mooring.core.certificate.kinds import INVALID
from mooring.core.certificate.status_list import verify_status_list
from mooring.core.jose.keys import public_key_from_jwk
from mooring.core.refusals import ServiceUnavailable
from mooring.server.licensing.storage.loaded_signer import LoadedSigner
from mooring.server.licensing.use_cases.signing.found_publisher import FoundPublisher
from mooring.server.licensing.use_cases.signing.rotate_signing_keys import RotateSigningKeys
from tests.support.catalogs import AT
from tests.support.certificates import a_certificate
from tests.support.publishers import InMemoryPublisher, InMemoryRoot, OpenSealing

ISSUER = "https://activation.harbor.example"
URI = f"{ISSUER}/v1/status-lists/1"
SECOND = timedelta(seconds=1)


class World:
    def __init__(self):
        self.store, self.root, self.sealing = InMemoryPublisher(), InMemoryRoot(), OpenSealing()
        self.signer = LoadedSigner(self.store, self.sealing)
        self.rotate = RotateSigningKeys(self.store, self.root, self.sealing)

    async def found(self):
        await FoundPublisher(self.store, self.root, self.sealing, fingerprint="f")(ISSUER, at=AT)
        self.store.reads = 0

    async def signed_by(self, at, **members):
        """Return the epoch of the key that signs a status list at ``at``, after verifying the list."""
        token = await self.signer.sign_status_list(bytes([0, INVALID, 0]), uri=URI, at=at)
        async with self.store.reading() as reader:
            roots = tuple(public_key_from_jwk(jwk) for jwk in (await reader.publisher()).roots)
        self.store.reads -= 1
        listed = verify_status_list(token, Trust(ISSUER, "harbor-notes", roots), uri=URI, at=at)
        assert listed.get(1) == INVALID
        assert listed.expires_at == at + timedelta(days=7)
        assert listed.ttl == 3600
        return self.signer._loaded["status_list"][0].epoch


@pytest.fixture
async def world():
    world = World()
    await world.found()
    return world


async def test_signs_certificates_with_the_current_key(world):
    certificate = a_certificate(issuer=ISSUER, issued_at=AT)
    text = (await world.signer.ready(at=AT))(certificate)
    assert text.count(".") == 2


async def test_reads_the_keys_once_in_half_a_minute(world):
    for seconds in range(30):
        await world.signed_by(AT + seconds * SECOND)
    assert world.store.reads == 1
    await world.signed_by(AT + 30 * SECOND)
    assert world.store.reads == 2


async def test_notices_a_rotation_within_half_a_minute(world):
    assert await world.signed_by(AT) == 1
    await world.rotate(at=AT)
    assert await world.signed_by(AT + 29 * SECOND) == 1
    assert await world.signed_by(AT + 30 * SECOND) == 2


async def test_looks_again_when_the_clock_was_set_back(world):
    assert await world.signed_by(AT + 3600 * SECOND) == 1
    await world.rotate(at=AT)
    assert await world.signed_by(AT) == 2


async def test_keeps_a_loaded_key_as_long_as_it_signs(world):
    await world.signed_by(AT)
    held = world.signer._loaded["status_list"][1]
    await world.signed_by(AT + 60 * SECOND)
    assert world.signer._loaded["status_list"][1] is held


async def test_cannot_sign_before_the_publisher_is_founded():
    world = World()
    with pytest.raises(ServiceUnavailable) as refused:
        await world.signer.ready(at=AT)
    assert refused.value.retry_after == 300


@pytest.mark.parametrize("at", [AT - SECOND, AT + timedelta(days=365) + SECOND])
async def test_signs_nothing_outside_the_time_its_statement_gives(world, at):
    with pytest.raises(ServiceUnavailable):
        await world.signer.sign_status_list(b"\0", uri=URI, at=at)
