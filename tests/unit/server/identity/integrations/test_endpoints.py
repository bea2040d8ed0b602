"""Where a provider's own description may send us: nowhere behind our own firewall."""

import pytest

from mooring.server.identity.domain.federation.refusals import ProviderUnavailable
from mooring.server.identity.integrations.endpoints import is_public_form, may_be_endpoint
from mooring.server.identity.integrations.openid import Client, OpenIdProvider
from tests.support.openid import ISSUER, FakeFetcher, described

INNER = (
    "https://localhost/token",
    "https://sub.localhost/token",
    "https://127.0.0.1/token",
    "https://127.1/token",
    "https://2130706433/token",
    "https://0x7f000001/token",
    "https://0X7F.1/token",
    "https://017700000001/token",
    "https://[::1]/token",
    "https://[::ffff:127.0.0.1]/token",
    "https://0.0.0.0/token",
    "https://10.0.0.7/token",
    "https://172.16.0.1/token",
    "https://192.168.1.1/token",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/token",
    "https://224.0.0.1/token",
    "https://[fe80::1]/token",
    "https://[fc00::1]/token",
    "https://[ff02::1]/token",
    "https://printer/token",
    "https://printer./token",
    "https://printer.local/token",
    "https://PRINTER.LOCAL./token",
    "https://db.internal/token",
    "https://router.home.arpa/token",
    "http://login.example.com/token",
    "http://localhost/token",
    "ftp://login.example.com/token",
    "https:///token",
    "",
)


@pytest.mark.parametrize("address", INNER)
def test_a_provider_elsewhere_names_nothing_that_is_ours(address):
    assert not may_be_endpoint(address, ISSUER)


@pytest.mark.parametrize(
    "address",
    [
        "https://login.example.com/token",
        "https://login.example.com:8443/token",
        "https://id.example/token",
        "https://1.1.1.1/token",
        "https://[2606:4700::1111]/token",
        "https://10.example.com/token",
    ],
)
def test_a_provider_names_other_hosts_of_the_open_internet(address):
    assert may_be_endpoint(address, ISSUER)


@pytest.mark.parametrize(
    "issuer", ["https://sso.corp/realm", "https://10.0.0.5", "https://keycloak:8443/realm"]
)
def test_a_provider_in_the_own_network_names_its_own_host_which_the_operator_named(issuer):
    host = issuer.removeprefix("https://").partition("/")[0].partition(":")[0]
    assert may_be_endpoint(f"https://{host}/token", issuer)
    assert may_be_endpoint("https://login.example.com/token", issuer)
    assert not may_be_endpoint(f"http://{host}/token", issuer)
    assert not may_be_endpoint("https://10.0.0.6/token", issuer)


@pytest.mark.parametrize("issuer", ["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"])
def test_one_on_this_computer_names_any_address_of_it(issuer):
    assert may_be_endpoint("http://127.0.0.1:9001/token", issuer)
    assert may_be_endpoint("http://localhost/token", issuer)
    assert may_be_endpoint("https://login.example.com/token", issuer)
    assert not may_be_endpoint("http://login.example.com/token", issuer)


def test_a_number_beyond_the_last_label_is_a_name():
    assert is_public_form("0x7f.example")
    assert not is_public_form("")
    assert not is_public_form("example")


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
async def test_a_description_that_names_an_inner_address_is_not_believed(endpoint):
    there = f"{ISSUER}/.well-known/openid-configuration"
    fetcher = FakeFetcher(**{there: described(**{endpoint: "https://169.254.169.254/latest"})})
    provider = OpenIdProvider("id", "ID", ISSUER, Client("mooring", "a secret"), fetcher)
    with pytest.raises(ProviderUnavailable) as refused:
        await provider.describe()
    assert refused.value.why == f"{ISSUER} names no good {endpoint}"
    assert [asked[0] for asked in fetcher.asked] == [there]
