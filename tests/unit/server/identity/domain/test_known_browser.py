"""Known browsers: what a sign-in leaves in one, and how little it tells anybody else."""

import hashlib
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from mooring.server.identity.domain.known_browser import (
    KNOWN_FOR,
    LONGEST,
    MOST,
    Mark,
    new_browser,
    read_marks,
    write_marks,
)
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.ports.accounts import Credential
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from tests.support.accounts import TOKEN_SECRETS, an_account
from tests.support.certificates import AT

MIA, TOM = "mia@outlook.example", "tom@outlook.example"
SECOND = timedelta(seconds=1)


def hash_of(text):
    return hashlib.sha256(b"a secret" + text.encode()).digest()


def other_hash_of(text):
    return hashlib.sha256(b"another secret" + text.encode()).digest()


def a_mark(email=MIA, browser="b" * 16, *, at=AT):
    return Mark.of(email, browser, hash_of, at=at)


def test_a_mark_is_of_the_person_who_signed_in_and_of_nobody_else():
    assert a_mark().is_of(MIA, hash_of, at=AT)
    assert not a_mark().is_of(TOM, hash_of, at=AT)
    assert not a_mark().is_of(MIA, other_hash_of, at=AT)


@pytest.mark.parametrize(
    "change", [{"signed_in_at": int(AT.timestamp()) + 1}, {"browser": "c" * 16}, {"seal": "A" * 43}]
)
def test_a_mark_that_was_changed_is_nobodys(change):
    assert not a_mark()._replace(**change).is_of(MIA, hash_of, at=AT)


def test_a_mark_is_good_for_a_year():
    assert timedelta(days=365) == KNOWN_FOR
    assert a_mark().is_of(MIA, hash_of, at=AT + KNOWN_FOR - SECOND)
    assert not a_mark().is_of(MIA, hash_of, at=AT + KNOWN_FOR)


def test_a_mark_names_nobody():
    assert "mia" not in str(a_mark())
    assert "outlook" not in str(a_mark())


def test_what_is_written_is_read_again_the_newest_first_and_only_eight():
    marks = tuple(a_mark(f"person{number}@post.example", new_browser()) for number in range(10))
    assert read_marks(write_marks(marks[0], ())) == marks[:1]
    assert read_marks(write_marks(marks[0], marks[1:])) == marks[:MOST] == marks[:8]
    assert len(write_marks(marks[0], marks[1:])) < LONGEST


def test_every_browser_has_a_name_of_its_own():
    names = {new_browser() for _ in range(100)}
    assert len(names) == 100
    assert {len(name) for name in names} == {16}


@pytest.mark.parametrize(
    "shown", [None, "", "x", "~~", ".", "1~b~c", str(a_mark()) + "x", f"{'9' * 11}~{'b' * 16}~{'c' * 43}"]
)
def test_what_was_not_written_here_is_no_mark(shown):
    assert read_marks(shown) == ()


def test_what_is_odd_hides_no_good_mark_and_what_is_far_too_long_is_not_read():
    assert read_marks(f"odd.{a_mark()}.~") == (a_mark(),)
    assert read_marks(".".join([str(a_mark())] * 20)) == (a_mark(),) * 8
    assert read_marks(f"{a_mark()}." + "." * LONGEST) == ()
    farthest = f"{'9' * 10}~{'b' * 16}~{'c' * 43}"
    assert not read_marks(farthest)[0].is_of(MIA, hash_of, at=AT)


class Kept:
    """What is kept of every account: when its proofs were last changed. ``reads`` counts who asked."""

    def __init__(self, changed_at=AT):
        self.changed_at = changed_at
        self.reads = 0

    @asynccontextmanager
    async def reading(self):
        self.reads += 1
        yield self

    async def credential(self, email_key):
        return self.changed_at and Credential(an_account(email_key), "hash", self.changed_at)

    async def proofs_changed_at(self, account_id):
        return self.changed_at


async def test_a_browser_is_recognized_by_what_it_was_given_and_keeps_its_name():
    browsers, kept = KnownBrowsers(TOKEN_SECRETS), Kept()
    assert await browsers.recognize(kept.reading, None, MIA, at=AT) is None
    shown = browsers.remember(None, MIA, at=AT)
    name = await browsers.recognize(kept.reading, shown, MIA, at=AT)
    assert name
    assert await browsers.recognize(kept.reading, shown, TOM, at=AT) is None
    later = AT + timedelta(days=300)
    again = browsers.remember(shown, MIA, at=later)
    assert await browsers.recognize(kept.reading, again, MIA, at=later + timedelta(days=300)) == name
    assert len(read_marks(again)) == 1
    assert kept.reads == 2  # for who shows a good mark alone


async def test_two_people_share_a_browser_and_it_has_another_name_for_each():
    browsers, kept = KnownBrowsers(TOKEN_SECRETS), Kept()
    shown = browsers.remember(browsers.remember(None, MIA, at=AT), TOM, at=AT)
    names = {await browsers.recognize(kept.reading, shown, email, at=AT) for email in (MIA, TOM)}
    assert len(names) == 2
    assert None not in names


async def test_who_signed_in_before_the_proofs_were_changed_is_a_stranger():
    browsers = KnownBrowsers(TOKEN_SECRETS)
    shown = browsers.remember(None, MIA, at=AT)
    for changed_at, is_known in ((AT - SECOND, True), (AT, True), (AT + SECOND, False)):
        kept = Kept(changed_at)
        found = await browsers.recognize(kept.reading, shown, MIA, at=AT + SECOND)
        owners = await browsers.recognize_owner(kept, "acc", shown, MIA, at=AT + SECOND)
        assert (found is not None, owners is not None) == (is_known, is_known)
    assert await browsers.recognize(Kept(None).reading, shown, MIA, at=AT) is None  # its password is gone
    assert await browsers.recognize_owner(Kept(None), "acc", shown, MIA, at=AT) is not None
    assert await browsers.recognize_owner(Kept(None), "acc", shown, TOM, at=AT) is None


def test_no_other_token_passes_for_a_mark():
    session = TOKEN_SECRETS.hash(f"{int(AT.timestamp())} {'b' * 16} {MIA}", TokenKind.SESSION)
    assert not Mark.of(MIA, "b" * 16, lambda _: session, at=AT).is_of(
        MIA, lambda text: TOKEN_SECRETS.hash(text, TokenKind.KNOWN_BROWSER), at=AT
    )
