"""`mooring init`: from nothing to a product that can be activated, in one step."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from mooring.core.descriptor import is_loopback
from mooring.server.cli.admin.documents import edition_document, policy_document, product_document
from mooring.server.cli.admin.files import write_json
from mooring.server.cli.workplace import again, operate
from mooring.server.licensing.domain.catalog import slug_from_name
from mooring.server.licensing.domain.obstacles import AlreadyExists, NotThere
from mooring.server.licensing.use_cases.catalog.launch_product import LaunchProduct
from mooring.server.licensing.use_cases.catalog.list_catalog import ListProducts
from mooring.server.licensing.use_cases.keys.mint_keys import MintKeys
from mooring.server.licensing.use_cases.signing.make_descriptor import MakeDescriptor

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mooring.server.cli.output import Output
    from mooring.server.cli.workplace import Workplace
    from mooring.server.licensing.domain.catalog import Edition
    from mooring.server.licensing.use_cases.signing.found_publisher import Founded


_NAME_IN_A_PACKAGE = "mooring.json"


def run(arguments: argparse.Namespace) -> int:
    """Run `mooring init`."""
    return operate(arguments, lambda place, output: _launch(arguments, place, output), founding=True)


async def _launch(arguments: argparse.Namespace, place: Workplace, output: Output) -> None:
    at, address = place.now, place.settings.public_url
    slug = arguments.slug or slug_from_name(arguments.name)
    await _check_new(place, slug)
    file = _new_file(arguments.output)
    founded = await place.found()
    launched = await again(LaunchProduct(place.catalog))(
        slug,
        name=arguments.name,
        edition=arguments.edition,
        edition_name=arguments.edition_name or arguments.edition.replace("-", " ").title(),
        entitlements=arguments.entitlement,
        unactivated_entitlements=arguments.unactivated_entitlement,
        at=at,
    )
    descriptor = await MakeDescriptor(place.catalog, place.publisher, place.secrets)(slug, server=address)
    write_json(file, descriptor.to_document())
    mint = MintKeys(place.catalog, place.book, place.pepper)
    key, license_id = await mint.one(slug, launched.edition.slug, at=at)
    python = python_lines(file, launched.edition)
    output.say(f"{launched.product.name} can be licensed now.\n")
    output.rows(
        [
            ("Product", f"{launched.product.name} ({slug})"),
            ("Edition", f"{launched.edition.name} ({launched.edition.slug})"),
            ("Product key", f"{key.formatted()}  shown only now"),
            ("Descriptor", f"{file}  ship it in your program's package"),
            ("Root key", f"{place.root}  keep a copy offline: programs trust it for good"),
        ]
    )
    _say_what_next(output, python, file, key.formatted(), founded)
    output.answer(
        {
            "issuer": founded.publisher.issuer,
            "product": product_document(launched.product),
            "edition": edition_document(launched.edition),
            "policy": policy_document(launched.policy),
            "license": {"id": license_id},
            "product_key": key.formatted(),
            "descriptor": str(file),
            "root_key_file": str(place.root),
            "python": list(python),
        }
    )


async def _check_new(place: Workplace, slug: str) -> None:
    if any(product.slug == slug for product in await ListProducts(place.catalog)()):
        raise AlreadyExists(
            f"“{slug}” was set up already, and its key is not shown again.",
            f"For more keys: mooring admin keys mint {slug} EDITION --count N --output FILE.csv. "
            f"For its descriptor: mooring admin descriptor {slug} --output FILE",
        )


def _new_file(name: str) -> Path:
    """Return where the descriptor goes; asked before anything is made."""
    file = Path(name)
    if file.exists():
        raise AlreadyExists(f"{file} exists and is not overwritten.", "Choose another with --output FILE")
    if not file.absolute().parent.is_dir():
        raise NotThere(f"There is no folder {file.parent}.", "Make it, or choose another with --output FILE")
    return file


def _say_what_next(output: Output, python: Sequence[str], file: Path, key: str, founded: Founded) -> None:
    output.say("\nPaste into your program:\n")
    output.say("\n".join(f"    {line}" for line in python))
    package = package_of(file)
    if package is None:
        output.say(
            f"\nIt finds {file} from this folder only. In your package, beside its __init__.py, it is found "
            'wherever the program runs: mooring.App.from_package("PACKAGE")'
        )
    elif not (file.parent / "__init__.py").exists():
        output.say(f"\n{package} must be a package for that: it needs {file.parent / '__init__.py'}.")
    output.say("\nNext: mooring serve")
    output.say(
        f"Then, in another terminal: mooring activate {key} --descriptor {shlex.quote(str(file))}", hanging=4
    )
    issuer = founded.publisher.issuer
    if founded.now and is_loopback(issuer):
        output.say(
            f"\nThe publisher's permanent name is {issuer}, good for trying out. For customers, set "
            "MOORING_PUBLIC_URL and start with a new MOORING_DATA_DIR."
        )


def python_lines(descriptor: Path, edition: Edition) -> tuple[str, str, str]:
    """Return the three lines that make a program ask for its license."""
    last = (
        f'app.require("{next(iter(edition.entitlements))}")'
        if edition.entitlements
        else "print(app.status().sentence)"
    )
    package = package_of(descriptor)
    app = f'App.from_package("{package}")' if package else f'App("{descriptor.as_posix()}")'
    return "import mooring", f"app = mooring.{app}", last


def package_of(descriptor: Path) -> str | None:
    """Return the package that ships ``descriptor``, as it is imported; None where it lies in none.

    A folder below this one is taken for a package that is still to be made.
    """
    folder = descriptor.absolute().parent
    if descriptor.name != _NAME_IN_A_PACKAGE or not folder.name.isidentifier():
        return None
    if not (folder / "__init__.py").exists():
        return folder.name if folder != Path.cwd() and folder.is_relative_to(Path.cwd()) else None
    names = [folder.name]
    while (folder.parent / "__init__.py").exists():
        folder = folder.parent
        names.insert(0, folder.name)
    return ".".join(names)
