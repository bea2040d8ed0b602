"""`mooring init`: from nothing to a product that can be activated, in one step."""

import json
import re
import stat
from pathlib import Path

import pytest

import mooring
from mooring.core.descriptor import parse_descriptor
from mooring.core.product_key import parse_product_key


def mode_of(file):
    return stat.S_IMODE(Path(file).stat().st_mode)


def test_makes_everything_that_a_first_activation_needs(operator):
    made = operator.json(
        "init",
        "Harbor Notes",
        "--edition",
        "pro",
        "--entitlement",
        "export-pdf=Export to PDF",
        "--unactivated-entitlement",
        "read",
    )
    descriptor = parse_descriptor(Path("mooring.json").read_bytes())
    assert (descriptor.product, descriptor.name, descriptor.lab) == ("harbor-notes", "Harbor Notes", True)
    assert descriptor.issuer == made["issuer"] == "http://127.0.0.1:8000"
    assert descriptor.servers == ("http://127.0.0.1:8000",)
    assert descriptor.editions["pro"].entitlements == {"export-pdf": "Export to PDF", "read": "Read"}
    assert parse_product_key(made["product_key"]).product_code == descriptor.product_code
    assert made["policy"]["name"] == "default"
    assert made["policy"]["channel"] == "retail"
    assert made["edition"]["name"] == "Pro"
    assert made["python"] == [
        "import mooring",
        'app = mooring.App("mooring.json")',
        'app.require("export-pdf")',
    ]
    shown = operator.json("admin", "license", "show", made["license"]["id"])
    assert shown["last_five"] == made["product_key"][-5:]


def test_keeps_what_is_secret_readable_by_its_owner_only(operator):
    made = operator.json("init", "Harbor Notes")
    assert mode_of(made["root_key_file"]) == 0o600
    assert mode_of("mooring-data/secret") == 0o600
    assert mode_of("mooring-data") == 0o700
    key = made["product_key"].replace("-", "")
    for file in Path("mooring-data").iterdir():
        assert key.encode() not in file.read_bytes()


def test_shows_a_person_the_key_once_and_the_lines_to_paste(operator):
    outcome = operator.run("init", "Harbor Notes")
    assert outcome.code == 0
    assert outcome.out.count("shown only now") == 1
    assert "    import mooring\n" in outcome.out
    assert "print(app.status().sentence)" in outcome.out
    assert "Next: mooring serve" in outcome.out
    assert "MOORING_PUBLIC_URL" in outcome.out


def test_says_what_to_type_next_and_it_is_right(operator):
    outcome = operator.run("init", "Harbor Notes", "--output", "my notes.json")
    key = re.search(r"Product key  (\S+)", outcome.out)[1]
    assert outcome.out.index("Next: mooring serve\n") < outcome.out.index("Then, in another terminal: ")
    assert f"mooring activate {key} --descriptor 'my notes.json'\n" in outcome.out


@pytest.mark.parametrize(
    ("folder", "packages", "name"),
    [
        ("harbor_a", ("harbor_a",), "harbor_a"),
        ("harbor_b/licensing", ("harbor_b", "harbor_b/licensing"), "harbor_b.licensing"),
        ("src/harbor_c", ("src/harbor_c",), "harbor_c"),
        ("harbor_d", (), "harbor_d"),
    ],
)
def test_the_lines_find_the_descriptor_from_anywhere_when_it_lies_in_a_package(
    operator, monkeypatch, tmp_path, folder, packages, name
):
    here = Path.cwd()
    Path(folder).mkdir(parents=True)
    for package in packages:
        (here / package / "__init__.py").touch()
    outcome = operator.run("init", "Harbor Notes", "--output", f"{folder}/mooring.json")
    assert f'\n    app = mooring.App.from_package("{name}")\n' in outcome.out
    assert ("must be a package for that" in outcome.out) == (not packages)
    (here / folder / "__init__.py").touch()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.syspath_prepend(here / ("src" if folder.startswith("src") else ""))
    with mooring.App.from_package(name) as app:
        assert app.descriptor.product == "harbor-notes"


