import pytest

from mooring.client.domain.reports.key_check import check_key
from mooring.core.descriptor import parse_descriptor
from mooring.core.product_key import generate
from mooring.core.refusals import KeyMalformed
from mooring.testing import FakeServer


@pytest.mark.parametrize(("code", "for_this_product"), [(7, True), (8, False)])
def test_a_well_typed_key_tells_its_product_and_its_label(code, for_this_product):
    key = generate(code)
    descriptor = parse_descriptor(FakeServer().descriptor)._replace(product_code=7)
    assert check_key(key.formatted().lower(), descriptor).to_document() == {
        "well_typed": True,
        "product_code": code,
        "for_this_product": for_this_product,
        "last_five": key.last_five,
    }


def test_a_mistyped_key_is_refused():
    with pytest.raises(KeyMalformed):
        check_key("XXXXX", parse_descriptor(FakeServer().descriptor))
