"""A descriptor read at the door; malformed ones are in tests/corpus."""

import json

import pytest

from mooring.core.descriptor import EditionTerms, is_loopback, parse_descriptor
from mooring.core.jose.encoding import b64url_encode
from tests.support.certificates import an_ed25519_key, an_es256_key

ROOT, OFFLINE = an_ed25519_key("root").public, an_ed25519_key("offline").public
SALT = bytes(range(32))


def a_document(**changes):
    document = {
        "mooring": 1,
        "issuer": "https://licenses.example.com",
        "servers": ["https://licenses.example.com"],
        "product": "harbor-notes",
        "product_code": 7,
        "name": "Harbor Notes",
        "roots": [ROOT.jwk],
        "offline_keys": [OFFLINE.jwk],
        "hardware_salt": b64url_encode(SALT),
        "urls": {"buy": "https://example.com/buy", "support": "mailto:help@example.com"},
        "editions": {
            "pro": {
                "name": "Pro",
                "entitlements": {"export-pdf": "PDF export"},
                "unactivated_entitlements": ["read"],
            }
        },
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def sentence(**changes):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        parse_descriptor(a_document(**changes))
    return str(caught.value)


def wrong(member):
    return f"The descriptor is not usable: {member} is missing or wrong."


def test_reads_every_part():
    descriptor = parse_descriptor(json.dumps(a_document()).encode())

    assert descriptor == (
        "https://licenses.example.com",
        ("https://licenses.example.com",),
        "harbor-notes",
        7,
        "Harbor Notes",
        (ROOT,),
        (OFFLINE,),
        SALT,
        False,
        {"buy": "https://example.com/buy", "support": "mailto:help@example.com"},
        {"pro": EditionTerms("Pro", {"export-pdf": "PDF export"}, ("read",))},
    )


@pytest.mark.parametrize("changes", [{}, {"lab": True, "servers": ["http://127.0.0.1:8000"]}])
def test_writes_what_it_reads(changes):
    document = a_document(**changes)

    assert parse_descriptor(document).to_document() == document
    assert parse_descriptor(document).lab is bool(changes)


@pytest.mark.parametrize("member", [name for name in a_document() if name != "urls"])
def test_names_the_member_that_is_missing(member):
    assert sentence(**{member: None}) == wrong(member)


def test_pages_are_optional():
    assert parse_descriptor(a_document(urls=None)).urls == {}
    assert parse_descriptor(a_document(urls={"buy": None, "later": 7})).urls == {}
    every = dict.fromkeys(("buy", "renew", "support", "account", "privacy"), "http://localhost/x")
    assert parse_descriptor(a_document(urls=every)).urls == every


@pytest.mark.parametrize("url", ["http://example.com", "javascript:alert(1)", "file:///x", "", 7, "x" * 2001])
def test_a_page_is_a_page(url):
    assert sentence(urls={"renew": url}) == wrong("urls.renew")


@pytest.mark.parametrize(
    "server",
    [
        "https://a.example",
        "https://a.example:8443/base",
        "https://a.example/X",
        "http://localhost",
        "http://127.9.9.9:1",
        "http://[::1]:8000",
        "http://[::1]",
        "https://[2001:db8::7]/base",
        "https://a.example:1",
        "https://a.example:65535",
    ],
)
def test_a_server_is_asked_by_https_or_on_this_computer(server):
    assert parse_descriptor(a_document(servers=[server, server + "/"])).servers == (server, server)


@pytest.mark.parametrize(
    "server",
    [
        "http://a.example",
        "HTTPS://a.example",
        "https://",
        "https:///x",
        "https://:443",
        "https://me@a.example",
        "https://a.example?q",
        "https://a.example#f",
        "https://a.example/a b",
        "https://ä.example",
        "https://a.example\\b",
        "http://127.0.0.1.evil.example",
        "http://127.0.0",
        "http://128.0.0.1",
        "https://a.example:0",
        "https://a.example:65536",
        "https://a.example:port",
        "https://a.example:-1",
        "https://a.example:1:2",
        "https://[::1",
        "https://::1]",
        "https://[]:1",
        "https://[a]:1",
        "https://[[::1]]",
        "https://[fe80::1%25en0]",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "https://" + "x" * 1993,
        7,
    ],
)
def test_no_other_server_is_ever_asked(server):
    assert sentence(servers=["https://a.example", server]) == wrong("servers")


@pytest.mark.parametrize("count", [0, 5])
@pytest.mark.parametrize("member", ["servers", "roots", "offline_keys"])
def test_has_one_to_four_servers_and_keys(member, count):
    values = {
        "servers": [f"https://{n}.example" for n in range(5)],
        "roots": [an_ed25519_key(f"{n}").public.jwk for n in range(5)],
        "offline_keys": [an_ed25519_key(f"{n}").public.jwk for n in range(5)],
    }[member]

    assert sentence(**{member: values[:count]}) == wrong(member)
    assert len(getattr(parse_descriptor(a_document(**{member: values[:4]})), member)) == 4


@pytest.mark.parametrize("key", [an_es256_key().public.jwk, an_ed25519_key().to_jwk(), {}, "key", ROOT.jwk])
def test_a_pinned_key_is_one_more_public_ed25519_key(key):
    assert sentence(roots=[ROOT.jwk, key]) == wrong("roots")


@pytest.mark.parametrize(("size", "usable"), [(15, False), (16, True), (64, True), (65, False)])
def test_the_salt_has_16_to_64_bytes(size, usable):
    document = a_document(hardware_salt=b64url_encode(bytes(size)))
    if usable:
        assert parse_descriptor(document).hardware_salt == bytes(size)
    else:
        assert sentence(**document) == wrong("hardware_salt")


def test_the_salt_is_base64url():
    assert sentence(hardware_salt="AAAA====") == wrong("hardware_salt")


@pytest.mark.parametrize("slug", ["a", "a.b-c_9", "x" * 64])
def test_a_slug_is_safe_in_addresses_and_files(slug):
    assert parse_descriptor(a_document(product=slug)).product == slug


@pytest.mark.parametrize("slug", ["", "A", "-a", ".a", "_a", "a/b", "a b", "é", "x" * 65])
def test_nothing_else_is_a_slug(slug):
    assert sentence(product=slug) == wrong("product")
    assert sentence(editions={slug: {}}) == wrong(f"editions.{slug}")


@pytest.mark.parametrize(("code", "usable"), [(0, True), (624, True), (625, False), (-1, False)])
def test_the_product_code_fits_two_symbols(code, usable):
    if usable:
        assert parse_descriptor(a_document(product_code=code)).product_code == code
    else:
        assert sentence(product_code=code) == wrong("product_code")


def test_only_a_server_on_this_computer_makes_a_laboratory():
    assert sentence(lab=True) == "A descriptor marked lab may only name servers on this computer."
    mixed = ["http://localhost:1", "https://a.example"]
    assert sentence(lab=True, servers=mixed).startswith("A descriptor marked lab")
    assert parse_descriptor(a_document(lab=False)).lab is False
    assert sentence(lab=1) == wrong("lab")


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost", True),
        ("http://LOCALHOST:80/x", True),
        ("http://127.0.0.1/x", True),
        ("http://127.1.2.3:8000", True),
        ("http://[::1]", True),
        ("http://[::1]:8000/x", True),
        ("http://[::2]", False),
        ("http://[::11]", False),
        ("http://127.0.0.x", False),
        ("http://127.0.0.256", False),
        ("http://127.0.0.255", True),
        ("http://127.0.0.0001", False),
        ("http://127.0.0.", False),
        ("http://127.0.0.1.2", False),
        ("http://27.0.0.1", False),
        ("http://localhost.example", False),
        ("http://a.example/localhost", False),
        ("localhost", False),
        ("HTTPS://localhost:8443", True),
        ("http://localhost:", True),
        ("file://localhost/etc/passwd", False),
        ("javascript://localhost/%0aalert(1)", False),
        ("http://127.0.0.1:80@a.example", False),
        ("http://localhost:@a.example/", False),
        ("http://[::1]@a.example", False),
        ("http://[::1]:80@a.example", False),
        ("http://localhost:\uff18\uff10", False),
        ("http://localhost:\u00b2", False),
        ("http://a.example@localhost", False),
    ],
)
def test_loopback_is_this_computer_only(url, loopback):
    assert is_loopback(url) is loopback


