"""A flame graph is a picture that any browser shows; in it each function has the room of its share."""

from xml.etree import ElementTree as ET

import pytest

from bench.flames import ROW, WIDTH, draw, picture, tree

STACKS = ["main;serve;renew 60", "main;serve;<validate> 30", "main;log 10"]
SVG = "{http://www.w3.org/2000/svg}"


def boxes(stacks):
    """Return each box by what it tells: its left and upper edge, its width, what is written in it."""
    drawn = {}
    for group in ET.fromstring(picture(stacks, "SQLite")).iter(f"{SVG}g"):
        told = group.find(f"{SVG}title").text
        box, text = group.find(f"{SVG}rect"), group.find(f"{SVG}text")
        numbers = [float(box.get(name)) for name in ("x", "y", "width")]
        drawn[told] = (*numbers, None if text is None else text.text)
    return drawn


def test_counts_a_function_with_all_that_it_called():
    main = tree(STACKS).calls["main"]
    assert (main.samples, main.calls["serve"].samples, main.calls["log"].samples) == (100, 90, 10)


def test_gives_each_function_the_room_of_its_share():
    drawn = boxes(STACKS)
    assert drawn["main: 100.0 % (100 samples)"][2] == WIDTH
    assert drawn["serve: 90.0 % (90 samples)"][2] == pytest.approx(0.9 * WIDTH)
    assert drawn["renew: 60.0 % (60 samples)"][2] == pytest.approx(0.6 * WIDTH)


def test_hangs_each_function_from_its_caller():
    drawn = boxes(STACKS)
    main, serve, renew = (
        drawn[told]
        for told in (
            "main: 100.0 % (100 samples)",
            "serve: 90.0 % (90 samples)",
            "renew: 60.0 % (60 samples)",
        )
    )
    assert (serve[1] - main[1], renew[1] - serve[1]) == (ROW, ROW)
    assert serve[0] <= renew[0]
    assert renew[0] + renew[2] <= serve[0] + serve[2] + 0.1


def test_writes_names_that_are_no_markup_and_shortens_those_that_do_not_fit():
    drawn = boxes(["main;<lambda> 50", f"main;{'x' * 400} 50"])
    assert drawn["<lambda>: 50.0 % (50 samples)"][3] == "<lambda>"
    [long] = [text for *_, text in drawn.values() if text and text.startswith("xxx")]
    assert long.endswith("x…")
    assert len(long) < 400


def test_leaves_out_what_nobody_could_point_at():
    assert list(boxes(["main;often 9999", "main;once 1"])) == [
        "main: 100.0 % (10,000 samples)",
        "often: 100.0 % (9,999 samples)",
    ]


def test_shows_nothing_of_nothing():
    assert boxes([]) == {}
    assert "SQLite: 0 samples" in picture([], "SQLite")


def test_draws_beside_the_stacks(tmp_path):
    stacks = tmp_path / "PostgreSQL.stacks"
    stacks.write_text("\n".join(STACKS) + "\n", "utf-8")
    drawn = draw(stacks)
    assert drawn == tmp_path / "PostgreSQL.svg"
    assert "PostgreSQL: 100 samples" in drawn.read_text("utf-8")
