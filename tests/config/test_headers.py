import pytest

from config.disk import read
from noctule.symbols.expand import spell
from noctule.symbols.headers import HeaderTemplate


def header(line: str) -> HeaderTemplate:
    conf = read(f"V10\nMlocal, P=/x, A=x\n{line}\n")
    assert conf.errors == []
    (found,) = conf.headers
    return found


def test_templates_keep_their_codes_and_the_blank() -> None:
    found = header("HReceived: $?sfrom $s $.by $j\n\tid $i")
    assert (found.name, spell(found.value)) == ("Received", " $?sfrom $s $.by $j\\n\\tid $i")


@pytest.mark.parametrize(
    ("line", "flags", "macro"),
    [
        ("HFoo:x", "", ""),
        ("H??Foo: x", "", ""),
        ("H?D?Foo: x", "D", ""),
        ("H?D M?Foo: x", "DM", ""),
        ("H?$x?Foo: x", "", "x"),
        ("H?${auth_type}?Foo : x", "", "auth_type"),
    ],
)
def test_conditions(line: str, flags: str, macro: str) -> None:
    found = header(line)
    assert (found.name, found.flags, found.macro) == ("Foo", frozenset(flags), macro)


@pytest.mark.parametrize(
    ("line", "name", "ruleset", "keep"),
    [
        ("HSubject: $>chk", "Subject", "chk", False),
        ("HSubject:$>+chk more", "Subject", "chk", True),
        ("H*: $> 7", "*", "7", False),
        ("HX-Y:   $>+  chk", "X-Y", "chk", True),
    ],
)
def test_checks(line: str, name: str, ruleset: str, keep: bool) -> None:
    found = header(line)
    assert (found.name, found.ruleset, found.keep_comments, found.value) == (name, ruleset, keep, "")
