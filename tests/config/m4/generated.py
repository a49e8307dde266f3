"""Random m4 inputs, and what GNU m4 makes of them."""

import subprocess
from dataclasses import dataclass

from hypothesis import strategies as st

NAMES = ("a", "b", "foo", "x1", "f", "g", "_q")
ODD = (*NAMES, "word", "1foo", "foo.bar", "$1", "$*", "$@", "$#", "$0", "${x}", "divert", "len", "(", ")", ",", " ",
       "\n", "#", "'", "`", "  ", "dnl", '"', ";", "[", "]", "$10", "\xe9")  # fmt: skip
NUMBERS = ("0", "1", "-3", "7", "012", "0x1f", "2", "10", "255", "2147483647", "0b101", "1000000")
OPERATORS = ("+", "-", "*", "/", "%", "**", "<<", ">>", "<", "<=", ">", ">=", "==", "!=", "&", "|", "^", "&&", "||")
REGEX = ("a", "b", "c", ".", "a*", "b+", "[ab]", "[^a]*", "\\(a\\|b\\)", "\\(ab?\\)*", "^", "$", "\\w+", "\\W", "\\b",
         "\\<", "\\>", "x?", "[a-c]+", "*", "\\.", "\\(a\\)\\1", "\\|", "\\{", "{", "[]a]", "[[:alpha:]]", "\\`",
         "\\s")  # fmt: skip
FORMATS = ("%d", "%5d", "%-5d|", "%05d", "%x", "%X", "%o", "%c", "%s", "%10s", "%-10s|", "%.2s", "%+d", "%.3d", "%#x",
           "%e", "%.2f", "%g", "%%", "%i", "%u", "%5.3d")  # fmt: skip

_name = st.sampled_from(NAMES)
_number = st.sampled_from(NUMBERS)
_text = st.lists(st.sampled_from(ODD), max_size=4).map("".join)
_regex = st.lists(st.sampled_from(REGEX), min_size=1, max_size=4).map("".join)
_expression = st.recursive(
    _number,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("-+!~"), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
    ),
    max_leaves=6,
)


def _quoted(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inner.map(lambda text: f"`{text}'")


def _call(name: str, *arguments: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*arguments).map(lambda values: f"{name}({','.join(values)})")


def _one_of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


_OTHER_QUOTES = _one_of(
    "changequote([,])define([x],[y[$1]])[`]changequote", "changequote(<<,>>)define(<<a>>,<<<x>>)<<$@<>>changequote",
    "changequote(`x',`y')x foo y changequote", "changequote(\",\")\"foo\" changequote",
)  # fmt: skip
_PLAIN = _one_of(
    "divert", "undivert", "divnum", "__line__", "__file__", "dnl\n", "\n", "changecom", "changecom(#)", " ", "(a,b)",
    "changecom(/*,*/)/* foo( */", "# foo(b,\n", "# `x\n", "foo bar", "define(`f',`<$1|$2|$#>')", "define(`g',`f($@)')",
)  # fmt: skip


def _items(body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    argument = st.one_of(
        _quoted(body), _quoted(_quoted(body)), body, _one_of("a", "foo", " b ", "1", "", "x y", "\n z")
    )
    subject = _quoted(_one_of("abcab", "foo bar", "aab\nab", ""))
    named = st.tuples(_name, st.lists(argument, min_size=1, max_size=3)).map(lambda c: f"{c[0]}({','.join(c[1])})")
    return st.one_of(
        _PLAIN, _OTHER_QUOTES, _name, _text, named, named,
        _call("define", _quoted(_name), _quoted(body)), _call("define", _quoted(_name), argument),
        _call("pushdef", _quoted(_name), _quoted(body)), _call("popdef", _quoted(_name)),
        _call("undefine", _quoted(_name)), _call("defn", _quoted(_name)), _call("m4wrap", _quoted(body)),
        _call("ifdef", _quoted(_name), argument, argument), _call("ifelse", argument, argument, argument, argument),
        _call("ifelse", argument, argument, argument, argument, argument, argument, argument),
        _call("shift", argument, argument, argument), _call("len", argument), _call("index", argument, argument),
        _call("substr", argument, _one_of("0", "1", "-1", "9")), _call("substr", argument, _one_of("0", "2"), _number),
        _call("translit", argument, _quoted(_one_of("a-z", "abc", "z-a", "-ab")), _quoted(_one_of("A-Z", "x", ""))),
        _call("eval", _quoted(_expression)), _call("eval", _quoted(_expression), _one_of("2", "36"), _one_of("1", "8")),
        _call("incr", _number), _call("decr", argument), _call("indir", _quoted(_name), argument),
        _call("regexp", subject, _quoted(_regex)), _call("regexp", subject, _quoted(_regex), _one_of("<\\1>", "[\\&]")),
        _call("patsubst", subject, _quoted(_regex), _one_of("<\\1>", "[\\&]", "")),
        _call("format", _quoted(st.lists(st.sampled_from(FORMATS), max_size=2).map(" ".join)), _number, argument),
        _call("divert", _one_of("0", "1", "2", "-1", "")), _call("undivert", _one_of("1", "0", "1,2")),
        _call("errprint", argument), _call("dumpdef", _quoted(_name)), _text.map(lambda text: f"dnl {text}\n"),
    )  # fmt: skip


_body = st.recursive(
    _one_of(*NAMES, "$1", "<$1>", "$*", "$@", "$#", "x", "(y)", ",", ""),
    lambda inner: st.lists(_items(inner), max_size=3).map("".join),
    max_leaves=6,
)
inputs = st.lists(_items(_body), min_size=1, max_size=8).map("".join)


@dataclass(frozen=True)
class Answer:
    text: str
    messages: str
    status: int


def gnu_m4(text: str) -> Answer | None:
    """What GNU m4 says; None when it does not end well, in time or at all."""
    limited = ["sh", "-c", "ulimit -v 500000; exec m4"]
    try:
        done = subprocess.run(limited, input=text.encode("latin-1"), capture_output=True, timeout=2)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, 1) or b"stack overflow" in done.stderr or b"memory exhausted" in done.stderr:
        return None
    messages = done.stderr.decode("latin-1").replace("m4:stdin:", "stdin:")
    return Answer(done.stdout.decode("latin-1"), messages, done.returncode)
