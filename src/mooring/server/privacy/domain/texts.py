"""What is asked for, in words: the texts that people agree to. What says something else is a new version.

They are translated where they are said. A translation that says the same, or better, is no new version.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from mooring.core.privacy import DEVICE_NAME
from mooring.core.wording.catalogue import mark


class ChoiceText(NamedTuple):
    """How a choice is called, and, where it can be agreed to, the text that is."""

    title: str
    text: str = ""


TEXTS: Final[Mapping[str, ChoiceText]] = MappingProxyType(
    {
        DEVICE_NAME: ChoiceText(
            mark("Names of your computers"),
            mark(
                "Programs may send the name that your computer has, such as “Studio PC”, and your devices "
                "are listed by it. You and the publisher see it. Without this a device has a neutral name, "
                "such as “amber-heron”."
            ),
        ),
        "usage": ChoiceText(mark("How often features are used")),
        "diagnostics": ChoiceText(mark("Reports of faults")),
        "country": ChoiceText(mark("The country that your address on the network belongs to")),
        "support": ChoiceText(mark("Data that helps the publisher's support to help you")),
        "improvement": ChoiceText(mark("Data for improving the product")),
        "partners": ChoiceText(mark("Sharing with partners")),
        "offers": ChoiceText(mark("Personalized offers")),
    }
)
