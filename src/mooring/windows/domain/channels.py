"""Channels: how a copy of Windows was sold, as far as its records tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mooring.windows.domain.records import Product

RETAIL = "retail"
OEM_DM = "oem_dm"
OEM_SLP = "oem_slp"
OEM_COA = "oem_coa"
VOLUME_MAK = "volume_mak"
VOLUME_KMS = "volume_kms"
KMS_HOST = "volume_kms_host"
VIRTUAL_MACHINE = "volume_avma"
SUBSCRIPTION = "subscription"
EVALUATION = "evaluation"
UNKNOWN = "unknown"

ALL = (
    RETAIL,
    OEM_DM,
    OEM_SLP,
    OEM_COA,
    VOLUME_MAK,
    VOLUME_KMS,
    KMS_HOST,
    VIRTUAL_MACHINE,
    SUBSCRIPTION,
    EVALUATION,
    UNKNOWN,
)

PERSONAL = frozenset({RETAIL, OEM_DM, OEM_SLP, OEM_COA})
"""Those whose digital license a person's Microsoft account can hold."""

_MARKS: Sequence[tuple[str, str]] = (
    ("EVAL", EVALUATION),
    ("TB:SUB", SUBSCRIPTION),
    ("TIMEBASED_SUB", SUBSCRIPTION),
    ("VIRTUAL_MACHINE_ACTIVATION", VIRTUAL_MACHINE),
    ("GVLK", VOLUME_KMS),
    ("VOLUME_KMSCLIENT", VOLUME_KMS),
    ("CSVLK", KMS_HOST),
    ("VOLUME_KMS", KMS_HOST),
    ("MAK", VOLUME_MAK),
    ("OEM:DM", OEM_DM),
    ("OEM_DM", OEM_DM),
    ("OEM:NONSLP", OEM_COA),
    ("OEM_COA", OEM_COA),
    ("OEM:COA", OEM_COA),
    ("OEM:SLP", OEM_SLP),
    ("OEM_SLP", OEM_SLP),
    ("RETAIL", RETAIL),
)
"""What stands in the key's channel or in the description; what is more particular comes first."""

_KEYS_THAT_WINDOWS_BRINGS: Mapping[str, str] = {
    "8HVX7": "Core",
    "WXCHW": "CoreN",
    "6F4BT": "CoreSingleLanguage",
    "3V66T": "Professional",
    "PKCKT": "ProfessionalN",
    "2YV77": "ProfessionalWorkstation",
    "MHBPB": "ProfessionalEducation",
    "7CFBY": "Education",
}
"""The end of the key that Windows installs by itself for an edition, where no key was typed."""


def channel_of(product: Product, *, subscribed: bool) -> str:
    """Return the channel of ``product``; a subscription of the organization stands above its own."""
    for told in (product.key_channel.upper(), product.description.upper()):
        for mark, channel in _MARKS:
            if mark in told:
                return SUBSCRIPTION if subscribed and channel in PERSONAL else channel
    return EVALUATION if product.family.upper().endswith("EVAL") else UNKNOWN


def brings_its_own_key(product: Product) -> bool:
    """Tell whether its key is the one that Windows brings along: then nobody typed any."""
    return _KEYS_THAT_WINDOWS_BRINGS.get(product.last_five or "") is not None
