"""What the doctor says of a PostgreSQL, judged from what that says of itself."""

from datetime import timedelta

import pytest

from mooring.server.cli.upkeep.checks import content, postgresql
from mooring.server.cli.upkeep.checks.content import Miscounted
from mooring.server.cli.upkeep.checks.postgresql import Facts
from mooring.server.foundation.database.maintenance import examine
from mooring.server.foundation.migrations.revisions import Schema, head_revision
from tests.support.postgresql import a_postgresql
from tests.support.schemas import change

PLACE = "postgresql://mooring@db/mooring"


def facts(**changes):
    sound = Facts(
        schema=Schema(head_revision()),
        version="15.4",
        major=15,
        skew=timedelta(0),
        is_pooled=False,
        is_copy=False,
        fsync=True,
        whole_pages=True,
        commits="on",
        waits_for_copies=False,
        copies=0,
        lag=None,
        size=8 << 20,
        triggered=None,
    )
    return sound._replace(**changes)


def judged(found, *, pooled=False):
    return {each.check: each for each in postgresql.judge(found, PLACE, pooled=pooled)}


def test_a_sound_database_is_sound():
    assert {found.level for found in judged(facts()).values()} == {"ok"}


@pytest.mark.parametrize(
    ("changes", "check", "level", "says"),
    [
        ({"major": 12}, "server", "problem", "Install PostgreSQL 13 or newer."),
        ({"major": 13}, "server", "ok", ""),
        ({"is_copy": True}, "server", "problem", "Name the primary."),
        ({"schema": Schema(None)}, "database", "problem", "Run: mooring migrate"),
        ({"schema": Schema("0003")}, "database", "problem", "Run: mooring migrate."),
        ({"schema": Schema("9999", "0001")}, "database", "ok", "which serve this one"),
        ({"schema": Schema("9999", "9999")}, "database", "problem", "install the newer release"),
        ({"skew": timedelta(seconds=5)}, "clock_skew", "ok", "differ by 5 seconds"),
        ({"skew": timedelta(seconds=5.1)}, "clock_skew", "warning", "time server"),
        ({"skew": -timedelta(seconds=60)}, "clock_skew", "warning", "time server"),
        ({"skew": -timedelta(seconds=60.1)}, "clock_skew", "problem", "differ by 60.1 seconds"),
        ({"fsync": False}, "durability", "problem", "Set fsync = on in"),
        ({"whole_pages": False}, "durability", "problem", "Set full_page_writes = on in"),
        ({"fsync": False, "whole_pages": False}, "durability", "problem", "on and full_page_writes = on"),
        ({"commits": "off"}, "durability", "warning", "off; Mooring turns it on for itself"),
        ({"commits": "off"}, "durability", "warning", "Set synchronous_commit = on"),
        ({"commits": "local"}, "durability", "ok", ""),
        ({"commits": "local", "waits_for_copies": True, "copies": 1}, "durability", "warning", "takes over"),
        ({"commits": "remote_write", "waits_for_copies": True}, "durability", "warning", "is remote_write"),
        ({"commits": "remote_apply", "waits_for_copies": True}, "durability", "ok", ""),
        ({"commits": "on", "waits_for_copies": True}, "durability", "ok", ""),
        ({"waits_for_copies": True}, "replication", "problem", "Start the copy"),
        ({"waits_for_copies": True, "copies": 1}, "replication", "ok", "follow this database: 1."),
        ({"copies": 2, "lag": timedelta(seconds=60)}, "replication", "ok", "follow this database: 2."),
        ({"copies": 2, "lag": timedelta(seconds=61)}, "replication", "warning", "61 seconds behind"),
        ({"is_pooled": True}, "pooling", "problem", "Add ?pgbouncer=true"),
        ({"triggered": "licenses"}, "integrity", "problem", "There are triggers on licenses."),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_what_to_do(changes, check, level, says):
    found = judged(facts(**changes))[check]
    assert found.level == level
    assert says in f"{found.sentence} {found.next_step}"
    assert (found.next_step == "") is (level == "ok")


@pytest.mark.parametrize(
    ("is_pooled", "said", "level"),
    [(False, False, "ok"), (True, True, "ok"), (True, False, "problem"), (False, True, "warning")],
)
def test_the_address_tells_of_a_pooler(is_pooled, said, level):
    assert judged(facts(is_pooled=is_pooled), pooled=said)["pooling"].level == level


def test_a_real_one_tells_these_facts():
    with a_postgresql() as url:
        found = examine(url, postgresql.facts_of)
        assert found.schema.is_current
        assert (found.is_pooled, found.is_copy, found.commits, found.copies) == (False, False, "on", 0)
        assert (found.fsync, found.whole_pages) == (False, False)  # the tests' own, which is quick
        assert abs(found.skew) < timedelta(seconds=2)
        assert found.version.startswith(str(found.major))
        assert found.triggered is None
        change(
            url,
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "CREATE TRIGGER stranger BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION nothing()",
        )
        assert examine(url, postgresql.facts_of).triggered == "events"


def test_seats_that_do_not_add_up_are_named():
    assert content.check_seats([]).level == "ok"
    wrong = [Miscounted(f"lic_{number}", 2, 1, 3) for number in range(4)]
    found = content.check_seats(wrong[:1])
    assert found.level == "problem"
    assert found.sentence == "Seats are not exact: lic_0 counts 2, has 1 activations and 3 seats."
    assert content.check_seats(wrong).sentence.endswith(
        "lic_2 counts 2, has 1 activations and 3 seats, among others."
    )
    assert "others" not in content.check_seats(wrong[:3]).sentence
