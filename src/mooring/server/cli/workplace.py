"""Where an operator's command works: this server's database and secrets, opened and closed around it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, ParamSpec, TypeVar

from mooring.command_line.exit_codes import DONE, FAULT, REFUSED, UNREACHABLE, WRONG_USAGE
from mooring.core.refusals import Refusal
from mooring.core.wording.reasons import reason_document
from mooring.server.cli.output import Output
from mooring.server.foundation.clock import Clock, SystemClock
from mooring.server.foundation.database.address import is_embedded
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.opening import open_database
from mooring.server.foundation.database.port import Database, DatabaseUnavailable
from mooring.server.foundation.migrations.migrating import MigrationNeeded, prepare
from mooring.server.foundation.migrations.revisions import SchemaUnknown
from mooring.server.foundation.secrets import SealBroken, SecretFileUnusable, Secrets
from mooring.server.foundation.settings import SettingInvalid, Settings, load_settings
from mooring.server.foundation.transfer.leaving import DatabaseLeft
from mooring.server.foundation.transfer.transferring import NotEqual
from mooring.server.licensing.domain.obstacles import NotThere, Obstacle, PublisherMissing, ValueRefused
from mooring.server.licensing.storage.catalog import StoredCatalog
from mooring.server.licensing.storage.licenses_admin import StoredLicenseDesk
from mooring.server.licensing.storage.minting import StoredLicenseBook
from mooring.server.licensing.storage.root_key_file import RootKeyFile
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.licensing.use_cases.keys.mint_keys import Pepper
from mooring.server.licensing.use_cases.licenses.find_license import SeveralMatch
from mooring.server.licensing.use_cases.signing.found_publisher import FoundPublisher

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from datetime import datetime
    from typing import TypeAlias

    from mooring.server.licensing.domain.publisher import Publisher
    from mooring.server.licensing.ports.minting import Batch, NewLicense
    from mooring.server.licensing.use_cases.signing.found_publisher import Founded

    Work: TypeAlias = Callable[["Workplace", Output], Awaitable[None]]


Asked = ParamSpec("Asked")
T = TypeVar("T")

HERE = "http://127.0.0.1:8000"  # where `mooring serve` answers unless told otherwise


class SecretMismatch(Obstacle):
    """The database belongs to another secret."""

    code = "secret_mismatch"
    title = "The secret file is not this database's"


@dataclass(frozen=True, slots=True)
class Workplace:
    """This server, as an operator's command finds it."""

    settings: Settings
    secrets: Secrets
    database: Database
    clock: Clock

    @property
    def now(self) -> datetime:
        """The present time."""
        return self.clock.now()

    @property
    def catalog(self) -> StoredCatalog:
        """Products, editions and policies."""
        return StoredCatalog(self.database)

    @property
    def publisher(self) -> StoredPublisher:
        """The publisher and its signing keys."""
        return StoredPublisher(self.database)

    @property
    def desk(self) -> StoredLicenseDesk:
        """Where licenses are looked up and changed."""
        return StoredLicenseDesk(self.database)

    @property
    def book(self) -> StoredLicenseBook:
        """Where new licenses are kept: each batch again where it met another's transaction."""
        return _PatientBook(self.database)

    @property
    def root(self) -> RootKeyFile:
        """Where the private root key is looked for."""
        return RootKeyFile(self.settings.root_key_file)

    async def found(self) -> Founded:
        """Return the publisher, founded now if there is none yet."""
        found = FoundPublisher(self.publisher, self.root, self.secrets, fingerprint=self.secrets.fingerprint)
        return await again(found)(self.settings.public_url or HERE, at=self.now)

    @property
    def pepper(self) -> Pepper:
        """The secret under which product keys are hashed."""
        return Pepper(self.secrets.pepper, self.secrets.pepper_id)


class _PatientBook(StoredLicenseBook):
    """Minting writes many batches to a sheet and to the database: a batch is run again, never the whole."""

    async def add(self, new: Sequence[NewLicense], batch: Batch) -> None:
        await through_conflicts(lambda: super(_PatientBook, self).add(new, batch))


def again(use_case: Callable[Asked, Awaitable[T]]) -> Callable[Asked, Awaitable[T]]:
    """Return ``use_case``, run again where its transaction met another's, as the server's doors do."""

    async def ask(*asked: Asked.args, **terms: Asked.kwargs) -> T:
        return await through_conflicts(lambda: use_case(*asked, **terms))

    return ask


