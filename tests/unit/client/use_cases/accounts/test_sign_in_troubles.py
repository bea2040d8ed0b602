"""Signing in where a server answers what it should not, or another program is in the way."""

from contextlib import contextmanager

import pytest

from mooring import Refused, ServerUnreachable
from mooring.client.adapters.store.account_file import MemoryAccount
from mooring.client.adapters.store.memory_store import MemoryStore
from mooring.client.domain.accounts.oauth import OAuthRefused
from mooring.testing import FakeServer


@pytest.fixture
def server():
    return FakeServer()


@pytest.fixture
def answering(server, monkeypatch):
    """Let the server raise what is given once it is asked with these members."""

    def answering(member, error):
        submit = server.submit

        def refusing(path, form, **rest):
            if member in form:
                raise error
            return submit(path, form, **rest)

        monkeypatch.setattr(server, "submit", refusing)

    return answering


def by_code(server, app):
    return app.sign_in(show_code=lambda codes: server.approve(codes.user_code))


def test_a_code_that_the_browser_brought_and_the_server_does_not_know_lets_nobody_in(server, answering):
    answering("code", OAuthRefused("invalid_client"))
    app = server.app()
    with pytest.raises(ServerUnreachable) as caught:
        app.sign_in()
    assert caught.value.cause == "it does not take its own code back"
    assert app.status().signed_in is None


def test_an_answer_to_polling_that_is_none_lets_nobody_in(server, answering):
    answering("device_code", OAuthRefused("invalid_client"))
    app = server.app()
    with pytest.raises(ServerUnreachable) as caught:
        by_code(server, app)
    assert caught.value.cause == "it lets nobody sign in with a code"
    assert app.status().signed_in is None


@pytest.mark.parametrize("error", ["expired_token", "invalid_grant"])
def test_a_code_that_was_over_when_it_was_asked_for_says_so(server, answering, error):
    answering("device_code", OAuthRefused(error))
    with pytest.raises(Refused) as caught:
        by_code(server, server.app())
    assert caught.value.code == "sign_in_timed_out"


def test_polling_ends_at_a_refusal_that_waiting_does_not_mend(server, answering):
    answering("device_code", Refused("device_proof_invalid", {}))
    before = server.clock.now()
    with pytest.raises(Refused) as caught:
        by_code(server, server.app())
    assert caught.value.code == "device_proof_invalid"
    assert (server.clock.now() - before).total_seconds() == 5


def test_a_server_that_cannot_refresh_ends_no_sign_in(server, answering):
    accounts = MemoryAccount()
    app = server.app(accounts=accounts)
    app.sign_in()
    kept = accounts.load()
    server.end_access_tokens()
    answering("refresh_token", OAuthRefused("temporarily_unavailable"))
    with pytest.raises(ServerUnreachable) as caught:
        app.account()
    assert caught.value.cause == "it does not refresh the sign-in"
    assert accounts.load() == kept


def test_signing_out_ends_here_where_the_server_does_not_revoke(server, answering):
    app = server.app()
    app.sign_in()
    answering("token", OAuthRefused("invalid_client"))
    assert app.sign_out() is False
    assert app.status().signed_in is None


def test_a_sign_in_is_not_written_while_another_program_writes_one(server):
    accounts = MemoryAccount()
    app = server.app(accounts=accounts)
    app._timeout = 0.02
    with accounts.lock(seconds=0), pytest.raises(ServerUnreachable) as caught:
        app.sign_in()
    assert "another program" in caught.value.cause
    assert accounts.load() is None


def test_signing_out_a_copy_without_its_key_ends_nothing_where_it_was_made(server):
    accounts = MemoryAccount()
    owner = server.app(accounts=accounts)
    owner.sign_in()
    copy = server.app(accounts=MemoryAccount())
    copy._wiring.accounts.save(accounts.load())
    assert copy.sign_out() is False
    assert copy.status().signed_in is None
    assert owner.account() is not None


def test_nothing_is_reactivated_while_another_program_changes_the_installation(server, monkeypatch):
    store = MemoryStore()
    app = server.app(store=store)
    app.sign_in()
    turns, asked = iter([store.lock, taken]), len(server.requests)

    def lock(**waiting):
        return next(turns)(**waiting)

    monkeypatch.setattr(store, "lock", lock)
    with pytest.raises(ServerUnreachable) as caught:
        app.reactivate("dev_x")
    assert "another program" in caught.value.cause
    assert (list(turns), server.requests[asked:]) == ([], [])


@contextmanager
def taken(**_):
    yield False