def an_edition(**changes):
    return {"pro": {"name": "Pro", "entitlements": {}, "unactivated_entitlements": [], **changes}}


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"name": ""}, "name"),
        ({"entitlements": []}, "entitlements"),
        ({"entitlements": {"": "X"}}, "entitlements"),
        ({"entitlements": {"é" * 24 + "x": "X"}}, "entitlements"),
        ({"entitlements": {"\x1b": "X"}}, "entitlements"),
        ({"entitlements": {f"e{n}": "X" for n in range(65)}}, "entitlements"),
        ({"entitlements": {"sync": ""}}, "entitlements.sync"),
        ({"unactivated_entitlements": None}, "unactivated_entitlements"),
        ({"unactivated_entitlements": [7]}, "unactivated_entitlements"),
        ({"unactivated_entitlements": [""]}, "unactivated_entitlements"),
        ({"unactivated_entitlements": ["e"] * 65}, "unactivated_entitlements"),
    ],
)
def test_names_what_is_wrong_with_an_edition(changes, member):
    assert sentence(editions=an_edition(**changes)) == wrong(f"editions.pro.{member}")


def test_an_edition_has_up_to_64_entitlements_of_48_bytes():
    names = {f"e{n}": "X" for n in range(63)} | {"é" * 24: "Y"}
    descriptor = parse_descriptor(
        a_document(editions=an_edition(entitlements=names, unactivated_entitlements=["e"] * 64))
    )

    assert descriptor.editions["pro"].entitlements == names
    assert len(descriptor.editions["pro"].unactivated_entitlements) == 64


