"""An operator's one connection says in words what keeps it from a PostgreSQL, and never the password."""

import sys

import pytest

from mooring.server.foundation.database.maintenance import APPLICATION, examine
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.settings import SettingInvalid
from tests.support.postgresql import a_postgresql, free_port


@pytest.fixture
def url():
    with a_postgresql(empty=True) as url:
        yield url.set(password="hunter2")


def one(connection):
    return connection.exec_driver_sql("SELECT 1").scalar()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda url: url.set(database="absent"), "there is no such database; make it with createdb"),
        (lambda url: url.set(port=free_port()), "nothing answers at this address"),
        (lambda url: url.set(username="stranger"), "it does not let this user in"),
        (lambda url: url.update_query_dict({"sslmode": "require"}), "rejected SSL upgrade"),
        (lambda url: url.update_query_dict({"sslmode": "verify-ca", "sslrootcert": "/no"}), "No such file"),
    ],
)  # fmt: skip
def test_says_what_keeps_it_out(url, change, why):
    with pytest.raises(DatabaseUnavailable, match=why) as refused:
        examine(change(url), one)
    assert str(refused.value).startswith("The database postgresql://")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("sslmode", ["disable", "allow", "prefer"])
def test_takes_what_the_address_says_of_encryption(url, sslmode):
    assert examine(url.update_query_dict({"sslmode": sslmode}), one) == 1


def test_is_told_of_a_pooler_and_named_in_the_servers_lists(url):
    name = examine(
        url.update_query_dict({"pgbouncer": "true"}),
        lambda connection: connection.exec_driver_sql("SELECT current_setting('application_name')").scalar(),
    )
    assert name == APPLICATION


def test_of_several_servers_it_takes_one_that_answers(url):
    hosts = f"127.0.0.1:{free_port()},127.0.0.1:{url.port}"
    assert examine(url.set(host=None, port=None).update_query_dict({"host": hosts}), one) == 1


def test_only_looks(url):
    with pytest.raises(DatabaseUnavailable):
        examine(url, lambda connection: connection.exec_driver_sql("CREATE TABLE x (y int)"))


def test_names_the_libraries_that_are_missing(url, monkeypatch):
    monkeypatch.setitem(sys.modules, "greenlet", None)
    with pytest.raises(SettingInvalid, match=r"pip install 'mooring\[server,postgresql\]'"):
        examine(url, one)
