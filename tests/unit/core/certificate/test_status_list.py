"""Status lists: packed, signed, read back, and never unpacked without bound."""

import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.certificate.statement import Untrusted
from mooring.core.certificate.status_list import (
    INVALID,
    MAX_ENTRIES,
    SUSPENDED,
    VALID,
    StatusList,
    encode_status_list,
    verify_status_list,
)
from mooring.core.jose.encoding import b64url_decode, b64url_encode, strict_json
from tests.support.certificates import (
    AT,
    DAY,
    SECOND,
    STATUS_URI,
    a_status_token,
    a_trust,
    an_ed25519_key,
    an_issuing_key,
)
from tests.support.peer import peer_read


def read(token, **changes):
    return verify_status_list(token, a_trust(), **{"uri": STATUS_URI, "at": AT, **changes})


def why(token, **changes):
    with pytest.raises(Untrusted) as caught:
        read(token, **changes)
    return caught.value.why


@given(st.binary(max_size=50).map(lambda data: bytes(each & 3 for each in data)))
def test_reads_every_status_that_was_written(statuses):
    found = read(a_status_token(statuses))

    assert [found.get(index) for index in range(len(statuses))] == list(statuses)
    assert len(found.packed) == (len(statuses) + 3) // 4


def test_packs_as_the_ietf_draft_does():
    """The example of two bits in the draft: sixteen entries are the bytes C9 44 F9 and so on."""
    statuses = bytes([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3])
    _, payload = peer_read(a_status_token(statuses), an_ed25519_key("listing").public.jwk, "Ed25519")
    claims = strict_json(payload)

    assert zlib.decompress(b64url_decode(claims["status_list"].pop("lst"))) == bytes.fromhex("c944f9")
    assert claims == {
        "sub": STATUS_URI,
        "iat": 1767323045,
        "exp": 1767323045 + 86400,
        "ttl": 3600,
        "status_list": {"bits": 2},
    }


def test_carries_the_chain_in_its_header():
    key = an_issuing_key("status_list")
    header, _ = peer_read(a_status_token(), an_ed25519_key("listing").public.jwk, "Ed25519")

    assert header == {
        "typ": "statuslist+jwt",
        "alg": "Ed25519",
        "kid": key.statement.kid,
        "key_statement": key.statement_text,
    }


def test_knows_its_times_and_address():
    found = read(a_status_token(b"\1\2\0\3"))

    assert found == StatusList(STATUS_URI, AT, AT + DAY, 3600, b"\xc9")
    assert [found.get(index) for index in range(3)] == [INVALID, SUSPENDED, VALID]


@pytest.mark.parametrize("index", [-1, -5, 4, 5, 10**9])
def test_an_entry_out_of_reach_was_not_taken_back(index):
    assert StatusList(STATUS_URI, AT, AT, 1, b"\xff").get(index) == VALID
    assert StatusList(STATUS_URI, AT, AT, 1, b"\xff").get(3) == 3


def test_the_largest_list_of_the_most_random_entries_can_be_read():
    import hashlib

    noise = hashlib.shake_256(b"noise").digest(MAX_ENTRIES)
    statuses = bytes(each & 3 for each in noise)
    token = a_status_token(statuses)

    found = read(token)

    assert [found.get(index) for index in (0, 1, 70_001, MAX_ENTRIES - 1)] == [
        statuses[index] for index in (0, 1, 70_001, MAX_ENTRIES - 1)
    ]
    assert len(token) < 64 * 1024
    assert MAX_ENTRIES == 131_072


@pytest.mark.parametrize("statuses", [bytes(MAX_ENTRIES + 1), b"\0\4", b"X", b"\xff"])
def test_does_not_write_what_nobody_reads(statuses):
    with pytest.raises(ValueError, match="at most 131072 entries of 0 to 3"):
        a_status_token(statuses)


def test_is_signed_only_by_a_key_for_lists_and_within_its_time():
    terms = {"uri": STATUS_URI, "issued_at": AT, "expires_at": AT + DAY, "ttl": 1}

    with pytest.raises(ValueError, match=r"^this key may not sign status lists$"):
        encode_status_list(b"", an_issuing_key(), **terms)
    with pytest.raises(ValueError, match="does not cover"):
        a_status_token(expires_at=AT + 365 * DAY + SECOND)


def test_over_the_network_it_ends_at_its_end():
    token = a_status_token()

    assert read(token, at=AT + DAY - SECOND)
    assert why(token, at=AT + DAY) == "expired"
    assert read(token, at=None)


def test_never_goes_back_in_time():
    token = a_status_token()

    assert read(token, not_older_than=AT)
    assert read(token, not_older_than=AT - SECOND)
    assert why(token, not_older_than=AT + SECOND) == "older"


def test_is_the_list_asked_for():
    assert why(a_status_token(), uri=STATUS_URI + "0") == "uri"


def forged(lst=None, **changes):
    claims = {
        "sub": STATUS_URI,
        "iat": 1767323045,
        "exp": 1767323045 + 86400,
        "ttl": 1,
        "status_list": {"bits": 2, "lst": lst or b64url_encode(zlib.compress(b"\0"))},
        **changes,
    }
    return an_issuing_key("status_list").sign(claims, issued_at=AT, expires_at=AT + DAY)


def test_a_ttl_is_at_least_a_second():
    assert read(forged()).ttl == 1
    assert why(forged(ttl=0)) == "claim_ttl"


def test_must_end_after_it_begins():
    assert why(forged(exp=1767323045), at=None) == "times"
    assert read(forged(exp=1767323046))


def test_lies_within_its_statement():
    late = 1767323045 + 365 * 86400

    assert read(forged(exp=late))
    assert why(forged(exp=late + 1)) == "statement_window"
    assert why(forged(iat=1767323045 - 86401), at=None) == "statement_window"


def lst(data):
    return b64url_encode(data)


@pytest.mark.parametrize(
    "text",
    [
        "not+base64",
        lst(b"not zlib"),
        lst(zlib.compress(bytes(64))[:-1]),
        lst(zlib.compress(bytes(64)) + b"\0"),
        lst(zlib.compress(bytes(32_769))),
        lst(zlib.compress(bytes(10_000_000))),
    ],
)
def test_refuses_what_does_not_unpack_to_a_list(text):
    assert why(forged(text)) == "list"


def test_a_list_that_would_burst_takes_no_memory():
    token = forged(lst(zlib.compress(bytes(30_000_000), 9)))
    tracemalloc.start()
    try:
        assert why(token) == "list"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 2_000_000


def test_its_address_may_be_as_long_as_a_certificate_can_say():
    uri = "https://" + "x" * 1992

    assert read(forged(sub=uri), uri=uri).uri == uri
    assert why(forged(sub=uri + "x"), uri=uri + "x") == "claim_sub"


def test_unpacks_up_to_the_largest_list():
    assert len(read(forged(lst(zlib.compress(bytes(32_768))))).packed) == 32_768


@pytest.mark.parametrize("bits", [1, 3, 4, 8, "2", True])
def test_has_two_bits_an_entry(bits):
    assert why(forged(status_list={"bits": bits, "lst": "AA"})) == "claim_status_list.bits"
