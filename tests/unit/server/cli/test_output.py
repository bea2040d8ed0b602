"""What commands print: drawn on a terminal, plain when piped, one document for programs."""

import io
import json

from mooring.server.cli.output import Output


class Terminal(io.StringIO):
    def isatty(self):
        return True


def an_output(*, as_json=False, stream=io.StringIO):
    out, err = stream(), stream()
    return Output(as_json=as_json, out=out, err=err), out, err


def test_speaks_to_people_on_standard_output_unless_a_program_reads_it():
    output, out, err = an_output()
    output.say("hello")
    output.answer({"a": 1})
    assert (out.getvalue(), err.getvalue()) == ("hello\n", "")
    output, out, err = an_output(as_json=True)
    output.say("hello")
    output.answer({"a": "ä"})
    assert json.loads(out.getvalue()) == {"a": "ä"}
    assert "ä" in out.getvalue()
    assert err.getvalue() == "hello\n"


def test_lines_facts_up_and_leaves_empty_ones_out():
    output, out, _ = an_output()
    output.rows([("A", "1"), ("Longer", "2"), ("Nothing", "")])
    assert out.getvalue() == "  A       1\n  Longer  2\n"
    output.rows([])


def test_a_table_is_tab_separated_when_piped_and_drawn_on_a_terminal():
    rows = [("a", "[bold]b[/bold]")]
    output, out, _ = an_output()
    output.table(("X", "Y"), rows, empty="none")
    assert out.getvalue() == "X\tY\na\t[bold]b[/bold]\n"
    output, out, _ = an_output(stream=Terminal)
    output.table(("X", "Y"), rows, empty="none")
    assert "[bold]b[/bold]" in out.getvalue()
    assert "\t" not in out.getvalue()
    output, out, _ = an_output()
    output.table(("X",), [], empty="none")
    assert out.getvalue() == "none\n"


def test_progress_is_drawn_on_a_terminal_only():
    output, _, err = an_output()
    with output.progress("Minting", 10) as tell:
        tell(5)
    assert err.getvalue() == ""
    output, out, err = an_output(as_json=True, stream=Terminal)
    with output.progress("Minting", 10) as tell:
        tell(10)
    assert "Minting" in err.getvalue()
    assert out.getvalue() == ""


def test_a_refusal_is_told_to_people_and_programs():
    output, out, err = an_output(as_json=True)
    output.refuse("a_code", "A title", "It failed.", "retry", "Try again.")
    assert err.getvalue() == "✗ A title\n  It failed.\n  → Try again.\n"
    assert json.loads(out.getvalue()) == {
        "code": "a_code",
        "title": "A title",
        "detail": "It failed.",
        "next": {"action": "retry", "label": "Try again."},
    }
    output, out, err = an_output()
    output.refuse("a_code", "A title", "It failed.", "none", "")
    assert (out.getvalue(), err.getvalue()) == ("", "✗ A title\n  It failed.\n")
