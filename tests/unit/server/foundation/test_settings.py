"""The settings: where each comes from, what is believed, and what is said when it cannot be."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from mooring.server.foundation.settings import SettingInvalid, load_settings


def test_without_any_setting_everything_lies_in_one_folder(tmp_path):
    settings = load_settings({}, tmp_path)
    assert settings.data_dir == tmp_path / "mooring-data"
    assert settings.database_url.render_as_string() == f"sqlite:///{tmp_path}/mooring-data/mooring.db"
    assert settings.secret_file == tmp_path / "mooring-data" / "secret"
    assert settings.root_key_file == tmp_path / "mooring-data" / "root-key.pem"
    assert (settings.public_url, settings.trusted_proxies) == (None, ())
    assert (settings.log_level, settings.log_format) == ("info", "auto")


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(tmp_path):
    (tmp_path / "mooring.toml").write_text('log_level = "debug"\nlog_format = "json"\ndata_dir = "kept"\n')
    settings = load_settings({"MOORING_LOG_LEVEL": "ERROR", "MOORING_LOG_FORMAT": ""}, tmp_path)
    assert (settings.log_level, settings.log_format) == ("error", "json")
    assert settings.secret_file == tmp_path / "kept" / "secret"


def test_reads_every_setting_from_the_environment(tmp_path):
    settings = load_settings(
        {
            "MOORING_DATA_DIR": "/srv/mooring",
            "MOORING_DATABASE_URL": "sqlite:///other.db",
            "MOORING_PUBLIC_URL": " https://activation.example.com/base/ ",
            "MOORING_SECRET_FILE": "~/secret",
            "MOORING_ROOT_KEY_FILE": "keys/root.pem",
            "MOORING_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7,::1",
            "MOORING_HOME": "/not/ours",
        },
        tmp_path,
    )
    assert settings.data_dir == Path("/srv/mooring")
    assert settings.database_url.database == str(tmp_path / "other.db")
    assert settings.public_url == "https://activation.example.com/base"
    assert settings.secret_file == Path.home() / "secret"
    assert settings.root_key_file == tmp_path / "keys" / "root.pem"
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("192.0.2.7"), ip_network("::1"))


def test_a_list_in_the_file_is_a_list(tmp_path):
    (tmp_path / "mooring.toml").write_text('trusted_proxies = ["10.0.0.1/8", "::1"]\n')
    assert load_settings({}, tmp_path).trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))


@pytest.mark.parametrize(
    ("value", "asks"),
    [
        ("device_name", ("device_name",)),
        (" Device_Name , device_name", ("device_name",)),
        ("nothing", ()),
        ("", ("device_name",)),
    ],
)
def test_people_are_asked_for_what_there_is_a_use_for(tmp_path, value, asks):
    assert load_settings({"MOORING_PRIVACY_ASKS": value}, tmp_path).privacy_asks == asks


@pytest.mark.parametrize(
    ("value", "asks"), [("[]", ()), ('["device_name"]', ("device_name",)), ('"nothing"', ())]
)
def test_a_file_says_what_people_are_asked_for_as_a_list_too(tmp_path, value, asks):
    (tmp_path / "mooring.toml").write_text(f"privacy_asks = {value}\n")
    assert load_settings({}, tmp_path).privacy_asks == asks


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("LOG_LEVEL", "loud", "MOORING_LOG_LEVEL must be one of debug, info, warning, error."),
        (
            "PRIVACY_ASKS",
            "device_name, usage",
            "MOORING_PRIVACY_ASKS cannot have usage: Mooring does nothing with it yet.",
        ),
        (
            "PRIVACY_ASKS",
            "support",
            "MOORING_PRIVACY_ASKS cannot have support: Mooring does nothing with it yet.",
        ),
        (
            "PRIVACY_ASKS",
            "device name",
            "MOORING_PRIVACY_ASKS must list what to ask for, of device_name, or be nothing; not device name.",
        ),
        (
            "PRIVACY_ASKS",
            "device_name,nothing",
            "MOORING_PRIVACY_ASKS must list what to ask for, of device_name, or be nothing; not nothing.",
        ),
        ("LOG_FORMAT", "xml", "MOORING_LOG_FORMAT must be one of auto, text, json."),
        ("DATA_DIR", "  ", "MOORING_DATA_DIR must be a text that is not empty."),
        (
            "TRUSTED_PROXIES",
            "10.0.0.0/8,nginx",
            "MOORING_TRUSTED_PROXIES must list addresses or networks, such as 10.0.0.0/8, 192.0.2.7.",
        ),
        (
            "PUBLIC_URL",
            "activation.example.com",
            "MOORING_PUBLIC_URL must be an address such as https://activation.example.com.",
        ),
        (
            "PUBLIC_URL",
            "https://me:pw@example.com",
            "MOORING_PUBLIC_URL must be a plain address, without user name, query or fragment.",
        ),
        (
            "PUBLIC_URL",
            "https://example.com/?a=b",
            "MOORING_PUBLIC_URL must be a plain address, without user name, query or fragment.",
        ),
        (
            "PUBLIC_URL",
            "https://[::1/",
            "MOORING_PUBLIC_URL must be an address such as https://activation.example.com.",
        ),
        (
            "DATABASE_URL",
            "user:hunter2@host",
            (
                "MOORING_DATABASE_URL must be an address such as sqlite:////var/lib/mooring/mooring.db "
                "or postgresql://mooring@localhost/mooring."
            ),
        ),
        (
            "DATABASE_URL",
            "sqlite://",
            "MOORING_DATABASE_URL must name a file: a database in memory would lose every activation.",
        ),
        (
            "DATABASE_URL",
            "sqlite:///:memory:",
            "MOORING_DATABASE_URL must name a file: a database in memory would lose every activation.",
        ),
    ],
)
def test_names_the_setting_that_cannot_be_used(tmp_path, variable, value, sentence):
    with pytest.raises(SettingInvalid) as refused:
        load_settings({f"MOORING_{variable}": value}, tmp_path)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("log_level = 3", "log_level in mooring.toml must be a text that is not empty."),
        ("log_levle = 'info'", "has an unknown setting, log_levle. Did you mean log_level?"),
        ("xyz = 'info'", "has an unknown setting, xyz. The settings are: data_dir, database_url,"),
        ("log_level", "mooring.toml is not valid TOML:"),
    ],
)
def test_names_what_is_wrong_in_the_file(tmp_path, content, sentence):
    (tmp_path / "mooring.toml").write_text(content)
    with pytest.raises(SettingInvalid) as refused:
        load_settings({}, tmp_path)
    assert sentence in str(refused.value)


def test_says_when_the_file_cannot_be_read(tmp_path):
    (tmp_path / "mooring.toml").mkdir()
    with pytest.raises(SettingInvalid, match="cannot be read: Is a directory"):
        load_settings({}, tmp_path)


def test_a_password_is_never_printed(tmp_path):
    settings = load_settings({"MOORING_DATABASE_URL": "postgresql://mooring:hunter2@db/mooring"}, tmp_path)
    assert settings.database_url.password == "hunter2"
    assert "hunter2" not in repr(settings)
