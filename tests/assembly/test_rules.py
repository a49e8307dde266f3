import grp
import os
import pwd
from pathlib import Path

import pytest

from assembly.configurations import USER, configure, sound
from noctule.assembly.rules import UNSET, build_addresses, build_engine, numbers_of
from noctule.base.questions import Answer, KeyForm, Question
from noctule.symbols.macros import Macros

OWN = pwd.getpwuid(os.getuid())
GROUP = grp.getgrgid(OWN.pw_gid).gr_name


class Nothing:
    """Lookups into nothing."""

    def lookup(self, question: Question) -> Answer:
        raise AssertionError(question)

    def generation(self, map_name: str) -> int | None:
        return None

    def key_form(self, map_name: str) -> KeyForm:
        return KeyForm()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12:34", (12, 34)),
        ("12.34", (12, 34)),
        ("12/34", (12, 34)),
        ("12", (12, UNSET)),
        (USER, (OWN.pw_uid, OWN.pw_gid)),
        (f"{USER}:77", (OWN.pw_uid, 77)),
        (f"12:{GROUP}", (12, OWN.pw_gid)),
        ("no-such-user", (UNSET, UNSET)),
        ("12:no-such-group", (12, UNSET)),
        ("", (UNSET, UNSET)),
        (":5", (UNSET, UNSET)),
    ],
)
def test_numbers(text: str, numbers: tuple[int, int]) -> None:
    assert numbers_of(text) == numbers


def test_addresses_follow_the_rules_of_the_file(tmp_path: Path) -> None:
    configuration = sound(tmp_path)
    addresses = build_addresses(configuration)
    here = addresses.parse("bob@host.example.com", configuration.macros, Nothing())
    there = addresses.parse("bob@example.net", configuration.macros, Nothing())
    assert (here.mailer.name, here.user) == ("local", "bob")
    assert (there.mailer.name, there.host, there.user) == ("esmtp", "example.net", "bob@example.net")


def test_operator_characters_are_those_of_the_file(tmp_path: Path) -> None:
    configuration = configure(tmp_path, settings=(" OperatorChars=.:%!^/[]+",))
    found = build_addresses(configuration).parse("bob@host.example.com", Macros(configuration.macros), Nothing())
    assert (found.mailer.name, found.user) == ("local", "bob@host.example.com")  # no token `@`


def test_wrong_rules_are_told(tmp_path: Path) -> None:
    configuration = configure(tmp_path, "Sbroken", "R$-\t$2")
    assert [complaint.text for complaint in configuration.errors] == ["replacement $2 out of bounds"]
    build_engine(configuration)
