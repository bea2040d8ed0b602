"""Cookies: the seven that the site sets, and why nobody else can set, read or send them."""

from datetime import timedelta
from typing import Final, NamedTuple

from mooring.server.identity.domain.credentials.half_session import LASTS as HALF_LASTS
from mooring.server.identity.domain.federation.attempt import LASTS as ATTEMPT_LASTS
from mooring.server.identity.domain.known_browser import KNOWN_FOR
from mooring.server.identity.domain.recovery.mail_token import LASTS as MAIL_LASTS

SESSION_DAYS: Final = timedelta(days=30)
"""As long as a session lasts at most; the server ends it earlier by itself."""

LANGUAGE_KEPT_FOR: Final = timedelta(days=365)

Header = tuple[bytes, bytes]


class CookieNames(NamedTuple):
    """What this server's cookies are called.

    With the prefix ``__Host-`` a browser takes a cookie only over TLS, only for this very host and from
    nobody below its domain (RFC 6265bis, 4.1.3.2). A server on loopback has no TLS and goes without.
    """

    session: str
    seed: str
    """Held by a browser before sign-in: what its forms are known by."""
    known: str
    """Shows that somebody signed in in this browser before; it opens nothing."""
    language: str
    """The language chosen in this browser."""
    elsewhere: str
    """What a browser keeps, sealed, while its person signs in at a provider."""
    half: str
    """What a browser keeps, sealed, between the password and the second factor."""
    mail: str
    """Which mail of ours a code is to be typed from in this browser, sealed; it opens nothing."""
    is_secure: bool

    @classmethod
    def of(cls, address: str) -> "CookieNames":
        """Return the names for a server known by ``address``."""
        if address.startswith("https://"):
            return cls._named("__Host-mooring", is_secure=True)
        return cls._named("mooring", is_secure=False)

    @classmethod
    def _named(cls, name: str, *, is_secure: bool) -> "CookieNames":
        return cls(
            name,
            f"{name}-form",
            f"{name}-known",
            f"{name}-language",
            f"{name}-elsewhere",
            f"{name}-half",
            f"{name}-mail",
            is_secure,
        )

    def set_session(self, token: str) -> Header:
        """Return the header that hands a browser its session."""
        return self._set(self.session, token, SESSION_DAYS)

    def drop_session(self) -> Header:
        """Return the header that takes a browser's session away."""
        return self._set(self.session, "", timedelta(0))

    def set_seed(self, seed: str) -> Header:
        """Return the header that hands a browser its seed, until it is closed."""
        return self._set(self.seed, seed, None)

    def set_known(self, marks: str) -> Header:
        """Return the header that hands a browser what it is recognized by.

        It comes along from a provider and from a mail, too: ``Strict`` would make a stranger of its owner,
        and lose what the browser is known by to others.
        """
        return self._set(self.known, marks, KNOWN_FOR)

    def set_elsewhere(self, carried: str) -> Header:
        """Return the header that hands a browser what it keeps while its person is at a provider.

        It comes back by a link from there, so that ``Strict`` would keep it from us.
        """
        return self._set(self.elsewhere, carried, ATTEMPT_LASTS)

    def drop_elsewhere(self) -> Header:
        """Return the header that takes it away: no answer is taken twice."""
        return self._set(self.elsewhere, "", timedelta(0))

    def set_half(self, carried: str) -> Header:
        """Return the header that hands a browser its half session."""
        return self._set(self.half, carried, HALF_LASTS)

    def drop_half(self) -> Header:
        """Return the header that takes a browser's half session away."""
        return self._set(self.half, "", timedelta(0))

    def set_mail(self, ticket: str) -> Header:
        """Return the header by which a browser keeps which mail it awaits.

        It comes back by a link from a mail, too, so that ``Strict`` would keep it from us.
        """
        return self._set(self.mail, ticket, MAIL_LASTS)

    def drop_mail(self) -> Header:
        """Return the header that takes that away."""
        return self._set(self.mail, "", timedelta(0))

    def set_language(self, language: str) -> Header:
        """Return the header by which a browser keeps the language that was chosen in it."""
        return self._set(self.language, language, LANGUAGE_KEPT_FOR)

    def _set(self, name: str, value: str, age: timedelta | None) -> Header:
        parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
        if age is not None:
            parts.append(f"Max-Age={int(age.total_seconds())}")
        if self.is_secure:
            parts.append("Secure")
        return b"set-cookie", "; ".join(parts).encode("ascii")


def read_cookies(headers: list[bytes]) -> dict[str, str]:
    """Return the cookies in the ``Cookie`` headers, of two with one name the first.

    An odd cookie, as other servers of the same domain may set, hides no other. Ours need no quoting.
    """
    found: dict[str, str] = {}
    for header in headers:
        for pair in header.decode("latin-1").split(";"):
            name, equals, value = pair.strip().partition("=")
            if equals:
                found.setdefault(name, value)
    return found
