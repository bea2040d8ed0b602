"""An address of a database is read with patience, refused in words, and told without its password."""

import pytest

from mooring.server.foundation.database.address import is_embedded, parse_database_address, place_of


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "postgresql://mooring:hunter2@db.example:5433/licenses",
            "postgresql://mooring@db.example:5433/licenses",
        ),
        ("postgres://mooring:hunter2@db/licenses?sslmode=verify-full", "postgresql://mooring@db/licenses"),
        ("PostgreSQL+asyncpg://db/licenses?pgbouncer=true", "postgresql://db/licenses"),
        ("postgresql:///licenses?host=/run/postgresql", "postgresql:///licenses"),
        ("postgresql://mooring:hunter%402@[::1]/licenses", "postgresql://mooring@[::1]/licenses"),
    ],
)
def test_reads_postgresql_and_tells_no_password(tmp_path, text, place):
    url = parse_database_address(text, tmp_path)
    assert url.drivername == "postgresql"
    assert not is_embedded(url)
    assert place_of(url) == place
    assert "hunter" not in repr(url)


def test_keeps_what_the_connection_needs(tmp_path):
    url = parse_database_address("postgres://me:hunter%402@db:1/x?sslmode=require&pgbouncer=false", tmp_path)
    assert (url.username, url.password, url.host, url.port, url.database) == ("me", "hunter@2", "db", 1, "x")
    assert dict(url.query) == {"sslmode": "require", "pgbouncer": "false"}


def test_a_relative_file_starts_at_the_folder(tmp_path):
    url = parse_database_address("sqlite:///licenses.db", tmp_path)
    assert is_embedded(url)
    assert place_of(url) == str(tmp_path / "licenses.db")
    assert place_of(parse_database_address("sqlite:////srv/licenses.db", tmp_path)) == "/srv/licenses.db"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mysql+pymysql://me:hunter2@db/x", "names mysql; Mooring uses SQLite and PostgreSQL"),
        ("postgresql://me:hun@ter2@db/x", "has an @ in its user name or password: write %40 for it"),
        ("postgresql://me:hunter2@db", "must end with the database's name, such as postgresql://mooring@localhost"),
        ("postgresql://me:hunter2@db/", "must end with the database's name, such as postgresql://mooring@localhost"),
        ("postgresql://me:hunter2@db:65536/x", "has a port that does not exist, 65536"),
        ("postgresql://me:hunter2@db:0/x", "has a port that does not exist, 0"),
        ("postgresql://me:hunter2@db:hunter2/x", "must be an address such as sqlite:"),
        ("postgresql://db/x?sslmod=require", "has an unknown parameter, sslmod; perhaps sslmode was meant"),
        ("postgresql://db/x?q=1", "has an unknown parameter, q; it may have sslmode, pgbouncer, "),
        ("postgresql://db/x?sslmode=no", "has a sslmode that does not exist; it may be disable, allow, "),
        ("postgresql://db/x?pgbouncer=1", "has a pgbouncer that does not exist; it may be true, false"),
        ("postgresql://db/x?sslmode=allow&sslmode=allow", "has the parameter sslmode more than once"),
    ],
)  # fmt: skip
def test_refuses_in_words_and_repeats_no_password(tmp_path, text, sentence):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the sentence is judged below
        parse_database_address(text, tmp_path)
    assert str(refused.value).startswith(sentence)
    assert "hunter" not in str(refused.value)


@pytest.mark.parametrize("port", [1, 65535])
def test_takes_every_port_that_exists(tmp_path, port):
    assert parse_database_address(f"postgresql://db:{port}/x", tmp_path).port == port
