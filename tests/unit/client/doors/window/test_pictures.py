"""The window as it is looked at: every page and state, in its colors, in three languages, and whole.

With MOORING_PICTURES=FOLDER the pictures are kept there.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtQuick import QQuickItem

from mooring.client.doors.window.appearance import Appearance
from mooring.testing import FakeServer
from tests.support.at_window import AtWindow, at_window

FEATURES = {"export-pdf": "Export to PDF", "sync": "Sync"}
SUPPORT = {"support": "https://harbor.example/help", "privacy": "https://harbor.example/privacy"}


class Scene:
    """An App in some state, and what is done before the picture is taken."""

    def __init__(self, language: str) -> None:
        self.server = FakeServer(name="Harbor Notes", entitlements=FEATURES)
        self.language = language
        self.app = self.server.app(language=language)
        self.app.descriptor.urls.update(SUPPORT)
        self.do: Callable[[AtWindow], object] = lambda _: None

    def activated(self, *, linked: bool = False, signed_in: bool = True) -> "Scene":
        self.app.activate(self.server.mint())
        if signed_in:
            self.app.sign_in()
        if linked:
            self.app.link()
        return self

    def agreed(self) -> "Scene":
        self.app.set_privacy("device_name", True)
        return self

    def doing(self, do: Callable[[AtWindow], object]) -> "Scene":
        self.do = do
        return self


def _hardware_changed(language: str) -> Scene:
    scene = Scene(language).activated(linked=True)
    scene.app = scene.server.app("another computer", language=language)
    scene.app.sign_in()
    return scene.doing(lambda at: at.click("troubleshoot"))


def _offline(language: str) -> Scene:
    scene = Scene(language).activated(signed_in=False)
    scene.server.go_offline()
    return scene.doing(
        lambda at: (at.click("renew"), at.until(lambda: at.view.activation.snapshot.problem, "a problem"))
    )


def _mistyped(language: str) -> Scene:
    scene = Scene(language)
    key = scene.server.mint()
    wrong = ("B" if key[0] != "B" else "C") + key[1:]
    return scene.doing(lambda at: at.type_into("key", wrong))


def _revoked(language: str) -> Scene:
    scene = Scene(language)
    key = scene.server.mint()
    scene.app.activate(key)
    scene.server.revoke(key)
    return scene.doing(
        lambda at: (at.click("renew"), at.until(lambda: at.view.activation.snapshot.problem, "no"))
    )


def _grace(language: str) -> Scene:
    scene = Scene(language).activated(signed_in=False)
    scene.server.clock.advance(days=25)
    return scene


SCENES: dict[str, tuple[str, Callable[[str], Scene]]] = {
    "activation-none": ("activation", Scene),
    "activation-mistyped": ("activation", _mistyped),
    "activation-digital": ("activation", lambda language: Scene(language).activated()),
    "activation-grace": ("activation", _grace),
    "activation-offline": ("activation", _offline),
    "activation-revoked": ("activation", _revoked),
    "activation-troubleshooter": ("activation", _hardware_changed),
    "info-nobody": ("your_info", Scene),
    "info-offer": ("your_info", lambda language: Scene(language).activated()),
    "info-linked": ("your_info", lambda language: Scene(language).activated(linked=True)),
    "devices-nobody": ("devices", Scene),
    "devices": ("devices", lambda language: Scene(language).activated(linked=True)),
    "privacy": ("privacy", lambda language: Scene(language).activated()),
    "privacy-nobody": ("privacy", Scene),
    "privacy-agreed": ("privacy", lambda language: Scene(language).activated(linked=True).agreed()),
    "about": ("about", lambda language: Scene(language).activated()),
    "first-run": ("activation", Scene),
}
LOOKS = {
    "light": Appearance("light", 1.0),
    "dark": Appearance("dark", 1.0),
    "contrast": Appearance("contrast", 1.0),
}


def nothing_is_cut_off(at: AtWindow) -> None:
    """No text is elided, leaves the window at the side, or is squeezed into a column of letters."""
    width = at.shown.window.width()
    for text in at.texts():
        words = text.property("text")
        assert not text.property("truncated"), f"cut off: {words}"
        left = text.mapToScene(text.boundingRect().topLeft()).x()
        assert left >= -1, f"out of the window at the left: {words}"
        assert left + min(text.width(), text.property("paintedWidth")) <= width + 1, (
            f"out of the window: {words}"
        )
        assert text.property("paintedWidth") <= text.width() + 2 or text.width() == 0, (
            f"wider than its place: {words}"
        )


def nothing_is_said_twice(at: AtWindow) -> None:
    """A row names its matter and the button beside it the act, and no sentence stands there twice."""
    (page,) = at.shown.window.findChildren(QQuickItem, "scrolling")
    texts = [text for text in at.texts() if page.isAncestorOf(text)]
    acts = {text.property("text") for text in texts if _is_on_a_button(text)}
    matters = [text.property("text") for text in texts if not _is_on_a_button(text)]
    assert acts.isdisjoint(matters), f"a row repeats its button: {acts.intersection(matters)}"
    sentences = [words for words in matters if words.endswith((".", "。"))]
    assert sorted(set(sentences)) == sorted(sentences), "a sentence stands there twice"


def _is_on_a_button(text: QQuickItem) -> bool:
    return text.parentItem().metaObject().className().startswith("Action_")


def no_word_is_broken(at: AtWindow) -> None:
    """Every word has its line: none goes on in the next one."""
    for text in (each for each in at.texts() if each.property("font").family() != "monospace"):
        room = QFontMetricsF(text.property("font"))
        words = re.split(r"[\s\u200b-]", text.property("text"))
        for word in (each for each in words if not re.search(r"\d", each)):  # numbers have no end
            assert room.horizontalAdvance(word) <= text.width() + 1, f"broken: {word}"


def taken(at: AtWindow, name: str):
    image = at.shown.window.grabWindow()
    folder = os.environ.get("MOORING_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        assert image.save(str(Path(folder) / f"{name}.png"))
    return image


@pytest.mark.parametrize("language", ["en", "de", "ja"])
@pytest.mark.parametrize("scene", SCENES)
def test_every_page_and_state_is_whole_in_light_and_dark(scene: str, language: str):
    page, make = SCENES[scene]
    made = make(language)
    first_run = scene == "first-run"
    size = (520, 620) if first_run else (1060, 760)
    with at_window(made.app, page, size=size, first_run=first_run) as at:
        at.settled()
        made.do(at)
        at.settled()
        pictures = []
        for look in ("light", "dark", "contrast") if language == "en" else ("light", "dark"):
            at.shown.change_look(LOOKS[look])
            at.settled()
            image = taken(at, f"{scene}-{language}-{look}")
            assert (image.width(), image.height()) == size
            shades = {
                image.pixelColor(x, y).name() for x in range(0, size[0], 7) for y in range(0, size[1], 7)
            }
            assert len(shades) > 10, "there is hardly anything in the picture"
            pictures.append(image.pixelColor(size[0] - 3, size[1] - 3).name())
            nothing_is_cut_off(at)
        if not first_run:
            nothing_is_said_twice(at)
        assert pictures[:2] == ["#f3f3f3", "#202020"]


@pytest.mark.parametrize("scene", ["about", "activation-digital", "activation-none"])
def test_what_an_open_row_tells_can_be_read(scene: str):
    page, make = SCENES[scene]
    made = make("en")
    with at_window(made.app, page, size=(1060, 760)) as at:
        at.settled()
        snapshot = at.view.page(page).snapshot
        facts = snapshot.certificate if page == "about" else snapshot.view.facts
        for name, value in facts:
            at.reads(name)
            at.reads(value)


@pytest.mark.parametrize("language", ["en", "de", "ja"])
@pytest.mark.parametrize("scene", SCENES)
def test_text_of_twice_the_size_fits_a_narrow_window(scene: str, language: str):
    page, make = SCENES[scene]
    made = make(language)
    look = Appearance("light", 2.0)
    with at_window(made.app, page, size=(400, 760), first_run=scene == "first-run", appearance=look) as at:
        at.settled()
        taken(at, f"{scene}-{language}-narrow")
        nothing_is_cut_off(at)


@pytest.mark.parametrize(("size", "scale"), [((320, 480), 1.0), ((400, 760), 2.0), ((320, 480), 2.25)])
@pytest.mark.parametrize("scene", SCENES)
def test_words_stay_whole_where_there_is_hardly_room(scene: str, size: tuple[int, int], scale: float):
    page, make = SCENES[scene]
    made = make("en")
    look = Appearance("light", scale)
    with at_window(made.app, page, size=size, first_run=scene == "first-run", appearance=look) as at:
        at.settled()
        made.do(at)
        at.settled()
        taken(at, f"{scene}-en-{size[0]}-{scale}")
        nothing_is_cut_off(at)
        no_word_is_broken(at)
