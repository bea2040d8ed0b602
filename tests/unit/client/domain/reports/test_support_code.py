from mooring.client.domain.activation_state import activation_state
from mooring.client.domain.errors import Voice
from mooring.client.domain.judgement import Judgement
from mooring.client.domain.reports.hardware import report_hardware
from mooring.client.domain.reports.support_code import support_code
from mooring.core.descriptor import EditionTerms, parse_descriptor
from mooring.core.hardware.profile import HardwareProfile
from mooring.testing import FakeServer
from tests.support.certificates import AT, a_certificate, a_license, a_profile

DESCRIPTOR = parse_descriptor(FakeServer().descriptor)._replace(
    editions={"home": EditionTerms("Home", {}, ()), "pro": EditionTerms("Pro", {}, ())}
)


def summary(certificate, profile, *, at=AT, **facts):
    status = activation_state(Judgement(certificate, None), DESCRIPTOR, at=at, voice=Voice(), **facts)
    return support_code(status, report_hardware(profile), version="1.2.3", platform="linux")


def test_an_activated_device_is_summed_up_without_a_secret():
    certificate = a_certificate(license=a_license(linked=False))
    told = summary(certificate, a_profile(), at=certificate.renew_at, unwritable=True)
    facts = {
        "mooring": "1.2.3",
        "platform": "linux",
        "product": "harbor-notes",
        "edition": "pro",
        "state": "activated",
        "method": "digital_license",
        "advice": "link_before_hardware_change,renew_soon,storage_unwritable",
        "license": "lic_01kdy8e4980000000000000000",
        "activation": "act_01kdy8e4980000000000000000",
        "device": "dev_01kdy8e4980000000000000000",
        "installation": "ins_01kdy8e4980000000000000000",
        "sequence": "3",
        "expires": "2026-02-01",
        "hardware": "strong/100",
        "groups": "platform,storage,network,processor,installation",
    }
    assert told.facts == facts
    assert told.text.startswith("mooring=1.2.3 platform=linux product=harbor-notes edition=pro ")
    assert told.to_document() == {"support_code": told.text, **facts}


def test_what_is_not_known_is_left_out():
    assert summary(None, HardwareProfile({})).text == (
        "mooring=1.2.3 platform=linux product=harbor-notes state=not_activated reason=no_digital_license "
        "hardware=unreadable/0"
    )
