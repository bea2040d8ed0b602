"""The settings of sign-in providers: what is whole works, what is set in part is told in words."""

import pytest

from mooring.server.foundation.settings import SettingInvalid, load_settings
from mooring.server.foundation.sign_in_providers import LONGEST_LABEL, SignInProvider

PAIR = {"CLIENT_ID": "id", "CLIENT_SECRET": "hush"}


def loaded(folder, toml="", **environ):
    if toml:
        (folder / "mooring.toml").write_text(toml)
    return load_settings({f"MOORING_OIDC_{name}": value for name, value in environ.items()}, folder).oidc


def of(name, **settings):
    return {f"{name}_{ending}": value for ending, value in settings.items()}


def refusal(folder, toml="", **environ):
    with pytest.raises(SettingInvalid) as refused:
        loaded(folder, toml, **environ)
    assert "hush" not in str(refused.value)
    return str(refused.value)


def test_there_are_none_unless_somebody_says_so(tmp_path):
    assert loaded(tmp_path) == ()


def test_the_known_ones_need_no_issuer_and_stand_in_their_order(tmp_path):
    found = loaded(tmp_path, **of("GITHUB", **PAIR), **of("GOOGLE", **PAIR), **of("MICROSOFT", **PAIR))
    assert [(each.name, each.kind, each.label, each.issuer, each.tenant) for each in found] == [
        ("microsoft", "microsoft", "Microsoft", "https://login.microsoftonline.com", "common"),
        ("google", "openid", "Google", "https://accounts.google.com", None),
        ("github", "github", "GitHub", "https://github.com", None),
    ]


def test_any_other_is_known_by_its_issuer(tmp_path):
    settings = of("ACME_ID", ISSUER="https://id.example/", LABEL="Acme", **PAIR)
    assert loaded(tmp_path, **settings) == (
        SignInProvider(
            name="acme-id",
            kind="openid",
            label="Acme",
            issuer="https://id.example/",
            client_id="id",
            client_secret="hush",
        ),
    )
    assert loaded(tmp_path, **settings | of("ACME_ID", LABEL=""))[0].label == "Acme Id"


def test_the_others_stand_behind_the_known_ones_by_name(tmp_path):
    others = of("B", ISSUER="https://b.example", **PAIR) | of("A", ISSUER="https://a.example", **PAIR)
    assert [each.name for each in loaded(tmp_path, **others, **of("GITHUB", **PAIR))] == ["github", "a", "b"]


@pytest.mark.parametrize(
    ("issuer", "tenant", "base", "found"),
    [
        (None, "consumers", "https://login.microsoftonline.com", "consumers"),
        (None, "Contoso.COM", "https://login.microsoftonline.com", "contoso.com"),
        ("https://login.microsoftonline.us/", None, "https://login.microsoftonline.us", "common"),
        ("http://127.0.0.1:4600/consumers/v2.0", None, "http://127.0.0.1:4600", "consumers"),
        ("http://127.0.0.1:4600/common/v2.0/", "common", "http://127.0.0.1:4600", "common"),
    ],
)
def test_microsoft_has_tenants(tmp_path, issuer, tenant, base, found):
    chosen = {name: value for name, value in {"ISSUER": issuer, "TENANT": tenant}.items() if value}
    (provider,) = loaded(tmp_path, **of("MICROSOFT", **PAIR, **chosen))
    assert (provider.issuer, provider.tenant) == (base, found)


def test_an_enterprise_server_of_github_has_its_own_address(tmp_path):
    assert loaded(tmp_path, **of("GITHUB", ISSUER="https://git.example/", **PAIR))[0].issuer == (
        "https://git.example"
    )


def test_the_file_names_them_as_well_and_the_environment_wins(tmp_path):
    toml = '[oidc.google]\nclient_id = "file"\nclient_secret = "hush"\n[oidc.acme_id]\n' + "".join(
        f'{name} = "{value}"\n'
        for name, value in (("issuer", "https://id.example"), ("client_id", "x"), ("client_secret", "hush"))
    )
    found = loaded(tmp_path, toml, GOOGLE_CLIENT_ID="environment")
    assert [(each.name, each.client_id) for each in found] == [("google", "environment"), ("acme-id", "x")]


def test_a_secret_is_not_shown(tmp_path):
    assert "hush" not in repr(loaded(tmp_path, **of("GOOGLE", **PAIR)))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (of("GOOGLE", CLIENT_ID="id"), "MOORING_OIDC_GOOGLE_CLIENT_SECRET is missing"),
        (of("GITHUB", CLIENT_SECRET="hush"), "MOORING_OIDC_GITHUB_CLIENT_ID is missing"),
        (of("ACME", **PAIR), "MOORING_OIDC_ACME_ISSUER is missing"),
        (of("ACME", ISSUER="http://id.example", **PAIR), "MOORING_OIDC_ACME_ISSUER must be an address"),
        (of("ACME", ISSUER="id.example", **PAIR), "MOORING_OIDC_ACME_ISSUER must be an address"),
        (of("ACME", ISSUER="https://[", **PAIR), "MOORING_OIDC_ACME_ISSUER must be an address"),
        (of("ACME", ISSUER="https://a.example?b", **PAIR), "MOORING_OIDC_ACME_ISSUER must be an address"),
        (of("ACME", ISSUER="https://a@b.example", **PAIR), "MOORING_OIDC_ACME_ISSUER must be an address"),
        (of("GOOGLE", TENANT="common", **PAIR), "MOORING_OIDC_GOOGLE_TENANT cannot be set"),
        (of("MICROSOFT", TENANT="a/b", **PAIR), "MOORING_OIDC_MICROSOFT_TENANT must be common"),
        (
            of("MICROSOFT", TENANT="common", ISSUER="https://a.example/consumers/v2.0", **PAIR),
            "MOORING_OIDC_MICROSOFT_TENANT is common, but",
        ),
        (of("GOOGLE", LABEL="x" * (LONGEST_LABEL + 1), **PAIR), "MOORING_OIDC_GOOGLE_LABEL does not fit"),
        (of("GOOGLE", CLIENTID="id"), "MOORING_OIDC_GOOGLE_CLIENTID is no setting"),
        ({"CLIENT_ID": "id"}, "MOORING_OIDC_CLIENT_ID is no setting"),
        (of("LOCAL", ISSUER="https://a.example", **PAIR), "MOORING_OIDC_LOCAL_"),
        (of("X" * 25, ISSUER="https://a.example", **PAIR), "names a provider wrongly"),
    ],
)
def test_what_is_set_in_part_or_wrongly_is_told_in_words(tmp_path, settings, told):
    sentence = refusal(tmp_path, **settings)
    assert told in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("oidc = 1", "must be a table of providers"),
        ("[oidc]\ngoogle = 1", "must hold a table for each provider"),
        ('[oidc.google]\nclient = "id"', "[oidc.google] in mooring.toml has an unknown setting, client"),
        ("[oidc.google]\nclient_id = 1", "[oidc.google] in mooring.toml has an unknown setting, client_id"),
    ],
)
def test_a_file_that_says_it_wrongly_is_told(tmp_path, toml, told):
    assert told in refusal(tmp_path, toml)


def test_the_longest_label_and_name_are_taken(tmp_path):
    (found,) = loaded(tmp_path, **of("X" * 24, ISSUER="https://a.example", LABEL="x" * LONGEST_LABEL, **PAIR))
    assert (found.name, found.label) == ("x" * 24, "x" * LONGEST_LABEL)
