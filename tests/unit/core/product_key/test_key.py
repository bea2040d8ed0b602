"""Product keys: read forgivingly, corrected only on paper, never shown by accident."""

# ruff: noqa: RUF001 - look-alikes are what is tested

import hashlib
import hmac
import logging
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.product_key import (
    ALPHABET,
    MistypedLine,
    ProductKey,
    decode_line,
    encode_line,
    generate,
    generate_many,
    key_digest_input,
    parse_product_key,
)
from mooring.core.refusals import KeyMalformed

COUNTING = "BCDFG-HJKMN-PQRTV-WXY23-46789"
NINES = "99999-99999-99999-99999-99999"
SAMPLE = "RKFGK-R3FVD-YNF97-79FNY-DVFQK"

keys = st.lists(st.integers(0, 24), min_size=22, max_size=22).map(encode_line)


def read(text: str) -> ProductKey | KeyMalformed:
    try:
        return parse_product_key(text)
    except KeyMalformed as refusal:
        return refusal


def refusal_of(text: str) -> KeyMalformed:
    with pytest.raises(KeyMalformed) as refused:
        parse_product_key(text)
    return refused.value


def test_the_alphabet_is_that_of_the_contract():
    assert ALPHABET == "BCDFGHJKMNPQRTVWXY2346789"


@pytest.mark.parametrize("written", [COUNTING, NINES, SAMPLE])
def test_reads_the_test_vectors_of_the_contract(written):
    key = parse_product_key(written)
    assert key.formatted() == written
    assert key.symbols == written.replace("-", "")


def test_the_data_symbols_zero_to_21_give_the_first_test_vector():
    assert encode_line(range(22)) == COUNTING.replace("-", "")


@pytest.mark.parametrize(
    "typed",
    [
        "rkfgk-r3fvd-ynf97-79fny-dvfqk",
        "RKFGKR3FVDYNF9779FNYDVFQK",
        "  RKFGK R3FVD YNF97 79FNY DVFQK\n",
        "RKFGK-R3FVD-YNF97-\r\n79FNY-DVFQK\r\n",
        "RKFGK–R3FVD—YNF97−79FNY‑DVFQK",
        "\ufeffRKFGK\u200b-R3FVD\u2060-YNF97\u00ad-79FNY-DVFQK\u200e",
        "r-k-f-g-k-r-3-f-v-d-y-n-f-9-7-7-9-f-n-y-d-v-f-q-k",
        "ＲＫＦＧＫ－Ｒ３ＦＶＤ－ＹＮＦ９７－７９ＦＮＹ－ＤＶＦＱＫ",
    ],
)
def test_reads_a_key_however_it_was_typed_or_pasted(typed):
    assert parse_product_key(typed).formatted() == SAMPLE


def test_names_the_group_and_position_of_one_wrong_symbol_and_offers_the_corrected_key():
    refusal = refusal_of("RKFGK-R3FVD-YNF97-79FMY-DVFQK")
    assert (refusal.group, refusal.position, refusal.suggestion) == (4, 4, SAMPLE)
    assert refusal.members == {"group": 4, "position": 4, "suggestion": SAMPLE}


def test_the_first_and_the_last_symbol_are_named_from_one_to_five():
    first = refusal_of("BKFGK-R3FVD-YNF97-79FNY-DVFQK")
    last = refusal_of("RKFGK-R3FVD-YNF97-79FNY-DVFQB")
    assert (first.group, first.position, first.suggestion) == (1, 1, SAMPLE)
    assert (last.group, last.position, last.suggestion) == (5, 5, SAMPLE)


@pytest.mark.parametrize("foreign", ["0", "O", "1", "a", "É", "ß", "😀", "_", "٣"])
def test_a_character_outside_the_alphabet_is_one_wrong_symbol_at_its_position(foreign):
    refusal = refusal_of(f"RKFGK-R3FVD-Y{foreign}F97-79FNY-DVFQK")
    assert (refusal.group, refusal.position, refusal.suggestion) == (3, 2, SAMPLE)


def test_a_character_outside_the_alphabet_may_stand_for_the_first_symbol_of_the_alphabet():
    refusal = refusal_of("0CDFG-HJKMN-PQRTV-WXY23-46789")
    assert (refusal.group, refusal.position, refusal.suggestion) == (1, 1, COUNTING)


def test_two_characters_outside_the_alphabet_have_no_suggestion_though_one_stands_for_its_first_symbol():
    symbols = encode_line([7] * 10 + [0] * 12)
    refusal = refusal_of(f"0{symbols[1:15]}0{symbols[16:]}")
    assert (refusal.group, refusal.position, refusal.suggestion) == (None, None, None)


@pytest.mark.parametrize(
    "typed",
    [
        "KRFGK-R3FVD-YNF97-79FNY-DVFQK",  # neighbors swapped
        "RKFGK-R3FVD-YNF97-79FNB-DVFQB",
        "0KFGK-R3FVD-YNF97-79FNY-DVFQB",  # one foreign, one wrong
        "00FGK-R3FVD-YNF97-79FNY-DVFQK",
        "RKFGK-R3FVD-YNF97-79FNY-DVFQ",
        "RKFGK-R3FVD-YNF97-79FNY-DVFQKK",
        "RKFGK-R3FVD-YNF97-79FNY-DVFQK" + "-" * 2000,
        "",
        "-",
        "\ud800",
    ],
)
def test_offers_nothing_when_more_is_wrong_than_one_symbol(typed):
    refusal = refusal_of(typed)
    assert (refusal.group, refusal.position, refusal.suggestion) == (None, None, None)
    assert refusal.members == {}


