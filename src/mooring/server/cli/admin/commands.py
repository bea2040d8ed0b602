"""The commands under `mooring admin`, as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mooring.server.cli.admin.account_commands import add_account_commands
from mooring.server.cli.admin.sale_commands import add_sale_commands
from mooring.server.cli.registration import add_command, add_entitlements, add_group

if TYPE_CHECKING:
    import argparse

_HERE = "mooring.server.cli.admin"


def add_admin_commands(subparsers: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    """Add `admin` and everything under it."""
    admin = add_group(subparsers, "admin", says="run the catalog, keys and licenses", shared=shared)
    _add_product(add_group(admin, "product", says="what is sold", shared=shared), shared)
    _add_edition(add_group(admin, "edition", says="a product's variants", shared=shared), shared)
    _add_policy(add_group(admin, "policy", says="terms an edition is licensed under", shared=shared), shared)
    _add_keys(add_group(admin, "keys", says="product keys", shared=shared), shared)
    _add_license(add_group(admin, "license", says="licenses that exist", shared=shared), shared)
    add_account_commands(
        add_group(admin, "account", says="accounts, and who of them works here", shared=shared), shared
    )
    _add_descriptor(admin, shared)
    _add_mail(add_group(admin, "mail", says="the mails that the server sends", shared=shared), shared)
    _add_signing_key(
        add_group(admin, "signing-key", says="the keys that sign for the publisher", shared=shared), shared
    )


def _add_product(product: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    create = add_command(
        product,
        "create",
        says="add a product",
        examples="""
            mooring admin product create harbor-notes --name "Harbor Notes"
            mooring admin product create harbor-notes --name "Harbor Notes" --url buy=https://harbor.example/buy
        """,
        shared=shared,
        run=f"{_HERE}.catalog:create_product",
    )
    create.add_argument("slug", metavar="SLUG", help="its short name, such as harbor-notes")
    create.add_argument("--name", required=True, help="its name, as people read it")
    create.add_argument(
        "--url",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="an address its program shows: buy, renew, support, account or privacy; may be repeated",
    )
    add_command(
        product,
        "list",
        says="list the products",
        examples="mooring admin product list",
        shared=shared,
        run=f"{_HERE}.catalog:list_products",
    )


def _add_edition(edition: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    create = add_command(
        edition,
        "create",
        says="add an edition, with a policy named default (retail)",
        examples="""
            mooring admin edition create harbor-notes pro --name Pro --entitlement "export-pdf=Export to PDF"
            mooring admin edition create harbor-notes home --name Home --unactivated-entitlement read
        """,
        shared=shared,
        run=f"{_HERE}.catalog:create_edition",
    )
    create.add_argument("product", metavar="PRODUCT")
    create.add_argument("edition", metavar="EDITION", help="its short name, such as pro")
    create.add_argument("--name", required=True, help="its name, as people read it")
    add_entitlements(create)
    listing = add_command(
        edition,
        "list",
        says="list a product's editions",
        examples="mooring admin edition list harbor-notes",
        shared=shared,
        run=f"{_HERE}.catalog:list_editions",
    )
    listing.add_argument("product", metavar="PRODUCT")


def _add_policy(policy: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    create = add_command(
        policy,
        "create",
        says="add a policy; what is not given comes from its channel",
        examples="""
            mooring admin policy create harbor-notes pro --name team --channel volume --seats 50
            mooring admin policy create harbor-notes pro --name trial --channel trial --valid-days 14
        """,
        shared=shared,
        run=f"{_HERE}.catalog:create_policy",
    )
    create.add_argument("product", metavar="PRODUCT")
    create.add_argument("edition", metavar="EDITION")
    create.add_argument("--name", required=True, help="its name, such as team")
    create.add_argument(
        "--channel", required=True, help="what it starts from: retail, oem, volume, subscription or trial"
    )
    create.add_argument("--seats", type=int, metavar="N", help="devices at the same time")
    create.add_argument("--lease-seats", type=int, metavar="N", help="leases at the same time")
    create.add_argument("--lease-hours", type=int, metavar="H", help="how long a lease lasts at most")
    create.add_argument("--moves", metavar="N", help="moves in the window, or unlimited")
    create.add_argument("--move-window-days", type=int, metavar="D", help="days over which moves count")
    create.add_argument("--valid-days", metavar="D", help="days from first activation to the end, or never")
    create.add_argument("--offline-days", type=int, metavar="D", help="days without reaching the server")
    create.add_argument("--tolerance", help="of hardware changes: strict, standard or lenient")
    listing = add_command(
        policy,
        "list",
        says="list an edition's policies",
        examples="mooring admin policy list harbor-notes pro",
        shared=shared,
        run=f"{_HERE}.catalog:list_policies",
    )
    listing.add_argument("product", metavar="PRODUCT")
    listing.add_argument("edition", metavar="EDITION")


def _add_keys(keys: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    mint = add_command(
        keys,
        "mint",
        says="make keys and write them to a file: the only time they are visible",
        examples="""
            mooring admin keys mint harbor-notes pro --count 1000 --output keys.csv
            mooring admin keys mint harbor-notes pro --count 1000 --output keys.csv --resume
        """,
        shared=shared,
        run=f"{_HERE}.keys:mint",
    )
    mint.add_argument("product", metavar="PRODUCT")
    mint.add_argument("edition", metavar="EDITION")
    mint.add_argument("--policy", default="default", metavar="NAME", help="default: default")
    mint.add_argument("--count", type=int, required=True, metavar="N", help="how many keys")
    mint.add_argument("--output", required=True, metavar="FILE.csv", help="a new file, readable by you only")
    mint.add_argument("--resume", action="store_true", help="finish what an interruption left unfinished")
    importing = add_command(
        keys,
        "import",
        says="take over keys that another system made",
        examples="""
            mooring admin keys import keys.csv
            mooring admin keys import keys.csv --skip-invalid
        """,
        shared=shared,
        run=f"{_HERE}.keys:import_file",
    )
    importing.add_argument(
        "file",
        metavar="FILE.csv",
        help="a column product_key, and optionally product, edition, policy, seats, expires_at",
    )
    importing.add_argument("--skip-invalid", action="store_true", help="import the lines that can be")


def _add_license(license_: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    listing = add_command(
        license_,
        "list",
        says="list licenses in the order in which they were made",
        examples="""
            mooring admin license list --product harbor-notes --standing suspended
            mooring admin license list --after lic_01j… --limit 200
        """,
        shared=shared,
        run=f"{_HERE}.licenses:list_some",
    )
    listing.add_argument("--product", metavar="SLUG")
    listing.add_argument("--edition", metavar="SLUG")
    listing.add_argument("--standing", choices=("active", "suspended", "revoked"))
    listing.add_argument("--batch", metavar="NAME", help="one minting or import")
    listing.add_argument("--after", metavar="CURSOR", help="where the page before ended")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="1 to 200 (default: 50)")
    for name, says in (
        ("show", "show a license and the devices that hold it"),
        ("suspend", "stop a license for a while"),
        ("reinstate", "let a suspended license run on"),
        ("revoke", "end a license for good"),
    ):
        _add_license_command(license_, name, says, shared)
    extend = _add_license_command(license_, "extend", "give a license more time", shared, "--days 365")
    how = extend.add_mutually_exclusive_group(required=True)
    how.add_argument("--days", type=int, metavar="D", help="from its end, or from now if that is later")
    how.add_argument("--until", metavar="DATE", help="2027-12-31, or 2027-12-31T12:00:00Z")
    add_sale_commands(license_, shared)


def _add_license_command(
    license_: Any,  # noqa: ANN401
    name: str,
    says: str,
    shared: argparse.ArgumentParser,
    options: str = "",
) -> argparse.ArgumentParser:
    parser = add_command(
        license_,
        name,
        says=says,
        examples=f"""
            mooring admin license {name} lic_01j… {options}
            mooring admin license {name} 8XKQ2 {options}
            mooring admin license {name} - {options}
        """,
        shared=shared,
        run=f"{_HERE}.licenses:{name}",
    )
    parser.add_argument(
        "license",
        metavar="LICENSE",
        help="its id, the last five symbols of its key, or - to give the whole key on standard input",
    )
    return parser


def _add_descriptor(admin: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    parser = add_command(
        admin,
        "descriptor",
        says="write the file that a product's program ships with",
        examples="mooring admin descriptor harbor-notes --output harbor_notes/mooring.json",
        shared=shared,
        run=f"{_HERE}.descriptor:run",
    )
    parser.add_argument("product", metavar="PRODUCT")
    parser.add_argument("--output", required=True, metavar="FILE", help="replaced if it is there")


def _add_mail(mail: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    test = add_command(
        mail,
        "test",
        says="send a mail that says nothing, to see whether it arrives",
        examples="mooring admin mail test you@example.com",
        shared=shared,
        run=f"{_HERE}.mail:test",
    )
    test.add_argument("address", metavar="ADDRESS", help="where it goes")


def _add_signing_key(signing_key: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    add_command(
        signing_key,
        "list",
        says="list the keys that sign, or signed",
        examples="mooring admin signing-key list",
        shared=shared,
        run=f"{_HERE}.signing_keys:list_all",
    )
    rotate = add_command(
        signing_key,
        "rotate",
        says="let new keys sign from now on; what the old ones signed stays good until it ends",
        examples="""
            mooring admin signing-key rotate
            mooring admin signing-key rotate --compromised
        """,
        shared=shared,
        run=f"{_HERE}.signing_keys:rotate",
    )
    request = add_command(
        signing_key,
        "request",
        says="ask an offline root key to state new keys",
        examples="mooring admin signing-key request request.json",
        shared=shared,
        run=f"{_HERE}.signing_keys:request",
    )
    request.add_argument("file", metavar="FILE", help="the request, to be taken to the root key")
    for parser in (rotate, request):
        parser.add_argument(
            "--compromised",
            action="store_true",
            help="the old keys were stolen: devices that meet the new ones stop believing them",
        )
    sign = add_command(
        signing_key,
        "sign",
        says="sign a request, on the computer that keeps the root key; needs no database",
        examples="mooring admin signing-key sign request.json --root-key root.pem --output statements.json",
        shared=shared,
        run=f"{_HERE}.signing_keys:sign",
    )
    sign.add_argument("file", metavar="REQUEST")
    sign.add_argument("--root-key", required=True, metavar="FILE", help="the private root key (PEM)")
    sign.add_argument("--output", required=True, metavar="STATEMENT", help="to be taken back to the server")
    install = add_command(
        signing_key,
        "install",
        says="let requested keys sign, with the statements of the root",
        examples="mooring admin signing-key install statements.json",
        shared=shared,
        run=f"{_HERE}.signing_keys:install",
    )
    install.add_argument("file", metavar="STATEMENT")
