"""Expectations come true, or the rule that stood against them is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly.configurations import sound
from noctule.assembly.expectations import read_expectations
from noctule.assembly.proving import Proof, prove
from noctule.assembly.workbench import Bench, workbench

LINES = """\
Scheck_mail
R$*spam$*\t$#discard $: discard
R$*odd$*\t$#error $@ quarantine $: looks odd
R$* $| x\t$#error $@ 4.7.1 $: "450 later"
R$*\t$: $&{auth_authen} $| $&{client_addr} $| $&f
R$+ $| $* $| $*\t$@ known
R$* $| 192.0.2.1 $| $*\t$#error $@ 5.7.1 $: "550 not you"
Scheck_rcpt
R$*\t$: $&f
R$*@bad\t$#error $@ 5.7.1 $: "550 bad sender"
Stell
R$*\t$@ $&{new}
Smake
R$+\t$#local $: $1"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with workbench(sound(tmp_path_factory.mktemp("conf"), LINES)) as made:
        yield made


def proofs(bench: Bench, text: str) -> list[Proof]:
    return [prove(bench, expectation) for expectation in read_expectations(text, "t")]


@pytest.mark.parametrize(
    "text",
    [
        "bob@host.example.com -> local bob",
        "bob@host.example.com -> local - bob",
        "joe@example.org -> esmtp example.org joe@example.org",
        "check_mail <a spam> -> DISCARD",
        "check_mail odd -> QUARANTINE",
        "check_mail odd -> QUARANTINE looks",
        "check_mail a $| x -> 450 4.7.1",
        "check_mail a $| x -> TEMPFAIL",
        "check_mail <a@b> from 192.0.2.1 -> REJECT",
        "check_mail <a@b> from 192.0.2.1 -> 550",
        "check_mail <a@b> from 192.0.2.1 -> 550 5.7.1 not y",
        "check_mail <a@b> from 192.0.2.1 -> 550 5.7.1 <a@b>... not you",
        "check_mail <a@b> from 192.0.2.2 -> OK",
        "@auth bob\ncheck_mail <a@b> from 192.0.2.1 -> OK",
        "@sender x@bad\ncheck_rcpt <a@b> -> 550 5.7.1",
        "check_rcpt <a@b> -> OK",
        "@macro {auth_authen} bob\ncheck_mail <a@b> from 192.0.2.1 -> OK",
        "@macro f x@bad\ncheck_rcpt <a@b> -> 550 5.7.1",
        "@macro f x@bad\n@macro\ncheck_rcpt <a@b> -> OK",
        "@macro f x@bad\n@macro f\ncheck_rcpt <a@b> -> OK",
        "@macro {new} a b\nruleset tell x -> a b",
        "rewrite esmtp envelope sender joe@example.org -> joe<@example.org>",
        "ruleset make a.b -> $# local $: a . b",
        "ruleset make a.b -> $#local $: a.b",
        "ruleset 3,make a@b -> $#local $: a < @ b >",
    ],
)
def test_what_is_so_is_found_to_be_so(bench: Bench, text: str) -> None:
    for proof in proofs(bench, text):
        assert proof.ok, proof.got


@pytest.mark.parametrize(
    ("text", "got", "pattern"),
    [
        ("bob@host.example.com -> local bo", "local bob", "$#local $: $1"),
        ("joe@example.org -> local joe", "esmtp example.org joe@example.org", "$#esmtp"),
        ("check_mail <a@b> from 192.0.2.1 -> OK", "550 5.7.1 <a@b>... not you", "not you"),
        ("check_mail <a@b> from 192.0.2.1 -> 55", "550 5.7.1 <a@b>... not you", "not you"),
        ("check_mail spam -> QUARANTINE", "DISCARD", "discard"),
        ("check_mail <a@b> from 192.0.2.1 -> TEMPFAIL", "550 5.7.1 <a@b>... not you", "not you"),
        ("ruleset make a -> b", "$# local $: a", "$#local $: $1"),
        ("ruleset nothere a -> a", "there is no ruleset nothere", ""),
        ("check_none a -> OK", "there is no ruleset check_none", ""),
        ("rewrite smoke envelope sender a -> a", "there is no mailer smoke", ""),
        ("(nobody) -> local x", "no address", ""),
    ],
)
def test_what_is_not_so_is_shown_with_its_rule(bench: Bench, text: str, got: str, pattern: str) -> None:
    (proof,) = proofs(bench, text)
    assert (proof.ok, proof.got) == (False, got)
    if not pattern:
        assert proof.rule is None
        return
    assert proof.rule is not None
    position = proof.rule.rule.position
    assert pattern in Path(position.file).read_text("latin-1").splitlines()[position.line - 1]
