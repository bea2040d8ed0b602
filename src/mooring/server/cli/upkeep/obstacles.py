"""What stops the upkeep of a server."""

from mooring.server.licensing.domain.obstacles import Obstacle


class ServerRunning(Obstacle):
    """A server has the database open."""

    code = "database_in_use"
    title = "The database is in use"


class TransferImpossible(Obstacle):
    """A database cannot be taken from, or into, as things are."""

    code = "transfer_impossible"
    title = "The database cannot be copied"


class SourceOutdated(Obstacle):
    """The database that should be copied has the tables of an older release."""

    code = "source_outdated"
    title = "The source must be migrated first"
