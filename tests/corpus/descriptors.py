"""Descriptors: the good, and those that would send a program astray."""

from tests.corpus.forge import INSTALLATION, ISSUER, PRODUCT, ROOT, STRANGER, Case, b64, compact, without


def document(**changes):
    return {
        "mooring": 1,
        "issuer": ISSUER,
        "servers": [ISSUER],
        "product": PRODUCT,
        "product_code": 624,
        "name": "Harbor Notes",
        "roots": [ROOT.jwk],
        "offline_keys": [STRANGER.jwk],
        "hardware_salt": b64(bytes(range(32))),
        "urls": {"buy": "https://example.com/buy", "support": "mailto:help@example.com"},
        "editions": {
            "pro": {
                "name": "Pro",
                "entitlements": {"export-pdf": "PDF export", "sync": "Sync"},
                "unactivated_entitlements": ["read"],
            }
        },
        **changes,
    }


def cases():
    """Yield every case; ``why`` is the member that the sentence names, or a phrase of it."""

    def good(name, value, about):
        return Case("descriptors", name, compact(value).decode(), about)

    def bad(name, value, about, why):
        return Case("descriptors", name, compact(value).decode(), about, "descriptor", why, "parse")

    loopback = ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000", "https://a.example"]
    yield good("good", document(), "as the server makes it")
    yield good("good-loopback", document(servers=loopback), "plain http on this computer itself")
    yield good("good-lab", document(servers=loopback[:3], lab=True), "a laboratory on this computer")
    yield good("good-later", document(later=[1]), "members of later versions are ignored")
    yield bad("not-json", b"mooring", "no JSON", "not one JSON object")
    yield bad("array", b"[]", "no object", "not one JSON object")
    yield bad("twice", compact(document())[:-1] + b',"roots":[]}', "roots given twice", "a member twice")
    yield bad("too-long", document(name="x" * 262_144), "more than 256 KiB", "longer than")
    yield bad("version-2", document(mooring=2), "a version to come", "another version")
    yield bad("no-version", without(document(), "mooring"), "no descriptor", "mooring is missing or wrong")
    wrong = {
        "plain-server": ("servers", ["http://licenses.example.com"]),
        "looks-like-loopback": ("servers", ["http://127.0.0.1.evil.example"]),
        "named-like-loopback": ("servers", ["http://localhost.evil.example"]),
        "user-like-loopback": ("servers", ["http://localhost@evil.example"]),
        "server-file": ("servers", ["file:///etc/passwd"]),
        "server-query": ("servers", ["https://a.example/?x=1"]),
        "no-server": ("servers", []),
        "five-servers": ("servers", ["https://a.example"] * 5),
        "issuer-text": ("issuer", "Example"),
        "product-path": ("product", "../harbor"),
        "product-upper": ("product", "Harbor"),
        "code-625": ("product_code", 625),
        "code-text": ("product_code", "7"),
        "name-escape": ("name", "\u001b[31mHarbor"),
        "no-root": ("roots", []),
        "five-roots": ("roots", [ROOT.jwk] * 5),
        "root-twice": ("roots", [ROOT.jwk, ROOT.jwk]),
        "root-private": ("roots", [ROOT.secret_jwk]),
        "root-es256": ("roots", [INSTALLATION.jwk]),
        "root-text": ("roots", ["key"]),
        "no-offline-key": ("offline_keys", []),
        "salt-short": ("hardware_salt", b64(bytes(15))),
        "salt-padded": ("hardware_salt", "AAECAwQFBgcICQoLDA0ODw=="),
        "lab-text": ("lab", "yes"),
        "editions-array": ("editions", []),
    }
    for name, (member, value) in wrong.items():
        yield bad(name, document(**{member: value}), f"{member} is wrong", f" {member} is missing or wrong")
    yield bad("lab-elsewhere", document(lab=True), "a laboratory on another computer", "marked lab")
    yield bad(
        "url-script", document(urls={"buy": "javascript:alert(1)"}), "a page that is a program", "urls.buy"
    )
    yield bad(
        "edition-unnamed",
        document(editions={"pro": {"entitlements": {}, "unactivated_entitlements": []}}),
        "an edition without a name",
        "editions.pro.name",
    )
    yield bad("edition-path", document(editions={"../x": {}}), "an edition that is a path", "editions.../x")
    long = {"name": "Pro", "entitlements": {"x" * 49: "X"}, "unactivated_entitlements": []}
    yield bad(
        "entitlement-long",
        document(editions={"pro": long}),
        "an entitlement of 49 bytes",
        "editions.pro.entitlements",
    )
