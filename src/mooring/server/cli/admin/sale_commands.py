"""The commands under `mooring admin license` by which buyers get their licenses, as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mooring.server.cli.registration import add_command

if TYPE_CHECKING:
    import argparse

_HERE = "mooring.server.cli.admin.sales"
_LANGUAGES = ("en", "de", "es", "fr", "ja", "zh")


def add_sale_commands(license_: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    """Add `admin license issue` and `admin license send`."""
    issuing = add_command(
        license_,
        "issue",
        says="make a license for a buyer, who claims it by the link in a mail",
        examples="""
            mooring admin license issue harbor-notes pro --for mia@example.com
            mooring admin license issue harbor-notes pro --for mia@example.com --mail-language de
        """,
        shared=shared,
        run=f"{_HERE}:issue",
    )
    issuing.add_argument("product", metavar="PRODUCT", help="the product's short name")
    issuing.add_argument("edition", metavar="EDITION", help="the edition's short name")
    issuing.add_argument("--policy", default="default", metavar="NAME", help="(default: default)")
    sending = add_command(
        license_,
        "send",
        says="send a buyer the link to claim their license, once more or to another address",
        examples="""
            mooring admin license send lic_01j…
            mooring admin license send 8XKQ2 --for mia@example.com
        """,
        shared=shared,
        run=f"{_HERE}:send",
    )
    sending.add_argument("license", metavar="LICENSE", help="its id, or the last five symbols of its key")
    for command, is_required in ((issuing, True), (sending, False)):
        command.add_argument(
            "--for",
            dest="buyer",
            required=is_required,
            metavar="EMAIL",
            help="the buyer's address",
        )
        command.add_argument(
            "--mail-language",
            dest="language_of_mail",
            choices=_LANGUAGES,
            default="en",
            help="the language of the mail (default: en)",
        )