@pytest.mark.parametrize("file", ["mooring.json", "harbor-notes/mooring.json", "notes/license.json"])
def test_a_descriptor_in_no_package_is_named_by_its_path_and_where_it_belongs_is_said(operator, file):
    Path(file).parent.mkdir(exist_ok=True)
    outcome = operator.run("init", "Harbor Notes", "--output", file)
    assert f'\n    app = mooring.App("{file}")\n' in outcome.out
    assert 'mooring.App.from_package("PACKAGE")' in outcome.out
    with mooring.App(file) as app:
        assert app.descriptor.product == "harbor-notes"


def test_with_json_only_the_document_is_on_standard_output(operator):
    outcome = operator.run("init", "Harbor Notes", "--json")
    assert json.loads(outcome.out)["product"]["slug"] == "harbor-notes"
    assert "Harbor Notes can be licensed now." in outcome.err


def test_uses_the_public_address_and_the_root_keys_place(operator, monkeypatch, tmp_path):
    monkeypatch.setenv("MOORING_PUBLIC_URL", "https://activation.harbor.example")
    monkeypatch.setenv("MOORING_ROOT_KEY_FILE", str(tmp_path / "safe" / "root.pem"))
    outcome = operator.run("init", "Harbor Notes")
    descriptor = parse_descriptor(Path("mooring.json").read_bytes())
    assert descriptor.issuer == "https://activation.harbor.example"
    assert not descriptor.lab
    assert (tmp_path / "safe" / "root.pem").exists()
    assert not Path("mooring-data/root-key.pem").exists()
    assert "permanent name" not in outcome.out


def test_refuses_the_same_name_again_and_says_where_to_go(founded):
    before = Path("mooring.json").read_bytes()
    document = founded.refused("init", "Harbor Notes")
    assert document["code"] == "already_exists"
    assert "mooring admin keys mint harbor-notes" in document["next"]["label"]
    assert "mooring admin descriptor harbor-notes" in document["next"]["label"]
    assert Path("mooring.json").read_bytes() == before


def test_a_second_product_joins_the_same_publisher(founded):
    second = founded.json("init", "Lighthouse", "--slug", "light", "--output", "light.json")
    first = parse_descriptor(Path("mooring.json").read_bytes())
    other = parse_descriptor(Path("light.json").read_bytes())
    assert second["product"]["slug"] == "light"
    assert second["edition"] | {"slug": "standard", "name": "Standard"} == second["edition"]
    assert (first.roots, first.hardware_salt, first.issuer) == (
        other.roots,
        other.hardware_salt,
        other.issuer,
    )
    assert first.product_code != other.product_code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("init", "Lighthouse"), 4),
        (("init", "Lighthouse", "--output", "absent/mooring.json"), 4),
        (("init", "港", "--output", "x.json"), 2),
        (("init", "Lighthouse", "--edition", "Pro", "--output", "x.json"), 2),
        (("init", "Lighthouse", "--entitlement", "NO", "--output", "x.json"), 2),
    ],
)
def test_a_refusal_leaves_no_product_behind(founded, words, code):
    founded.refused(*words, code=code)
    assert [each["slug"] for each in founded.json("admin", "product", "list")["items"]] == ["harbor-notes"]
    assert not Path("x.json").exists()


def test_founds_nothing_under_an_address_that_no_program_asks(operator, monkeypatch):
    monkeypatch.setenv("MOORING_PUBLIC_URL", "http://harbor.example")
    document = operator.refused("init", "Harbor Notes", code=2)
    assert "MOORING_PUBLIC_URL" in document["next"]["label"]
    assert not Path("mooring.json").exists()
    monkeypatch.setenv("MOORING_PUBLIC_URL", "https://harbor.example")
    assert operator.json("init", "Harbor Notes")["issuer"] == "https://harbor.example"
