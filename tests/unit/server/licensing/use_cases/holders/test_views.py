"""Views: what a holder is told; a license that nobody holds is nobody's to see."""

import pytest

from mooring.server.licensing.use_cases.holders.views import my_license
from tests.support.ledgers import FakeLedger
from tests.support.licenses import AT, a_license


async def test_a_license_without_a_holder_is_nobodys_to_see():
    ledger, license_ = FakeLedger(), a_license()
    await ledger.sell(license_)
    async with ledger.reading() as reader:
        with pytest.raises(ValueError, match="nobody holds this license"):
            await my_license(reader, license_, at=AT)
