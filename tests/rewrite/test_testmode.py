import pytest

from noctule.rewrite.testmode import BANNER, TestMode
from rewrite import rig


def session(cf: str = "V10/Berkeley\n") -> TestMode:
    return rig.open_session(cf, rig.DATA / "stock")


def test_prompts() -> None:
    mode = session()
    assert mode.start() == BANNER + "> "
    assert mode.feed("# comment\n") == "> "
    assert mode.feed("3 a") == "3                  input: a\n3                returns: a\n> "
    assert not mode.finished
    assert mode.feed("/quit") == ""
    assert mode.finished


def test_verbose_sessions_echo() -> None:
    mode = session()
    mode.verbose = True
    assert mode.start() == BANNER
    assert mode.feed("$w\n") == "> $w\nmail\n"


def test_the_exit_status_is_that_of_the_first_lasting_failure() -> None:
    mode = session("V10/Berkeley\nMlocal, P=/bin/false, A=false\nSr\nRa\t$@ $>nosuch b\nR$*\t$@ $[ x.com $]\n")
    assert "status 75" in mode.feed("r x")
    assert mode.status == 0
    assert "status 78" in mode.feed("r a")
    assert mode.status == 70  # as for everything that is the configuration's fault
    mode.feed("/parse a")
    assert mode.status == 70


@pytest.mark.parametrize("line", ["$", "$=", "${w", ".D{a-b}x", "=S ", "200 a", "+ a", "/header A b: c"])
def test_names_that_are_none_count_for_the_exit_status(line: str) -> None:
    mode = session("V10/Berkeley\nMlocal, P=/bin/false, A=false\n")  # 70 each, asked of sendmail -bt
    mode.feed(line)
    assert mode.status == 70


def test_header_checks_are_run() -> None:
    mode = session("V10/Berkeley\nHSubject: $>chk\nH*: $>+all\nSchk\nR$*\t$@ seen $1\nSall\nR$*\t$@ any $1\n")
    assert mode.feed("/header Subject: a (b)") == (
        "chk                input: a\nchk              returns: seen a\nul = 0x00058000\n> "
    )
    assert "all                input: a ( b )" in mode.feed("/header X-Odd: a (b)")


def test_maps_without_a_file_are_not_open() -> None:
    mode = session("V10/Berkeley\nKt hash -o /nowhere/table\n")
    assert mode.feed("/map t key") == 'Map named "t" not open\n> '


def test_every_kind_of_line_is_answered() -> None:
    mode = session()
    lines = ("?", ".", ".Q", "=", "=Q", "-", "-q", "$", "$=", "/", "/q", "/mx", "/mx x", "/canon vm", "/try", "/map")
    assert all(mode.feed(line).endswith("> ") for line in lines)
    assert mode.feed("/mx x") == "getmxrr(x) returns -1 value(s):\n> "
    assert mode.feed("/canon vm") == "getcanonname(vm) returns mail.example.test\n> "


def test_what_is_shown_again_is_what_would_be_shown_now() -> None:
    mode = session("V10/Berkeley\nSr\nRa $*\t$@ $&{place} $>s $1\nSs\nR$=w\t$@ $&{place} ours\n")
    line = "r a b"
    assert mode.feed(line) == mode.feed(line)
    assert mode.feed(line).endswith("\nr                returns: b\n> ")
    mode.feed(".D{place}here")
    assert mode.feed(line) == mode.feed(line)
    assert mode.feed(line).endswith("\nr                returns: here b\n> ")
    mode.feed(".Cwb")
    assert "s                returns: here ours\n" in mode.feed(line)
    mode.feed("-d21.12")
    assert "-----trying rule" in mode.feed(line)
    mode.feed("-d21.0")
    assert "-----trying rule" not in mode.feed(line)
