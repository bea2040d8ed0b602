"""*System > Activation* in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Input

from mooring.client.doors.terminal.pages.page_view import PageView
from mooring.client.doors.terminal.parts import Box, Do, Facts, KeyField, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.widget import Widget

    from mooring.client.view.activation import ActivationView
    from mooring.client.view.settings import SettingsView
    from mooring.client.view.settings.activation import Activation
    from mooring.client.view.settings.page import PageName
    from mooring.client.view.settings.troubleshooter import CandidateRow, Troubleshooter

MARKS = {"good": "✓", "warning": "!", "bad": "✗"}
KEY_SHAPE = "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX"


class ActivationPageView(PageView["Activation"]):
    """The state, the product key, what to do in time, and the troubleshooter."""

    page = "activation"

    def __init__(self, view: SettingsView, go_to: Callable[[PageName, str | None], object]) -> None:
        super().__init__(view)
        self._go_to = go_to
        self._suggestion = ""
        self._sent = False
        self._candidates: tuple[CandidateRow, ...] = ()

    def body(self) -> Iterator[Widget]:
        """Yield the parts."""
        labels, activation = self.labels, self.view.activation
        yield Words(id="sentence", classes="headline")
        yield Words(id="why")
        yield Words(id="step_to_read", classes="quiet")
        yield Do("", self._take, id="state_step", classes="main")
        yield Words(id="adds")
        yield Facts(id="facts")
        yield Words(id="advice")
        with Box(id="held"):
            yield Do(labels["renew"], activation.renew, id="renew")
            yield Do(labels["deactivate"], self._deactivate, id="deactivate")
        yield from self._key()
        with Box(id="before_hardware"):
            yield Words(labels["before_hardware"], classes="section")
            yield Words(id="link_advice")
            yield Do(labels["link_first"], lambda: self._go_to("your_info", None), id="link_first")
        yield from self._troubleshooter()

    def _key(self) -> Iterator[Widget]:
        labels = self.labels
        yield Words(labels["product_key"], id="key_title", classes="section")
        yield KeyField(placeholder=KEY_SHAPE, id="key")
        yield Words(id="key_help", classes="quiet")
        yield Words(id="key_typed")
        yield Do(labels["activate"], self._activate, id="activate", classes="main")
        suggestion = Do(labels["use_suggestion"], self._use_suggestion, id="use_suggestion")
        suggestion.display = False
        yield suggestion
        yield Do(labels["activate_again"], self.view.activation.activate_again, id="activate_again")

    def _troubleshooter(self) -> Iterator[Widget]:
        labels, activation = self.labels, self.view.activation
        yield Words(labels["troubleshoot"], classes="section")
        yield Do(labels["changed_hardware"], activation.troubleshoot, id="troubleshoot")
        with Box(id="troubleshooter", classes="block"):
            yield Words(id="which", classes="headline")
            yield Do(labels["sign_in"], self._sign_in, id="troubleshoot_sign_in", classes="main")
            yield Box(id="candidates")
            yield Do(labels["close"], activation.close_troubleshooter, id="close_troubleshooter")

    def fill(self, snapshot: Activation) -> None:
        """Show the state."""
        if snapshot.view is not None:
            self._show_state(snapshot.view, told=snapshot.told)
        button = self.query_one("#state_step", Do)
        step = snapshot.view.next_step if snapshot.view and not snapshot.told else None
        # Typing the key is what the field below is for: a button that leads there would only be in the way.
        button.display = step is not None and snapshot.way not in {None, "key"}
        button.label = Content(step.label if step else "")
        self.words("step_to_read").say(f"→ {step.label}" if step and not button.display else None)
        self.shown("held", when=snapshot.activated)
        self.shown("activate_again", when=snapshot.ready and not snapshot.activated)
        self.words("key_title").say(self.labels["change_key" if snapshot.activated else "product_key"])
        self.shown("before_hardware", when=snapshot.before_hardware is not None)
        self.words("link_advice").say(snapshot.before_hardware)
        self.shown("link_first", when=snapshot.advise_linking)
        self._show_troubleshooter(snapshot.troubleshooter)
        self._forget_key(snapshot)

    def focus_on(self, part: str | None) -> None:
        """Let the key's field, or the page, have the focus."""
        if part == "key":
            self.query_one("#key").focus()
        else:
            self.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Help while the key is typed."""
        found = self.view.activation.key_help(event.value)
        line = self.words("key_help")
        line.say(found.sentence)
        line.set_class(found.state in {"wrong", "other_product"}, "bad")
        line.set_class(found.state == "good", "good")
        mistyped = found.mistyped
        self._suggestion = mistyped.suggestion if mistyped else ""
        self.shown("use_suggestion", when=mistyped is not None)
        typed = self.words("key_typed")
        typed.say("")
        if mistyped is not None:
            typed.say(
                f"{mistyped.before}[{mistyped.wrong}]{mistyped.after}\n"
                + self.labels["perhaps"].format(key=mistyped.suggestion)
            )

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Activate."""
        self._activate()

    def _show_state(self, view: ActivationView, *, told: bool) -> None:
        sentence = self.words("sentence")
        sentence.say(f"{MARKS[view.tone]} {view.sentence}")
        for tone in MARKS:
            sentence.set_class(tone == view.tone, tone)
        self.words("why").say(None if told else view.why)
        self.words("adds").say(view.adds)
        self.query_one("#facts", Facts).say(view.facts)
        self.words("advice").say("\n".join(f"• {sentence}" for sentence in view.advice))

    def _show_troubleshooter(self, open_: Troubleshooter | None) -> None:
        self.shown("troubleshooter", when=open_ is not None)
        self.shown("troubleshoot", when=open_ is None)
        candidates = open_.candidates if open_ else ()
        if open_ is not None:
            self.words("which").say(open_.sentence)
            self.shown("troubleshoot_sign_in", when=open_.needs_sign_in)
        if candidates != self._candidates:
            self._candidates = candidates
            box = self.query_one("#candidates", Box)
            box.remove_children()
            box.mount(*(self._candidate(row) for row in candidates))

    def _candidate(self, row: CandidateRow) -> Box:
        labels = self.labels
        likely = f"  ({labels['likely']})" if row.likely else ""
        this = Do(
            labels["this_device"], lambda: self.view.activation.reactivate(row.id), classes="this_device"
        )
        last = this if row.allowed else Words(row.why_not or "", classes="bad")
        return Box(Words(f"{row.name}{likely}", classes="headline"), Facts(row.facts), last, classes="block")

    def _forget_key(self, snapshot: Activation) -> None:
        """Take the key away when it was accepted: it is a secret, and not needed any more."""
        if self._sent and snapshot.busy is None:
            self._sent = False
            if snapshot.problem is None:
                self.query_one("#key", Input).clear()

    def _activate(self) -> None:
        self._sent = self.view.activation.activate(self.query_one("#key", Input).value)

    def _use_suggestion(self) -> None:
        field = self.query_one("#key", Input)
        field.value = self._suggestion
        field.focus()

    def _deactivate(self) -> None:
        self.ask(self.view.activation.snapshot.deactivate_question, self.view.activation.deactivate)

    def _take(self) -> None:
        view = self.view.activation.snapshot.view
        if view is not None and view.next_step is not None:
            self.view.take(view.next_step, self.page)

    def _sign_in(self) -> None:
        self._go_to("your_info", None)
        self.view.your_info.sign_in()
