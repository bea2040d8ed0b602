"""Crowds: a school behind one address is never taken for one who guesses."""

import pytest

from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.authorization.user_code import UserCodeUnknown
from tests.support.accounts import HERE
from tests.support.certificates import AT
from tests.support.identity_server import IdentityServer


async def test_a_thousand_people_behind_one_address_sign_up_and_in_and_let_their_devices_in():
    # Within the same second, and from browsers that forget; every third mistypes the password and the code.
    server = IdentityServer()
    for number in range(1000):
        email = f"pupil{number}@school.example"
        person = (await server.sign_up(email)).account.id
        if number % 3 == 0:
            with pytest.raises(CredentialsWrong):
                await server.sign_in(email, "a wrong password")
        assert (await server.sign_in(email)).account.id == person
        codes = await server.begin(jkt=f"key {number}")
        if number % 3 == 0:
            with pytest.raises(UserCodeUnknown):
                await server.show_user_code("BBBB-BBBB", account_id=person, address=HERE, at=AT)
        shown = await server.show_user_code(codes.user_code, account_id=person, address=HERE, at=AT)
        assert shown.from_here
        assert await server.decide(codes, person)
