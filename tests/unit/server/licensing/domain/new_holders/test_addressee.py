"""Who may take what is meant for an address."""

import pytest

from mooring.core.identifiers import new_account_id
from mooring.server.licensing.domain.new_holders.addressee import (
    Addressee,
    MeantForAnother,
    Person,
    may_take,
    new_link,
)
from tests.support.licenses import AT

TO = Addressee("Tom@Post.example", "tom@post.example", "T•••@P•••.example")
OTHER = Addressee("ann@post.example", "ann@post.example", "a•••@p•••.example")


def somebody(proven):
    return Person(new_account_id(AT), None, proven, "en")


@pytest.mark.parametrize("by_link", [True, False])
@pytest.mark.parametrize("owner", [None, new_account_id(AT)], ids=["nobody's", "another's"])
def test_who_proved_the_address_may(by_link, owner):
    same = Addressee("tom@post.example", "tom@post.example", "t•••@p•••.example")
    assert may_take(somebody(same), TO, owner=owner, by_link=by_link) is True


@pytest.mark.parametrize("proven", [None, OTHER])
def test_others_may_only_with_the_link_and_where_the_address_is_nobodys(proven):
    person = somebody(proven)
    assert may_take(person, TO, owner=None, by_link=True) is True
    assert may_take(person, TO, owner=person.account, by_link=True) is True
    assert may_take(person, TO, owner=None, by_link=False) is False
    assert may_take(person, TO, owner=new_account_id(AT), by_link=False) is False
    with pytest.raises(MeantForAnother):
        may_take(person, TO, owner=new_account_id(AT), by_link=True)


def test_links_are_long_and_never_the_same():
    links = {new_link() for _ in range(100)}
    assert len(links) == 100
    assert {len(each) for each in links} == {43}


def test_an_address_is_in_no_log():
    assert repr(TO) == "Addressee(masked='T•••@P•••.example')"
