"""Telling the account of Windows: about which computer, with which consent, and never without."""

from types import SimpleNamespace

import pytest

from mooring.client.domain.errors import Refused, ServerUnreachable
from mooring.client.domain.status import Account, Device
from mooring.client.use_cases.accounts.report_windows import ReportWindows
from mooring.windows.domain.report import WindowsReport

PRO = WindowsReport("Professional", "retail", "activated", "3V66T", "10.0.22631", 22631, None)
MIA, TOM = Account("m•••@o•••.example", "local"), Account("t•••@p•••.example", "local")
DEVICE = Device("dev_01k0000000000000000000000a", "amber-heron")
KEY = "t" * 43


class Asked:
    """An account's access that answers what it is told to, and remembers what was asked."""

    def __init__(self, answer=None, refusal=None):
        self.requests = []
        self._answer, self._refusal = answer or {}, refusal

    def ask(self, method, path, body=None, *, deadline):
        self.requests.append((method, path, body))
        if self._refusal is not None:
            raise Refused(self._refusal)
        return self._answer


def a_pc(asked=None, *, device=DEVICE, linked=True, holder=MIA, signed_in=MIA, key=KEY):
    now = SimpleNamespace(device=device, linked=linked, holder=holder, signed_in=signed_in)
    held = None if key is None else SimpleNamespace(public=SimpleNamespace(thumbprint=key))
    keys = SimpleNamespace(load=lambda: held)
    return ReportWindows(access=asked or Asked(), keys=keys, read_status=lambda: now)


def consents(*given):
    return {"items": [{"device": device, "consent": {"version": version}} for device, version in given]}


@pytest.mark.parametrize(
    ("how", "computer"),
    [
        ({}, DEVICE.id),
        ({"linked": False}, KEY),
        ({"device": None}, KEY),
        ({"holder": TOM}, KEY),
        ({"key": None}, DEVICE.id),
        ({"device": None, "key": None}, ""),
    ],
)
def test_the_pc_is_the_accounts_device_else_what_is_signed_in(how, computer):
    asked = Asked()
    assert a_pc(asked, **how).preview(PRO) == {
        "method": "PUT",
        "path": f"/v1/me/windows/{computer}",
        "body": PRO.to_document() | {"agreed": 1},
    }
    assert asked.requests == []


@pytest.mark.parametrize(
    ("answer", "stands"),
    [
        (consents(), False),
        (consents((KEY, 1)), False),
        (consents((DEVICE.id, 2)), False),
        (consents((KEY, 1), (DEVICE.id, 1)), True),
    ],
)
def test_a_consent_stands_for_this_pc_and_for_what_is_told_today(answer, stands):
    asked = Asked(answer)
    assert a_pc(asked).consent_stands(deadline=None) is stands
    assert asked.requests == [("GET", "/v1/me/windows", None)]


def test_an_answer_that_is_none_is_no_consent():
    with pytest.raises(ServerUnreachable):
        a_pc(Asked({"items": [{"device": DEVICE.id}]})).consent_stands(deadline=None)


@pytest.mark.parametrize(("agreed", "more"), [(True, {"agreed": 1}), (False, {})])
def test_says_that_the_person_agreed_only_if_they_did_just_now(agreed, more):
    asked = Asked()
    a_pc(asked).send(PRO, agreed=agreed, deadline=None)
    assert asked.requests == [("PUT", f"/v1/me/windows/{DEVICE.id}", PRO.to_document() | more)]


def test_where_nobody_ever_signed_in_nothing_is_sent():
    asked = Asked()
    pc = a_pc(asked, device=None, key=None)
    for act in (lambda: pc.send(PRO, agreed=True, deadline=None), lambda: pc.stop(deadline=None)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "sign_in_required"
    assert asked.requests == []


def test_stopping_tells_whether_there_was_anything():
    asked = Asked()
    assert a_pc(asked).stop(deadline=None) is True
    assert asked.requests == [("DELETE", f"/v1/me/windows/{DEVICE.id}", None)]
    assert a_pc(Asked(refusal="not_found")).stop(deadline=None) is False
    with pytest.raises(Refused) as refused:
        a_pc(Asked(refusal="rate_limited")).stop(deadline=None)
    assert refused.value.code == "rate_limited"