def operate(arguments: argparse.Namespace, work: Work, *, founding: bool = False) -> int:
    """Run ``work`` at this server, print what stops it, and return the exit code.

    Only with ``founding`` may there be no publisher yet: elsewhere an absent one means a wrong folder.
    """

    async def run(settings: Settings, output: Output) -> None:
        async with _open(settings, founding=founding) as place:
            await work(place, output)

    def begin(output: Output) -> None:
        settings = load_settings()
        _require_server(settings, founding=founding)
        prepare(settings, found=founding)
        asyncio.run(run(settings, output))

    return reporting(arguments, begin)


class _Stop(NamedTuple):
    """What keeps a command from working at all, and what is said of it."""

    errors: tuple[type[Exception], ...]
    code: str
    title: str
    action: str
    label: str
    exit_code: int


_STOPS: Final = (
    _Stop(
        (SettingInvalid,), "setting_invalid", "A setting cannot be used", "change_setting", "", WRONG_USAGE
    ),
    _Stop(
        (SecretFileUnusable, SealBroken, SchemaUnknown),
        "server_unusable",
        "This server cannot be used",
        "run_doctor",
        "Run: mooring doctor",
        REFUSED,
    ),
    _Stop(
        (MigrationNeeded,),
        "migration_needed",
        "The database must be migrated first",
        "migrate",
        "Run: mooring migrate",
        REFUSED,
    ),
    _Stop(
        (DatabaseLeft,),
        "database_left",
        "The database was moved",
        "change_setting",
        "Name the copy in MOORING_DATABASE_URL. To use this file all the same, without what happened since: "
        "mooring migrate --use-again",
        REFUSED,
    ),
    _Stop(
        (NotEqual,),
        "not_equal",
        "The copy was not the same",
        "retry",
        "Nothing was kept. Try again.",
        FAULT,
    ),
    _Stop(
        (DatabaseUnavailable,),
        "database_unavailable",
        "The database cannot be used",
        "retry",
        "Try again.",
        UNREACHABLE,
    ),
)


def reporting(arguments: argparse.Namespace, work: Callable[[Output], None]) -> int:
    """Run ``work``, print what stops it, and return the exit code."""
    output = Output.of(arguments)
    try:
        work(output)
    except Obstacle as obstacle:
        _report(output, obstacle)
        return WRONG_USAGE if isinstance(obstacle, ValueRefused | SeveralMatch) else REFUSED
    except Refusal as refused:
        output.refuse_with(reason_document(refused.code, refused.members))
        return REFUSED
    except tuple(error for stop in _STOPS for error in stop.errors) as error:
        (stop,) = (stop for stop in _STOPS if isinstance(error, stop.errors))
        output.refuse(stop.code, stop.title, str(error), stop.action, stop.label)
        return stop.exit_code
    return DONE


def _report(output: Output, obstacle: Obstacle) -> None:
    for line in obstacle.lines:
        output.warn(line)
    output.refuse_with(
        {
            "code": obstacle.code,
            "title": obstacle.title,
            "detail": obstacle.detail,
            "next": {"action": "follow", "label": obstacle.next_step},
            **obstacle.members,
        }
    )


def _require_server(settings: Settings, *, founding: bool) -> None:
    url = settings.database_url
    if not founding and is_embedded(url) and not Path(str(url.database)).exists():
        raise NotThere(
            f"There is no Mooring server in {settings.data_dir}.",
            "Make one: mooring init NAME. Or say where it is with MOORING_DATA_DIR.",
        )


@asynccontextmanager
async def _open(settings: Settings, *, founding: bool) -> AsyncIterator[Workplace]:
    database = open_database(settings)
    try:
        async with StoredPublisher(database).reading() as reader:
            publisher = await reader.publisher()
        if publisher is None and not founding:
            raise PublisherMissing
        yield Workplace(settings, _secrets(settings, publisher), database, SystemClock())
    finally:
        await database.close()


def _secrets(settings: Settings, publisher: Publisher | None) -> Secrets:
    """Return the secrets, made only where nothing was sealed or hashed with others yet."""
    if publisher is None:
        return Secrets.load_or_create(settings.secret_file)
    secrets = Secrets.load(settings.secret_file)
    if publisher.secret_fingerprint != secrets.fingerprint:
        raise SecretMismatch(
            f"The database was made with another secret than {settings.secret_file} "
            f"({publisher.secret_fingerprint}, not {secrets.fingerprint}).",
            "Put the right secret file back, or restore the database that belongs to this one.",
        )
    return secrets