def test_reads_what_was_pasted_with_much_space_around_it():
    assert parse_product_key(SAMPLE + " " * (1024 - len(SAMPLE))).formatted() == SAMPLE
    refusal_of(SAMPLE + " " * (1025 - len(SAMPLE)))


def test_offers_the_right_key_for_one_wrong_symbol_in_each_of_10000_random_keys():
    chance = random.Random(25)
    for symbols in generate_many(chance.randrange(625), 10_000, chance.randbytes):
        position = chance.randrange(25)
        wrong = chance.choice(ALPHABET.replace(symbols[position], "") + "01AEIO")
        refusal = refusal_of(symbols[:position] + wrong + symbols[position + 1 :])
        assert refusal.suggestion == ProductKey(symbols).formatted()
        assert (refusal.group, refusal.position) == (position // 5 + 1, position % 5 + 1)


@given(keys, st.integers(0, 24), st.characters())
def test_no_character_at_any_place_passes_for_another_key(symbols, position, character):
    key = ProductKey(symbols)
    outcome = read(symbols[:position] + character + symbols[position + 1 :])
    assert outcome == key or outcome.suggestion in {None, key.formatted()}


@given(keys, st.lists(st.integers(0, 24), min_size=2, max_size=2, unique=True), st.data())
def test_two_wrong_symbols_are_refused_without_a_suggestion(symbols, positions, drawn):
    typed = list(symbols)
    for position in positions:
        typed[position] = drawn.draw(st.sampled_from(ALPHABET.replace(symbols[position], "")))
    assert refusal_of("".join(typed)).members == {}


@given(st.text())
def test_any_text_is_a_key_or_refused(text):
    outcome = read(text)
    assert isinstance(outcome, ProductKey) or set(outcome.members) in (
        set(),
        {"group", "position", "suggestion"},
    )


def test_the_first_two_symbols_are_the_product_code():
    assert parse_product_key(COUNTING).product_code == 1
    assert parse_product_key(NINES).product_code == 624
    assert parse_product_key(SAMPLE).product_code == 12 * 25 + 7


def test_the_last_five_symbols_are_its_label():
    assert parse_product_key(SAMPLE).last_five == "DVFQK"


def test_hides_itself_wherever_it_is_printed(caplog):
    key = parse_product_key(SAMPLE)
    masked = "•••••-•••••-•••••-•••••-DVFQK"
    assert str(key) == f"{key}" == "%s" % key == masked  # noqa: UP031
    assert repr(key) == f"ProductKey('{masked}')"
    with caplog.at_level(logging.INFO):
        logging.getLogger("mooring").info("activated with %s and %r", key, [key])
    assert "RKFGK" not in caplog.text


def test_a_refusal_says_nothing_of_the_key_unless_asked():
    refusal = refusal_of("RKFGK-R3FVD-YNF97-79FMY-DVFQK")
    assert str(refusal) == "key_malformed"
    assert "R3FVD" not in repr(refusal)
    assert refusal.__suppress_context__


def test_never_changes():
    key = parse_product_key(SAMPLE)
    with pytest.raises(AttributeError, match="never changes"):
        key.symbols = NINES.replace("-", "")
    with pytest.raises(AttributeError):
        key.note = "mine"
    assert key.formatted() == SAMPLE


def test_equals_a_key_with_the_same_symbols_and_nothing_else():
    key = parse_product_key(SAMPLE)
    assert key == parse_product_key(SAMPLE.lower())
    assert hash(key) == hash(parse_product_key(SAMPLE.lower()))
    assert key != parse_product_key(NINES)
    assert key != key.symbols
    assert len({key, parse_product_key(SAMPLE), parse_product_key(NINES)}) == 2


@pytest.mark.parametrize(
    "symbols",
    ["", SAMPLE, "RKFGKR3FVDYNF9779FNYDVFQ", "RKFGKR3FVDYNF9779FMYDVFQK", "rkfgkr3fvdynf9779fnydvfqk"],
)
def test_cannot_be_built_from_what_is_no_key(symbols):
    with pytest.raises(ValueError, match=r"^not the symbols of a product key$"):
        ProductKey(symbols)


@pytest.mark.parametrize("symbol", ALPHABET)
def test_a_foreign_symbol_is_never_taken_for_one_of_the_alphabet(symbol):
    with pytest.raises(ValueError, match="not the symbols"):
        ProductKey(COUNTING.replace("-", "").replace(symbol, "0"))


def test_its_digest_is_taken_over_a_purpose_and_the_symbols():
    message = key_digest_input(parse_product_key(SAMPLE.lower()))
    assert message == b"mooring/product-key/1\x00RKFGKR3FVDYNF9779FNYDVFQK"
    assert len(hmac.digest(b"pepper", message, hashlib.sha256)) == 32


def test_a_mistyped_line_tells_where_and_what():
    with pytest.raises(MistypedLine) as mistyped:
        decode_line("BCDFG HJKMN PQRTV WXY23 46788")
    assert (mistyped.value.position, mistyped.value.corrected) == (24, COUNTING.replace("-", ""))
    assert str(mistyped.value) == "not a valid line of 25 symbols"


@given(st.lists(st.integers(0, 24), min_size=22, max_size=22))
def test_a_line_gives_back_the_data_it_carries(data):
    line = decode_line(encode_line(data).lower())
    assert [ALPHABET.index(symbol) for symbol in line[:22]] == data


def test_a_generated_key_is_a_key_of_its_product():
    assert generate(307).product_code == 307
