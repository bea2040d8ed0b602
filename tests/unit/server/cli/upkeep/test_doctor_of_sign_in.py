"""What the doctor says of the providers that people may sign in with."""

from pathlib import Path

from mooring.server.cli.upkeep.checks.sign_in import check_providers
from tests.support.databases import settings_in
from tests.support.servers import free_port
from tests.support.sign_in_providers import a_github_mock

SITE, HERE = "https://licenses.example.com", "http://127.0.0.1:8000"


def test_says_nothing_where_people_sign_in_here_only(tmp_path: Path):
    assert check_providers(settings_in(tmp_path), HERE) == []


def test_a_provider_that_answers_is_sound_and_must_know_our_address(tmp_path: Path):
    with a_github_mock() as github:
        settings = settings_in(tmp_path, MOORING_PUBLIC_URL=SITE, **github.settings())
        (found,) = check_providers(settings, HERE)
        (local,) = check_providers(settings_in(tmp_path, **github.settings()), HERE)
    assert (found.check, found.level) == ("sign_in", "ok")
    assert found.sentence == f"GitHub answers; it must send people back to {SITE}/cb/github."
    assert local.sentence.endswith(f"{HERE}/cb/github.")


def test_a_provider_that_does_not_answer_is_a_problem(tmp_path: Path):
    gone = f"http://127.0.0.1:{free_port()}"
    names = {"ISSUER": gone, "CLIENT_ID": "id", "CLIENT_SECRET": "hush", "LABEL": "Acme"}
    settings = {f"MOORING_OIDC_ACME_ID_{name}": value for name, value in names.items()}
    with a_github_mock() as github:
        sound, found = check_providers(settings_in(tmp_path, **settings, **github.settings()), HERE)
    assert (sound.level, found.level) == ("ok", "problem")
    assert found.sentence.startswith(f"Nobody can sign in with Acme: {gone}/.well-known/openid-configuration")
    assert "MOORING_OIDC_ACME_ID_ISSUER" in found.next_step
    assert "hush" not in found.sentence
