"""The reader against the real Sendmail's words (data/answers.json), and what the lines mean."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.disk import Disk, read
from config.record_oracle import DATA, cases
from noctule.base.errors import Position
from noctule.symbols.expand import spell

ANSWERS: dict[str, tuple[list[str], int]] = json.loads((DATA / "answers.json").read_text())
ELSEWHERE = re.compile(  # said by those who open maps, sockets and name services, with the declaration's position
    r"class \w+ not available$|No file name for|Illegal option|Sequence map|dns map|pattern-compile-error|syslog_map"
    r'|missing map file|setalias:|^host "|: host "|: service "|Unknown host name|unknown port name|mailbox database'
)
OURS = {  # where Noctule says more: a program that cannot run; a queue group without a name
    "case.cf: line 10: fileclass: cannot open '|/bin/nosuch': No such file or directory",
    "case.cf: line 11: fileclass: cannot open '|relative': No such file or directory",
    "case.cf: line 11: fileclass: cannot open '|relative': Permission denied",  # a closed directory in PATH
    "case.cf: line 7: name required for queue",
}


def plain(lines: list[str]) -> list[str]:
    """Lines in order, each once, without what only Sendmail's own printing explains."""
    joined = "\n".join(lines).replace("\x01", "$")
    kept = [line for line in joined.split("\n") if not ELSEWHERE.search(line) or "fileclass" in line]
    cleaned = [line.removesuffix(": World writable directory").replace('"?D"', '"?D?"') for line in kept]
    return [line for line in dict.fromkeys(cleaned) if line not in OURS]


@pytest.mark.parametrize("name", list(cases()))
def test_says_what_sendmail_says(name: str) -> None:
    said, status = ANSWERS[name]
    conf = read(cases()[name])
    ours = [str(complaint) for complaint in conf.complaints]
    if status == 64:  # Sendmail goes no further
        assert set(plain(said)) <= set(plain(ours))
    else:
        assert plain(ours) == plain(said)
    assert conf.status == status or any(ELSEWHERE.search(line) for line in said)


def test_every_kind_of_line_becomes_a_declaration() -> None:
    conf = read(
        "V10/Berkeley\n"
        "# a comment\n"
        " that goes on\n"
        "DA one\n"
        "D{Long}two\n"
        " three # comment\n"
        "Cw a$A b\n"
        "Troot daemon\n"
        "O LogLevel=14\n"
        "K access hash -T<TMPF> -o /etc/mail/access # x\n"
        "KACCESS text /x$A\n"
        "Pbulk=-60\n"
        "EFOO=bar\n"
        "EHOME\n"
        "Qfast, P=/var/spool/mqueue/fast, F=f, I=5m, R=2, J=10, r=20\n"
        "Xspam, S=inet:783@127.0.0.1, F=T, T=C:1m;S:2s;R:3s;E:4m\n"
        "H?DF?Date: $a\n"
        "HSubject: $>+chk\n"
        "Schk\n"
        "R$*\t$: $1\t\tcomment\n"
        "Mlocal, P=/bin/x, F=lsDFMAw, A=x -d $u\n"
    )
    assert [str(complaint) for complaint in (*conf.errors, *conf.warnings, *conf.notes)] == []
    assert conf.macros.get("A") == " one"
    assert conf.macros.get("Long") == "two\n three"
    assert conf.macros.get("w") == "mail"
    assert set(conf.classes.members("w")) == {"a", "one", "b", "mail.example.test"}
    assert list(conf.classes.members("t")) == ["root", "daemon"]
    assert list(conf.classes.members("m")) == ["example.test"]
    assert conf.options.integer("LogLevel") == 14
    assert conf.maps["access"].map_class == "text"
    assert conf.maps["access"].arguments == "/x one"
    assert conf.precedences == {"bulk": -60}
    assert conf.environment == {"FOO": "bar", "HOME": "/home/t"}
    group = conf.queue_groups["fast"]
    assert (group.path, group.interval, group.runners, group.max_jobs, group.max_recipients) == (
        "/var/spool/mqueue/fast", 300, 2, 10, 20,
    )  # fmt: skip
    filter_ = conf.filters["spam"]
    assert (filter_.family, filter_.port, filter_.address, filter_.on_failure) == ("inet", "783", "127.0.0.1", "T")
    assert (filter_.connect_timeout, filter_.send_timeout, filter_.read_timeout, filter_.end_timeout) == (60, 2, 3, 240)
    date, subject = conf.headers
    assert (date.name, spell(date.value), date.flags) == ("Date", " $a", {"D", "F"})
    assert (subject.name, subject.ruleset, subject.keep_comments) == ("Subject", "chk", True)
    (ruleset,) = conf.rulesets
    assert (ruleset.name, ruleset.number) == ("chk", 199)
    (rule,) = ruleset.rules
    assert (spell(rule.left), spell(rule.right), rule.position) == ("$*", "$: $1", Position("case.cf", 20))


def test_a_definition_is_expanded_when_it_is_used_and_a_class_when_it_is_read() -> None:
    conf = read("V10\nDAold\nDB$A\nCX$B\nDAnew\nSx\nR$B\t$&A\nDAnewer\n")
    assert list(conf.classes.members("X")) == ["old"]
    (rule,) = conf.rulesets[0].rules
    assert (rule.left, spell(rule.right)) == ("new", "$&A")


def test_definitions_lose_quotes_and_backslashes() -> None:
    conf = read('V10\nDA"a b" \\c\\t\\n "d\n')
    assert conf.macros.get("A") == "a b ct\n d"


def test_conditionals_in_rules_are_settled_when_they_are_read() -> None:
    conf = read("V10\nDAx\nSx\nRa\t$?A yes $| no $.\nRb\t$?B yes $| no $.\nRc\t$1 $| $&A\n")
    assert [spell(rule.right) for rule in conf.rulesets[0].rules] == [" yes ", " no ", "$1 $| $&A"]


def test_old_levels() -> None:
    conf = read("V2\nDA#x\nDothis\nMlocal, P=/x, A=y\n")
    assert conf.macros.get("A") == "#x"
    assert conf.mailers["local"].flags == frozenset("/5:@Aqw|")
    assert conf.options.string("OperatorChars") == "this"
    assert conf.options.boolean("ColonOkInAddr")
    assert conf.macros.get("w") == "mail.example.test"
    assert not read("V10\n").options.boolean("ColonOkInAddr")


def test_a_file_may_end_in_the_middle_of_anything() -> None:
    source = cases()["mailers"] + cases()["rules"] + cases()["option names"]
    for end in range(0, len(source), 7):
        read(source[:end], opener=Empty())


class Empty(Disk):
    """A world with nothing in it, for lines that came about by chance."""

    def file_text(self, path: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", path)

    command_output = file_text


LETTERS = "VDCFKOPTHMRSELGQX"
LINE = st.builds(
    str.__add__,
    st.sampled_from(LETTERS),
    st.text(st.sampled_from('${}=/,.;:?*()[]|&@#\\" \tabMS019é'), max_size=40),
)


@given(st.lists(LINE, max_size=6))
def test_never_raises(lines: list[str]) -> None:
    conf = read("V10\n" + "\n".join(lines), opener=Empty())
    assert all(complaint.text for complaint in conf.errors)


@given(st.text(max_size=80))
def test_never_raises_for_any_text(text: str) -> None:
    read(text.encode().decode("latin-1"), opener=Empty())
