"""What devices are called: by neutral names ("amber-heron"), unless a person typed or agreed to another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.core.identifiers import DeviceId
    from mooring.server.licensing.domain.activations.device import Device

LONGEST_NAME = 64

ADJECTIVES = """
    amber ancient azure bold brave bright brisk bronze calm clever coastal copper coral crimson
    crisp deep distant dusky eager early emerald fair fleet fresh gentle gilded glad golden grand
    green hardy hazel honest humble indigo ivory jade jolly keen kind late lively lucid lunar marine
    mellow merry mild misty noble northern olive opal patient pearl plain polar proud quick quiet
    rapid ready rosy royal russet sable sandy scarlet serene silent silver sleek smooth snowy solar
    southern spry stately steady still stormy sunny swift tidal topaz tranquil true velvet vivid
    warm western wild windy wise witty young
""".split()  # noqa: SIM905 - a hundred quoted words would be harder to read
NOUNS = """
    albatross anchor anchovy avocet barge barque bay beacon bittern bollard breeze brig buoy cape
    capstan clipper cod compass cormorant cove crab crane creek current curlew cutter delta dinghy
    dolphin dory dune eddy egret eider estuary ferry fjord frigate gannet grebe gull haddock halyard
    harbor helm heron herring ibis inlet island jetty kayak keel ketch kittiwake lagoon lantern
    lighthouse lobster loon lugger mackerel marina marlin mast mussel narwhal oar orca osprey otter
    oyster pelican petrel pier plover porpoise puffin quay reef rudder sail salmon sandpiper
    schooner seal shoal skiff sloop spray starfish sturgeon tern tide walrus wave whale yawl
""".split()  # noqa: SIM905 - a hundred quoted words would be harder to read


def neutral_name(device_id: DeviceId) -> str:
    """Return the neutral name of a device, always the same for the same id.

    It tells nothing about the computer, and several devices may share one: it is a label, not an identifier.
    """
    number = int.from_bytes(hashlib.sha256(device_id.encode()).digest()[:8])
    rest, adjective = divmod(number, len(ADJECTIVES))
    return f"{ADJECTIVES[adjective]}-{NOUNS[rest % len(NOUNS)]}"


def fit_name(text: str) -> str | None:
    """Return ``text`` as a name: one line of 1 to 64 characters; None if it cannot be one."""
    name = " ".join(text.split(" ")).strip()
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None


def may_be_renamed(device: Device, consent_behind: str | None) -> bool:
    """Tell whether the device may be called by its own name: not if a person typed the one it has."""
    return consent_behind is not None or device.name == neutral_name(device.id)