def test_addresses_have_up_to_2000_characters_and_slugs_of_editions_64():
    url, slug = "https://" + "x" * 1992, "x" * 64
    document = a_document(servers=[url], urls={"buy": url}, editions={slug: an_edition()["pro"]})
    descriptor = parse_descriptor(document)

    assert (descriptor.servers, descriptor.urls) == ((url,), {"buy": url})
    assert list(descriptor.editions) == [slug]
    assert list(parse_descriptor(a_document(editions={"x": an_edition()["pro"]})).editions) == ["x"]
    assert sentence(servers=[url + "x"]) == wrong("servers")
    assert sentence(urls={"buy": url + "x"}) == wrong("urls.buy")


def test_there_are_up_to_64_editions():
    def editions(count):
        return {f"e{n}": an_edition()["pro"] for n in range(count)}

    assert len(parse_descriptor(a_document(editions=editions(64))).editions) == 64
    assert parse_descriptor(a_document(editions={})).editions == {}
    assert sentence(editions=editions(65)) == wrong("editions")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"", "The descriptor is not one JSON object."),
        (b"[]", "The descriptor is not one JSON object."),
        (b'{"mooring":1,"mooring":1}', "The descriptor has a member twice."),
        (b" " * (256 * 1024) + b"{", "The descriptor is longer than 262144 bytes."),
        (b" " * (256 * 1024 - 2) + b"{}", "The descriptor is not usable: mooring is missing or wrong."),
        (
            b'{"mooring":2}',
            "This descriptor is for another version of Mooring: update the mooring package.",
        ),
    ],
)
def test_says_in_a_sentence_what_is_wrong(source, expected):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        parse_descriptor(source)
    assert str(caught.value) == expected


def test_the_issuer_is_a_name_and_may_have_been_a_server_on_this_computer():
    assert parse_descriptor(a_document(issuer="http://127.0.0.1:8000")).issuer == "http://127.0.0.1:8000"
    assert parse_descriptor(a_document(issuer="http://a.example")).issuer == "http://a.example"
    assert sentence(issuer="a.example") == wrong("issuer")
