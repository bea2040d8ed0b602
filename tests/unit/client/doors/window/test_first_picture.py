"""The first picture of Settings takes at most one and a half times that of an empty window."""

import json
import statistics

from bench.window import MOST, first_pictures
from mooring.testing import FakeServer

ROUNDS = 7


def test_the_first_picture_costs_little_more_than_an_empty_windows(tmp_path):
    descriptor = tmp_path / "mooring.json"
    descriptor.write_text(json.dumps(FakeServer().descriptor))
    # One right after the other, in the processor's own time: what else the machine does slows both.
    pairs = first_pictures(str(descriptor), str(tmp_path / "home"), ROUNDS)
    settings, empty = (statistics.median(each) for each in zip(*pairs, strict=True))
    assert settings / empty <= MOST, pairs
