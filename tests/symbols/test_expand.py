"""Expansion: expected values were read from headers the real Sendmail wrote for the same templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.symbols import codes
from noctule.symbols.expand import TOO_DEEP, armed, as_bytes, disarmed, expand, expand_codes, spell
from noctule.symbols.macros import Macros


def code(text: str) -> str:
    """A small `$x` translation of the test's own: single letters, `$|`, `$.`, `$?x`, `$&x`, `$*`."""
    out, i = "", 0
    while i < len(text):
        if text[i] != "$":
            out += text[i]
            i += 1
            continue
        kind = text[i + 1]
        simple = {"|": codes.ELSE, ".": codes.FI, "*": codes.MATCH_ANY}.get(kind)
        prefix = {"?": codes.IF, "&": codes.DEFERRED}.get(kind)
        out += simple or (prefix or codes.MACRO) + codes.named(text[i + 2] if prefix else kind)
        i += 3 if prefix else 2
    return out


VALUES = {
    "A": "one",
    "C": "$?A yes $?Z zz $| no$Z $. $| none $.",
    "D": "x$|y$.z",
    "E": "$E",
    "F": "$&A",
    "G": "a$Hb",
    "H": "c$Gd",
    "I": "$?A",
    "O": "$T",
    "T": "$?A yesT$|no",
    "V": "$?Z yesT$|no $. $.x$|y",
}
SCOPE = Macros(values={name: code(value) for name, value in VALUES.items()})


@pytest.mark.parametrize(
    ("template", "codes_left", "plain"),
    [
        (" $&A|$A", " $&A|one", " one|one"),
        (" $C", "  yes  no  ", "  yes  no  "),
        (" $D", " x$|y$.z", " x$|y$.z"),
        (" $F", " $&A", " one"),
        (" $Iyes$|no$. end", " yes end", " yes end"),
        (" $?Z never $D $| a$D $.", "  ax$|y$.z ", "  ax$|y$.z "),
        (" a$|b$.c", " a$|b$.c", " a$|b$.c"),
        (" $?A$?Z x$|y$. z$|w$.", " y z", " y z"),
        (" $?A$|a$|b$.c", " bc", " bc"),
        (" $?A unclosed", "  unclosed", "  unclosed"),
        (" $O $V", "  yesTx$|y", "  yesTx$|y"),
        ("no codes", "no codes", "no codes"),
    ],
)
def test_templates(template: str, codes_left: str, plain: str) -> None:
    assert spell(expand_codes(code(template), SCOPE)) == codes_left
    assert expand(code(template), SCOPE) == plain


def test_macros_that_never_end_are_cut_off_and_said() -> None:
    heard: list[str] = []
    assert spell(expand_codes(code("x$E"), SCOPE, heard.append)) == "x$E"
    assert spell(expand_codes(code("y$G"), SCOPE, heard.append)) == "yacacacacaca$Hbdbdbdbdbdb"
    assert heard == [TOO_DEEP, TOO_DEEP]


def test_an_inner_scope_is_seen_first() -> None:
    assert expand(code("$A$B"), SCOPE.child({"A": "inner", "B": code("<$A>")})) == "inner<inner>"
    assert expand(code("$A"), SCOPE.child({"A": None})) == ""


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\x01\x7f", "^A^?"),
        ("é\x8a", "M-iM-\\n"),
        (codes.MACRO + codes.named("client_addr"), "${client_addr}"),
        (codes.MATCH_CLASS + codes.named("w") + codes.REPLACEMENT[1], "$=w$1"),
    ],
)
def test_spelling(text: str, printed: str) -> None:
    assert spell(text) == printed


@given(st.text(st.sampled_from("$|$.$?A$?Z$C$Dab"), max_size=40))
def test_plain_text_has_no_codes(text: str) -> None:
    plain = expand(code(text + "  "), SCOPE)
    assert plain.isascii()


def test_macros_that_multiply_each_other_do_not_grow_without_bound() -> None:
    scope = Macros(values={letter: code(f"${chr(ord(letter) + 1)}" * 50) for letter in "ABCDEFGHIJ"} | {"K": "x" * 100})
    assert len(expand(code("$A"), scope)) < 2_000_000


def test_codes_are_bytes_inside_sendmail() -> None:
    assert as_bytes(code("a$*b$|$&Ac")) == "a\x90b\x9b\x82Ac"


def test_a_disarmed_value_has_only_signs_of_its_codes() -> None:
    assert disarmed(code("$m.$&B$*")) == f"{codes.MACRO}m.{codes.MACRO}&B{codes.MACRO}*"
    assert disarmed("plain") == "plain"


@given(st.lists(st.sampled_from(("a", ".", "=", "*", "{", "$*", "$|", "$.", "$m", "$&B", "$?c"))).map("".join))
def test_arming_undoes_disarming(text: str) -> None:
    assert armed(disarmed(code(text))) == code(text)
