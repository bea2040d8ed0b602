"""The settings of the providers that people may sign in with: ``MOORING_OIDC_<NAME>_CLIENT_ID`` and so on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from mooring.core.descriptor import is_loopback_host

Kind = Literal["openid", "microsoft", "github"]

PREFIX: Final = "MOORING_OIDC_"
ENDINGS: Final = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL", "TENANT")
LONGEST_NAME: Final = 24
LONGEST_LABEL: Final = 40

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,250}", re.ASCII)
_RESERVED: Final = frozenset({"local", "password", "passkey"})  # other ways to sign in
_KNOWN: Final[Mapping[str, tuple[Kind, str, str]]] = {
    "microsoft": ("microsoft", "Microsoft", "https://login.microsoftonline.com"),
    "google": ("openid", "Google", "https://accounts.google.com"),
    "github": ("github", "GitHub", "https://github.com"),
}
_COMMON: Final = "common"
_CHOICE: Final = "A provider has ISSUER, CLIENT_ID, CLIENT_SECRET and LABEL, and MICROSOFT may have TENANT"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInProvider:
    """One provider, and what it knows this server by.

    Attributes:
        name: Lower case: ``microsoft``, ``google``, ``github`` or what the operator calls another.
        kind: How it is spoken to.
        label: What the button says.
        issuer: Its issuer; with Microsoft and GitHub the address before every path.
        tenant: With Microsoft, who may sign in: ``common``, ``organizations``, ``consumers`` or one tenant.
    """

    name: str
    kind: Kind
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    tenant: str | None = None


def gather_providers(environ: Mapping[str, str], file: object) -> dict[str, dict[str, str]]:
    """Return what is set of each provider, by its name: in the environment, else in the file.

    Raises:
        ValueError: a setting is none of a provider.
    """
    found: dict[str, dict[str, str]] = {}
    if not isinstance(file, Mapping):
        raise ValueError(  # noqa: TRY004 - what is wrong is the setting
            "oidc in mooring.toml must be a table of providers, such as [oidc.google]"
        )
    for name, table in file.items():
        if not isinstance(table, Mapping):
            raise ValueError(  # noqa: TRY004
                f"oidc in mooring.toml must hold a table for each provider, such as [oidc.{name}]"
            )
        for key, value in table.items():
            if str(key).upper() not in ENDINGS or not isinstance(value, str):
                raise ValueError(f"[oidc.{name}] in mooring.toml has an unknown setting, {key}. {_CHOICE}")
            found.setdefault(name.lower().replace("_", "-"), {})[str(key).upper()] = value.strip()
    for variable, value in environ.items():
        if variable.startswith(PREFIX) and value.strip():
            name, ending = _parts(variable)
            found.setdefault(name, {})[ending] = value.strip()
    return found


def parse_providers(found: Mapping[str, Mapping[str, str]]) -> tuple[SignInProvider, ...]:
    """Return the providers, in the order in which their buttons stand.

    Raises:
        ValueError: one is set in part only, or so that it cannot work.
    """
    order = [*_KNOWN, *sorted(found.keys() - _KNOWN.keys())]
    return tuple(_provider(name, found[name]) for name in order if name in found)


def _parts(variable: str) -> tuple[str, str]:
    for ending in ENDINGS:
        if variable.endswith(f"_{ending}") and len(variable) > len(PREFIX) + len(ending):
            return variable[len(PREFIX) : -len(ending) - 1].lower().replace("_", "-"), ending
    raise ValueError(f"{variable} is no setting of a sign-in provider. {_CHOICE}")


def _provider(name: str, told: Mapping[str, str]) -> SignInProvider:
    shown = name.upper().replace("-", "_")
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or name in _RESERVED:
        raise ValueError(
            f"{PREFIX}{shown}_… names a provider wrongly: take 1 to {LONGEST_NAME} other letters"
        )
    kind, label, issuer = _KNOWN.get(name, ("openid", name.replace("-", " ").title(), ""))
    issuer = _issuer(shown, told.get("ISSUER", issuer))
    tenant = told.get("TENANT")
    if kind == "microsoft":
        issuer, tenant = _microsoft(issuer, tenant)
    elif kind == "github":
        issuer = issuer.rstrip("/")
    if kind != "microsoft" and tenant is not None:
        raise ValueError(f"{PREFIX}{shown}_TENANT cannot be set: only MICROSOFT has tenants")
    for wanted in ("CLIENT_ID", "CLIENT_SECRET"):
        if wanted not in told:
            raise ValueError(
                f"{PREFIX}{shown}_{wanted} is missing, while others for {label} are there. The provider "
                "shows it where this server is registered with it"
            )
    label = told.get("LABEL", label)
    if len(label) > LONGEST_LABEL or not label.isprintable():
        raise ValueError(
            f"{PREFIX}{shown}_LABEL does not fit on a button: it has room for {LONGEST_LABEL} characters"
        )
    return SignInProvider(
        name=name,
        kind=kind,
        label=label,
        issuer=issuer,
        client_id=told["CLIENT_ID"],
        client_secret=told["CLIENT_SECRET"],
        tenant=tenant,
    )


def _issuer(shown: str, issuer: str) -> str:
    if not issuer:
        raise ValueError(
            f"{PREFIX}{shown}_ISSUER is missing: the address by which the provider issues, as it tells it"
        )
    try:
        parts = urlsplit(issuer)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    private = parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host or ""))
    if not host or not private or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{PREFIX}{shown}_ISSUER must be an address such as https://accounts.example.com")
    return issuer


def _microsoft(issuer: str, tenant: str | None) -> tuple[str, str]:
    """Return the base address and the tenant; an issuer as Microsoft shows it has both in one."""
    base = issuer.rstrip("/")
    if base.endswith("/v2.0"):
        base, _, named = base.removesuffix("/v2.0").rpartition("/")
        if tenant is not None and tenant != named:
            raise ValueError(
                f"{PREFIX}MICROSOFT_TENANT is {tenant}, but {PREFIX}MICROSOFT_ISSUER has the tenant {named}"
            )
        tenant = named
    tenant = (tenant or _COMMON).lower()
    if not _TENANT.fullmatch(tenant):
        raise ValueError(
            f"{PREFIX}MICROSOFT_TENANT must be common, organizations, consumers or the id of your tenant"
        )
    return base, tenant
