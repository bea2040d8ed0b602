"""Makes the corpus: `python -m tests.corpus.make` writes every document, the index and the world they are in.

The files are frozen: they are committed, and a test compares them with what this program makes. Change one
only to add a case, or with a decision record: other people's clients are judged by the same documents.
"""

import json
from pathlib import Path

from tests.corpus import (
    certificate_claims,
    certificate_forms,
    certificate_places,
    certificates,
    descriptors,
    proofs,
    statements,
    status_lists,
)
from tests.corpus.forge import INSTALLATION, ISSUER, ISSUING, LIST_URI, LISTING, NOW, PRODUCT, ROOT, STRANGER

HERE = Path(__file__).parent

STAGES = {
    "certificate": [
        *("length", "header", "statement", "signature", "claims"),
        *("times", "status_list", "installation", "hardware"),
    ],
    "status_list": ["length", "header", "statement", "signature", "claims", "times", "list"],
    "proof": ["length", "header", "signature", "claims"],
    "descriptor": ["parse"],
}

TEST_KEYS = {
    "root": ROOT,
    "issuing": ISSUING,
    "listing": LISTING,
    "stranger": STRANGER,
    "installation": INSTALLATION,
}


def all_cases():
    """Return every case of the corpus, each kind in the order in which it is judged."""
    makers = (
        certificates,
        certificate_forms,
        certificate_claims,
        certificate_places,
        statements,
        status_lists,
        proofs,
        descriptors,
    )
    return [case for maker in makers for case in maker.cases()]


def world():
    """Return what a verifier knows, unless a case's context says otherwise; the keys are for tests only."""
    return {
        "issuer": ISSUER,
        "product": PRODUCT,
        "at": NOW,
        "roots": [ROOT.jwk],
        "min_epoch": 0,
        "jkt": INSTALLATION.kid,
        "hardware": certificates.HARDWARE,
        "status_list": {"uri": LIST_URI, "at": NOW + 7200},
        "request": {"method": "POST", "url": proofs.URL, "body": proofs.BODY, "access_token": None},
        "test_keys": {
            name: key.secret_jwk
            for name, key in {
                "root": ROOT,
                "issuing": ISSUING,
                "listing": LISTING,
                "stranger": STRANGER,
                "installation": INSTALLATION,
            }.items()
        },
    }


def index():
    """Return what each document is, and what a verifier must answer."""
    entries = []
    for case in all_cases():
        entry = {"file": case.file, "about": case.about, "accepted": case.code is None}
        members = {"code": case.code, "why": case.why, "stage": case.stage}
        entry.update({name: value for name, value in members.items() if value is not None})
        if case.context:
            entry["context"] = case.context
        entries.append(entry)
    return {"stages": STAGES, "documents": entries}


def written(value):
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def main():
    """Write the corpus anew; a document that no case makes any more is removed."""
    cases = all_cases()
    for old in HERE.glob("documents/*/*.txt"):
        old.unlink()
    for case in cases:
        path = HERE / case.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(case.text.encode())
    (HERE / "index.json").write_text(written(index()), encoding="utf-8")
    (HERE / "world.json").write_text(written(world()), encoding="utf-8")
    print(f"{len(cases)} documents")


if __name__ == "__main__":
    main()
