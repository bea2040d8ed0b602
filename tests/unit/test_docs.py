"""The documents say what is so: links lead somewhere, commands parse, examples run, tables agree."""

import ast
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

import mooring
from mooring.client.domain.status import Status
from mooring.command_line.parser import WrongUsage
from mooring.core.proof.verify import verify_proof
from mooring.server.foundation.settings import Settings
from mooring.server.licensing.domain.channels import DEFAULTS
from tests.support import command_reference, reason_reference
from tests.support.documents import PAGES, ROOT, anchors, blocks, commands, links

FACES = {
    "mooring": mooring,
    "app": mooring.App,
    "status": Status,
    "refused": mooring.Refused("key_malformed"),
}
"""What the names in examples stand for."""

API = ROOT / "docs" / "reference" / "http-api.md"
OPERATING = ROOT / "docs" / "guide" / "operating.md"
TESTING = ROOT / "docs" / "guide" / "testing-your-program.md"


def named(page):
    return str(page.relative_to(ROOT))


def test_a_page_is_read_as_people_read_it(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# A *page*, and more\n[here](other.md#part) [there](https://example.com)\n"
        "```console\n$ A=1 mooring status --json | jq . && mooring renew > log  # now\n"
        "mooring said this\n$ echo x \\\n  | mooring activate -\n```\n"
        "- item\n\n  ```python\n  # no heading\n  print(1)\n  ```\n"
    )
    (console,) = blocks(page, "console")
    (python,) = blocks(page, "python")
    assert list(links(page)) == ["other.md#part"]
    assert anchors(page) == {"a-page-and-more"}
    assert list(commands(console)) == [["status", "--json"], ["renew"], ["activate", "-"]]
    assert (python.code, python.line) == ("# no heading\nprint(1)\n", 12)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page):
    lost = []
    for link in links(page):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_shown_can_be_typed(page):
    parser = command_reference.program()
    wrong = []
    for block in blocks(page, "console"):
        for arguments in commands(block):
            try:
                parser.parse_args(arguments)
            except WrongUsage as error:
                wrong.append((block.place, arguments, str(error)))
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_python_example_compiles_and_names_what_exists(page):
    unknown = []
    for block in blocks(page, "python"):
        for node in ast.walk(ast.parse(block.code, block.place)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                face = FACES.get(node.value.id)
                if face is not None and not hasattr(face, node.attr):
                    unknown.append((block.place, f"{node.value.id}.{node.attr}"))
    assert unknown == []


def test_the_examples_for_tests_are_tests_that_pass(tmp_path):
    examples = tmp_path / "test_examples.py"
    examples.write_text("\n\n".join(block.code for block in blocks(TESTING, "python")), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    ran = subprocess.run(
        [*command, str(examples)], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout


def test_the_example_of_a_client_makes_proofs_that_a_server_believes():
    (example,) = blocks(API, "python")
    made: dict[str, Any] = {}
    exec(compile(example.code, example.place, "exec"), made)
    url, body = "https://licenses.example.com/v1/activations", b'{"product": "harbor-notes"}'
    proof = made["proof"]("POST", url, body, "a-nonce")
    proven = verify_proof(proof, method="POST", url=url, body=body, at=datetime.now(UTC))
    assert proven.nonce == "a-nonce"


def test_the_reference_of_the_commands_is_true():
    told = command_reference.FILE.read_text("utf-8")
    assert told == command_reference.reference(), "python -m tests.support.command_reference makes it anew"


def test_the_reference_tells_the_exit_codes_of_commands_that_exist():
    names = {name for name, _ in command_reference.leaves(command_reference.program())}
    assert names >= set(command_reference.CODES)


def test_the_table_of_reasons_is_true():
    told = reason_reference.FILE.read_text("utf-8")
    assert told == reason_reference.with_table(told), "python -m tests.support.reason_reference makes it anew"


def test_the_reference_of_the_api_names_every_address():
    told = reason_reference.FILE.read_text("utf-8")
    assert [address for address in reason_reference.addresses() if f"`{address}`" not in told] == []


def test_the_operators_guide_names_every_setting_and_no_other():
    told = {
        line.split("`")[1].partition("_<")[0]
        for line in OPERATING.read_text("utf-8").splitlines()
        if line.startswith("| `MOORING_")
    }
    assert told == {f"MOORING_{name.upper()}" for name in Settings.__dataclass_fields__}


@pytest.mark.parametrize("channel", DEFAULTS, ids=str)
def test_the_operators_guide_tells_each_channels_defaults(channel):
    terms = DEFAULTS[channel]
    moves = "unlimited" if terms.moves is None else f"{terms.moves} / {terms.move_window_days}"
    cells = (
        f"`{channel}`",
        str(terms.seats),
        str(terms.lease_seats),
        moves,
        str(terms.offline_days),
        str(terms.valid_days or reason_reference.NO_STATUS),
        str(terms.link),
        f"`{terms.method}`",
    )
    assert f"| {' | '.join(cells)} |" in OPERATING.read_text("utf-8")
