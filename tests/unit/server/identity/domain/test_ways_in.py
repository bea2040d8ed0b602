"""One way into an account is always left."""

import pytest

from mooring.server.identity.domain.ways_in import LastWayIn, WaysIn


@pytest.mark.parametrize("ways", [WaysIn(True, 0, 0), WaysIn(False, 1, 0), WaysIn(False, 0, 1)])
def test_the_last_way_in_stays(ways):
    with pytest.raises(LastWayIn):
        ways.check_one_can_go()


@pytest.mark.parametrize(
    "ways", [WaysIn(True, 1, 0), WaysIn(False, 2, 0), WaysIn(False, 0, 2), WaysIn(True, 0, 1)]
)
def test_one_of_several_can_go(ways):
    assert ways.number == 2
    ways.check_one_can_go()
