"""The language of pages: whose wish counts, where it is kept, and how one chooses without a script."""

import pytest

from mooring.server.wording.languages import LANGUAGES
from tests.support.clients import AsgiClient
from tests.support.visitors import Visitor, said

GERMAN = (("Accept-Language", "de-AT,de;q=0.8"),)
FROM_HERE = (("Sec-Fetch-Site", "same-origin"),)
FROM_ELSEWHERE = (("Sec-Fetch-Site", "cross-site"),)


@pytest.fixture
def visitor(client: AsgiClient) -> Visitor:
    return Visitor(client)


async def spoken(visitor: Visitor, path: str = "/sign-in", headers=()) -> str:
    """Return the language that a page says it is in."""
    html = said(await visitor.get(path, headers))
    return html.partition('<html lang="')[2].partition('"')[0]


async def test_a_browser_is_spoken_to_in_the_language_it_likes_best(visitor: Visitor):
    assert await spoken(visitor) == "en"
    assert await spoken(visitor, headers=GERMAN) == "de"
    assert await spoken(visitor, headers=(("Accept-Language", "tlh, zh-Hans-CN;q=0.5"),)) == "zh"


async def test_what_is_chosen_stays_chosen_in_this_browser(visitor: Visitor):
    assert await spoken(visitor, "/sign-in?language=ja", GERMAN) == "ja"
    assert await spoken(visitor, headers=GERMAN) == "ja"
    assert await spoken(visitor, "/sign-in?language=tlh", GERMAN) == "ja"
    visitor.cookies["mooring-language"] = "../../etc"
    assert await spoken(visitor, headers=GERMAN) == "de"


async def test_every_page_links_to_itself_in_each_language_and_marks_its_own(visitor: Visitor):
    html = said(await visitor.get("/sign-in?next=%2Fdevice&language=fr"))
    for tag, name in LANGUAGES.items():
        mark = ' aria-current="true"' if tag == "fr" else ""
        link = f'<a href="/sign-in?next=%2Fdevice&amp;language={tag}" lang="{tag}" hreflang="{tag}"{mark}>'
        assert f"{link}{name}</a>" in html


async def test_where_only_a_form_leads_the_language_leads_to_the_front_page(visitor: Visitor):
    refused = await visitor.post("/sign-out", {})
    assert refused.status == 403
    assert 'href="/?language=de"' in said(refused)


async def test_what_is_chosen_while_signed_in_is_the_accounts_wherever_it_signs_in(visitor: Visitor):
    await visitor.sign_up()
    assert await spoken(visitor, "/account/security?language=es", FROM_HERE) == "es"
    elsewhere = Visitor(visitor.client)
    assert await spoken(elsewhere, "/sign-in?language=ja") == "ja"
    await elsewhere.sign_in()
    assert await spoken(elsewhere, "/account/security") == "es"


async def test_a_strangers_link_chooses_nothing_for_an_account(visitor: Visitor):
    await visitor.sign_up()
    assert await spoken(visitor, "/account/security?language=es", FROM_ELSEWHERE) == "es"
    elsewhere = Visitor(visitor.client)
    await elsewhere.sign_in()
    assert await spoken(elsewhere, "/account/security") == "en"
