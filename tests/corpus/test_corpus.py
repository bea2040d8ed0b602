"""Every document of the corpus is judged as the index says, by its files alone."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mooring.core.certificate.statement import Untrusted
from mooring.core.certificate.status_list import verify_status_list
from mooring.core.certificate.verify import Trust, verify_certificate
from mooring.core.descriptor import parse_descriptor
from mooring.core.hardware.profile import HardwareProfile
from mooring.core.jose.keys import public_key_from_jwk
from mooring.core.proof.verify import verify_proof
from mooring.core.refusals import Refusal
from tests.corpus.make import all_cases, index, world, written

HERE = Path(__file__).parent
INDEX = json.loads((HERE / "index.json").read_text(encoding="utf-8"))
WORLD = json.loads((HERE / "world.json").read_text(encoding="utf-8"))
CASES = {entry["file"].removeprefix("documents/").removesuffix(".txt"): entry for entry in INDEX["documents"]}

CHAIN_STAGES = {
    "too_long": "length",
    "malformed": "header",
    "encoding": "header",
    "typ": "header",
    "alg": "header",
    "forbidden_header": "header",
    "key_statement": "header",
    "jwk": "header",
    "kid": "statement",
    "signature": "signature",
    "version": "claims",
    "issuer": "claims",
    "audience": "claims",
    "uri": "claims",
    "times": "times",
    "statement_window": "times",
    "older": "times",
    "expired": "times",
    "list": "list",
    "installation": "installation",
}


def instant(seconds):
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def trust(context):
    roots = tuple(public_key_from_jwk(jwk) for jwk in WORLD["roots"])
    return Trust(WORLD["issuer"], WORLD["product"], roots, context.get("min_epoch", WORLD["min_epoch"]))


def read(file):
    return (HERE / file).read_bytes().decode()


def status_list(name):
    entry = CASES[f"status_lists/{name}"]
    return judge_status_list(read(entry["file"]), {**entry.get("context", {}), "at": None})


def judge_status_list(text, context):
    terms = {**WORLD["status_list"], "not_older_than": None, **context}
    return verify_status_list(
        text,
        trust(context),
        uri=terms["uri"],
        at=instant(terms["at"]),
        not_older_than=instant(terms["not_older_than"]),
    )


def judge_certificate(text, context):
    status = context.get("status")
    components = context.get("hardware", WORLD["hardware"])
    return verify_certificate(
        text,
        trust(context),
        jkt=context.get("jkt", WORLD["jkt"]),
        status=None if status is None else status_list(status),
        hardware=HardwareProfile.from_wire({"v": 1, "components": components}),
        at=instant(context.get("at", WORLD["at"])),
    )


def judge_proof(text, context):
    request = {**WORLD["request"], "at": WORLD["at"], **context}
    body = request["body"]
    return verify_proof(
        text,
        method=request["method"],
        url=request["url"],
        body=None if body is None else body.encode(),
        access_token=request["access_token"],
        at=instant(request["at"]),
    )


JUDGES = {
    "certificates": judge_certificate,
    "statements": judge_certificate,
    "status_lists": judge_status_list,
    "proofs": judge_proof,
    "descriptors": lambda text, _: parse_descriptor(text.encode()),
}


def answer(name):
    """Return the code and reason of the refusal of one document, or None twice."""
    entry = CASES[name]
    try:
        JUDGES[name.partition("/")[0]](read(entry["file"]), entry.get("context", {}))
    except Refusal as refusal:
        return refusal.code, refusal.members.get("why")
    except Untrusted as error:
        return "status_list", error.why
    except ValueError as error:
        return "descriptor", str(error)
    return None, None


@pytest.mark.parametrize("name", [name for name, entry in CASES.items() if entry["accepted"]])
def test_accepts_what_is_good(name):
    assert answer(name) == (None, None)


@pytest.mark.parametrize("name", [name for name, entry in CASES.items() if not entry["accepted"]])
def test_refuses_with_the_named_reason(name):
    entry = CASES[name]
    code, why = answer(name)
    if code == "descriptor":
        assert entry["why"] in why
        why = entry["why"]
    assert (code, why) == (entry["code"], entry.get("why"))


def test_holds_more_than_sixty_bad_documents_of_every_kind_of_fault():
    bad = [entry for entry in CASES.values() if not entry["accepted"]]

    assert len(bad) >= 60
    for kind, stages in INDEX["stages"].items():
        of_kind = [name for name in CASES if kind in name.partition("/")[0] or name.startswith("statements/")]
        assert {CASES[name].get("stage") for name in of_kind} >= set(stages), kind


def test_gives_each_reason_the_stage_at_which_it_is_found():
    for name, entry in CASES.items():
        why = entry.get("why")
        if why in CHAIN_STAGES:
            assert entry["stage"] == CHAIN_STAGES[why], name
        elif why is not None and why.startswith("claim_"):
            assert entry["stage"] == "claims", name
        elif why is not None and why.startswith("statement_"):
            assert entry["stage"] == "statement", name


def test_is_what_its_maker_makes():
    assert written(index()) == (HERE / "index.json").read_text(encoding="utf-8")
    assert written(world()) == (HERE / "world.json").read_text(encoding="utf-8")
    cases = all_cases()
    assert {str(path.relative_to(HERE)) for path in HERE.glob("documents/*/*")} == {
        case.file for case in cases
    }
    for case in cases:
        if not case.frozen_only:
            assert read(case.file) == case.text, case.file
