"""Answers of the real sendmail to wrong flags: `oracle/run sendmail FLAGS </dev/null; echo $?`."""

import contextlib
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.commands import flags, sendmail
from noctule.commands.flags import FlagError, parse, seconds

WRONG = [
    ("-bX", "Invalid operation mode X"),
    ("-Z", "sendmail: illegal option -- Z"),
    ("-x", "sendmail: illegal option -- x"),
    ("-f a -f b root", 'More than one "from" person'),
    ("-h x root", "Bad hop count (x)"),
    ("-N foo root", "Invalid -N argument"),
    ("-N never,success x", "Invalid -N argument"),
    ("-R foo root", "Invalid -R value"),
    ("-R full -R hdrs root", "Duplicate -R flag"),
    ("-V 'a b' root", "Invalid syntax in -V flag"),
    ("-V a+zz root", "Invalid syntax in -V flag"),
    ("-bv -q x", "Can not use -q with -bv"),
    ("-q1x", "Invalid time unit `x'"),
    ("-q-5", "Invalid -q value"),
    ("-bz", "Frozen configurations unsupported"),
    ("-o", "sendmail: option requires an argument -- o"),
    ("-BFOO root", "Illegal body type FOO"),
    ("-qGa -qGb", "Can not use multiple -qG options"),
    ("-I", ""),
    ("-U root", ""),
]


@pytest.mark.parametrize(("line", "text"), WRONG)
def test_wrong_flags_in_the_oracles_words(line, text):
    with pytest.raises(FlagError) as caught:
        parse(["sendmail", *shlex.split(line)])
    assert str(caught.value) == text
    assert caught.value.status == 64


def test_flags_may_be_written_together_and_values_apart():
    together = parse(["sendmail", "-oi", "-tv", "-fbob@x", "-F", "Bob B", "--", "-odd"])
    assert together.settings == [("i", "")]
    assert (together.extract_recipients, together.verbose) == (True, True)
    assert (together.sender, together.full_name, together.recipients) == ("bob@x", "Bob B", ["-odd"])


def test_flags_end_at_the_first_recipient():
    assert parse(["sendmail", "bob", "-v"]).recipients == ["bob", "-v"]


@pytest.mark.parametrize(("name", "mode"), [("mailq", "p"), ("newaliases", "i"), ("/usr/sbin/sendmail", "m")])
def test_the_programs_name_chooses_the_mode(name, mode):
    assert parse([name]).mode == mode


def test_an_empty_sender_is_the_null_sender():
    assert parse(["sendmail", "-f", "", "bob"]).sender == "<>"


def test_options_and_macros():
    invocation = parse(["sendmail", "-OTimeout.connect=5s", "-odq", "-M{quarantine}why", "-Mrx", "-Ac"])
    assert invocation.settings == [("Timeout.connect", "5s"), ("d", "q")]
    assert invocation.macros == [("quarantine", "why"), ("r", "x")]
    assert invocation.submission_cf is True


def test_queue_runs():
    assert parse(["sendmail", "-bd", "-q1h30m"]).queue_interval == 5400
    assert parse(["sendmail", "-q"]).queue_interval is None
    assert parse(["sendmail", "-qp"]).queue_interval == 1
    selection = parse(["sendmail", "-qRbob", "-q!Sann", "-qI6A", "-qQspam"]).selection
    assert selection.recipients == [("bob", False)]
    assert selection.senders == [("ann", True)]
    assert selection.ids == [("6A", False)]
    assert selection.quarantined
    assert selection.reasons == [("spam", False)]


def test_a_bare_number_of_a_queue_interval_is_minutes():
    assert seconds("5") == 300
    assert seconds("1d2") == 86520


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_command_line_is_understood_or_refused(words):
    with contextlib.suppress(FlagError):
        parse(["sendmail", *words])


@pytest.mark.parametrize("letter", sorted(flags._MODES))
def test_every_mode_of_the_command_line_leads_somewhere(letter):
    assert callable(sendmail._mode(parse(["sendmail", f"-b{letter}"])))
