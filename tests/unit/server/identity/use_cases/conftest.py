"""One real store, on which people look after how they sign in."""

import pytest

from tests.support.identity_stores import an_identity
from tests.support.security import SecurityServer


@pytest.fixture
async def secure(tmp_path):
    async with an_identity("sqlite", tmp_path) as store:
        yield SecurityServer(store)


@pytest.fixture
async def mia(secure):
    """Mia signed up just now: her account, and her session."""
    return await secure.sign_up()
