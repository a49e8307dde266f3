"""Lines of expectations: what they mean, and what is said of those that mean nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.assembly.expectations import Applies, Checks, Expectation, Resolves, Rewrites, read_expectations
from noctule.base.errors import ConfigurationError


def read(text: str) -> list[Expectation]:
    return list(read_expectations(text, "tests.txt"))


@pytest.mark.parametrize(
    ("line", "subject", "expected"),
    [
        ("bob@x -> esmtp x bob@x", Resolves("bob@x"), "esmtp x bob@x"),
        ("@a:b@c -> esmtp a b", Resolves("@a:b@c"), "esmtp a b"),
        ("check_rcpt <x@y> -> OK", Checks("check_rcpt", ("<x@y>",)), "OK"),
        ("check_compat a@b $| c@d -> 550 5.7.1 no", Checks("check_compat", ("a@b", "c@d")), "550 5.7.1 no"),
        ("check_relay -> OK", Checks("check_relay", ()), "OK"),
        ("rewrite esmtp header sender A <a> -> A <a@x>", Rewrites("esmtp", True, True, "A <a>"), "A <a@x>"),
        ("rewrite esmtp envelope recipient a -> a", Rewrites("esmtp", False, False, "a"), "a"),
        ("ruleset 3,0 a -> b -> c", Applies(("3", "0"), "a -> b"), "c"),
    ],
)
def test_a_line_says_what_to_try_and_what_comes_of_it(line: str, subject: object, expected: str) -> None:
    (found,) = read(f"# a comment\n\n{line}\n")
    assert (found.subject, found.expected, found.position.line) == (subject, expected, 3)


def test_settings_hold_for_the_lines_below() -> None:
    before, after, other, last = read(
        "a -> b\n@client 192.0.2.1 mx.example\n@auth bob\n@sender s@x\na -> b\n"
        "check_rcpt <a> from 192.0.2.2 -> OK\n@client\n@auth\na -> b\n"
    )
    assert (before.circumstances.peer.address, before.circumstances.sender) == ("127.0.0.1", "<>")
    peer = after.circumstances.peer
    assert (peer.address, peer.name, peer.auth, peer.mechanism) == ("192.0.2.1", "mx.example", "bob", "PLAIN")
    assert after.circumstances.sender == "s@x"
    assert (other.circumstances.peer.address, other.circumstances.peer.name) == ("192.0.2.2", "")
    assert other.circumstances.peer.auth == "bob"
    assert (last.circumstances.peer.address, last.circumstances.peer.auth) == ("", "")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("bob", "expected `WHAT -> RESULT`"),
        ("bob ->", "expected `WHAT -> RESULT`"),
        ("rewrite esmtp sender bob -> x", "expected `rewrite MAILER"),
        ("ruleset 3 -> x", "expected `ruleset NAME WORKSPACE`"),
        ("@client here", "not an IP address: here"),
        ("@macro verify OK", "expected `@client"),
        ("@sender", "expected `@client"),
        ("@tls OK", "no such circumstance; there are @auth, @client, @macro, @sender"),
        ("check_rcpt <a> from nowhere -> OK", "not an IP address: nowhere"),
    ],
)
def test_a_line_that_means_nothing_is_named(line: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(f"\n{line}\n")
    assert str(raised.value).startswith(f"tests.txt:2: {why}")


@given(st.text(alphabet=" \n@#$|<>->abcheckrulsfromwit_01.,", max_size=80))
def test_no_text_is_too_strange(text: str) -> None:
    try:
        for expectation in read(text):
            assert expectation.expected
    except ConfigurationError as error:
        assert error.position is not None
