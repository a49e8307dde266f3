"""Configurations nobody would write, and what to ask of them: hypothesis strategies for the random comparison.

Everything is drawn from small vocabularies that rules, classes, maps and addresses share, so that patterns match,
classes have the words and calls meet each other.  Files a configuration names are those of data/differential.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

FOLDER = "/var/lib/noctule-rewrite/differential/"

_WORDS = (
    "a", "b", "c", "joe", "User", "x", "com", "example", "mail", "local", "host", "10", "127", "0", "UUCP", "IPv6",
)  # fmt: skip
_MARKS = ("@", ".", "<", ">", ":", "!", "%", "[", "]", ",", ";", "+", "/", "|", "=", "-", "^", "(", ")", "_")
_QUOTED = ('"a b"', '""', '"joe"', '"x.com"', '"a\\"b"', '"(c)"', "\\@", "\\a", "\\\\", "a\\ b")
_RULESETS = ("0", "3", "4", "2", "1", "5", "alpha", "beta", "gamma", "Delta_4", "10", "check_it", "local_x", "7")
_MACROS = ("A", "B", "E", "Q", "N", "U", "g", "h", "m", "{long}", "{Mixed_Case}", "{zz}", "{addr_type}", "{opMode}")
_CLASSES = ("X", "Y", "w", "Z", "{Dom}", "{Empty}", "{File}")
_MAPS = (
    "words", "pairs", "spaced", "re", "resub", "renot", "math", "set", "dq", "dqs", "none", "seq", "fold", "Tail",
    "log",
)  # fmt: skip
_MAILERS = ("local", "smtp", "relay", "odd", "prog", "error", "discard", "bogus")

_UNSEEN = "\n" + "".join(map(chr, range(0x81, 0xA0)))  # bytes that stand for symbols in Sendmail, and show as such

words = st.sampled_from(_WORDS)
marks = st.sampled_from(_MARKS)
quoted = st.sampled_from(_QUOTED)
bytes_ = st.characters(min_codepoint=1, max_codepoint=254, exclude_characters=_UNSEEN)


@dataclass(frozen=True)
class Case:
    """A configuration and the lines for test mode."""

    source: str
    commands: tuple[str, ...]


Cases = st.SearchStrategy[Case]


def _often(strategy: st.SearchStrategy[str], times: int) -> list[st.SearchStrategy[str]]:
    return [strategy] * times


def _glued(least: int, most: int, *kinds: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Pieces of some kinds, mostly with blanks between."""
    pieces = st.lists(st.one_of(*kinds), min_size=least, max_size=most)
    return st.builds(lambda glue, found: glue.join(found), st.sampled_from((" ", " ", "")), pieces)


# -- addresses

_dots = st.lists(words, min_size=1, max_size=3).map(".".join)
_local = st.one_of(
    words, words, quoted, _dots, st.builds("{}+{}".format, words, words), st.builds("{}%{}".format, words, _dots)
)
_plain = st.one_of(
    st.builds("{}@{}".format, _local, _dots),
    st.builds("{}@{}".format, _local, _dots),
    st.builds("{}!{}".format, words, words),
    st.builds("{}@[{}]".format, words, _dots),
    _local,
)
_special = st.one_of(
    st.builds("{} <{}>".format, _local, _plain),
    st.builds("{} ({})".format, _plain, words),
    st.builds("<@{}:{}>".format, _dots, _plain),
    st.builds("@{},@{}:{}".format, _dots, _dots, _plain),
    st.builds("<{}>".format, _plain),
    st.builds("{}: {}, {};".format, words, _plain, _plain),
    st.builds("{},{}".format, _plain, _plain),
    st.sampled_from(
        ("|/bin/cat", '"|prog a b"', "/var/x", ":include:/x", '":include: /x y"', "<>", "@", "\\", "a..b", "@@x")
    ),
)
_wild = st.lists(
    st.one_of(
        words,
        marks,
        marks,
        quoted,
        bytes_,
        st.sampled_from((" ", "\t", '"', "\\", "$", "$x", "(", ")", "\x80", "\xfe")),
    ),
    min_size=1,
    max_size=10,
).map("".join)
addresses = st.one_of(_plain, _plain, _plain, _special, _special, _wild).filter(lambda text: text.strip() != "")

# -- rules

_left_operators = st.sampled_from(("$*", "$*", "$+", "$+", "$-", "$-", "$@"))
_left_names = st.one_of(
    st.builds("${}{}".format, st.sampled_from(("=", "=", "~")), st.sampled_from(_CLASSES)),
    st.builds("$&{}".format, st.sampled_from(_MACROS)),
    st.builds("${}".format, st.sampled_from(_MACROS)),
)
_bound = ("$*", "$+", "$-", "$=", "$~")
_left_pieces = st.one_of(
    *_often(_left_operators, 6), *_often(words, 2), *_often(marks, 3), *_often(_left_names, 2),
    quoted, st.sampled_from(("$|", "$%y", "$?A x$|y$.", "$?{zz}q$.", "$$", "$<")),
)  # fmt: skip


_common = st.sampled_from(  # left sides that match a good part of all addresses
    (
        ["$*"], ["$+"], ["$-"], ["$+", "@", "$+"], ["$*", ".", "$*"], ["$-", "@", "$+"], ["$*", "<", "$*", ">", "$*"],
        ["$*", "$=X", "$*"], ["$+", "$~Y", "$*"], ["$-", "$*"], ["$+", "$+", "$+"], ["$*", "$&A", "$*"],
        ["$*", "@", "$={Dom}"], ["$-", "!", "$+"], ["$*", "$=w", "$*"], ["$*", "$={File}", "$*"], ["$~X", "$*"],
        ["$*", "$-", "$*", "$-"],
    )
)  # fmt: skip


@st.composite
def _left(draw: st.DrawFn) -> tuple[str, int]:
    pieces = draw(st.one_of(_common, _common, st.lists(_left_pieces, min_size=1, max_size=6)))
    glue = draw(st.sampled_from((" ", " ", "")))
    return glue.join(pieces), sum(piece.startswith(_bound) for piece in pieces)


def _values(bindings: int) -> list[st.SearchStrategy[str]]:
    """What a right side is made of, but for maps and calls."""
    numbers = st.integers(1, max(bindings, 1)).map("${}".format) if bindings else words
    return [
        *_often(numbers, 5), *_often(words, 2), *_often(marks, 3), quoted,
        st.sampled_from(_MACROS).map("$&{}".format), st.sampled_from(_MACROS).map("${}".format),
        st.sampled_from(("$|", "$?A yes $| no $.", "$?{Mixed_Case}q$.", "$:", "$@")),
    ]  # fmt: skip


_numbers = st.sampled_from(("3", "-4", "0", "0x1f", "017", "$1", "99999999999"))


def _arguments(values: list[str]) -> str:
    return "".join(f" $@ {value}" for value in values)


@st.composite
def _lookup(draw: st.DrawFn, bindings: int) -> str:
    values = _values(bindings)
    key = draw(_glued(0, 3, *values))
    args = draw(st.lists(_glued(0, 2, *values), max_size=2))
    default = draw(st.one_of(st.just(""), _glued(0, 3, *values).map(" $: {}".format)))
    if draw(st.integers(0, 5)) == 0:
        return f"$[ {key}{_arguments(args)}{default} $]"
    name = draw(st.sampled_from((*_MAPS, *_MAPS, "nosuch")))
    if name == "set":
        key = draw(st.sampled_from(("{zz}", "{long}", "A", "{Mixed_Case}")))
    elif name == "math":
        key = draw(st.sampled_from("+-*/%&|l=r?"))
        args = ["3", "3"] if key == "r" else draw(st.lists(_numbers, max_size=3))
    return f"$({name} {key}{_arguments(args)}{default} $)"


@st.composite
def _right(draw: st.DrawFn, bindings: int, callable_: tuple[str, ...]) -> str:
    values = _values(bindings)
    kinds = [*values, *_often(_lookup(bindings), 3)]
    if callable_:
        calls = st.builds("$>{} {}".format, st.sampled_from(callable_), _glued(0, 3, *values))
        kinds += _often(calls, 4)
    if draw(st.integers(0, 5)) == 0:
        host = draw(st.one_of(st.just(""), _glued(0, 3, *values).map(" $@ {}".format)))
        user = draw(st.one_of(_glued(0, 4, *values).map(" $: {}".format), st.just("")))
        return f"$#{draw(st.sampled_from(_MAILERS))}{host}{user}"
    prefix = draw(st.sampled_from(("$@ ", "$: ", "$: ", "$: ", "")))
    return prefix + draw(_glued(1, 4, *kinds))


@st.composite
def _ruleset(draw: st.DrawFn, name: str, callable_: tuple[str, ...]) -> str:
    lines = [f"S{name}"]
    for _ in range(draw(st.integers(1, 5))):
        left, bindings = draw(_left())
        lines.append(f"R{left}\t{draw(_right(bindings, callable_))}")
    return "\n".join(lines)


# -- the rest of a configuration

_choices = ("O BlankSub=_", "O BlankSub=.", "O BlankSub=-", "O ColonOkInAddr=True", "O ColonOkInAddr=False")
_options = st.lists(
    st.one_of(
        st.text("@.:!%^/[]+-=|,;<>()&", min_size=1, max_size=9).map("O OperatorChars={}".format),
        st.sampled_from(_choices),
        st.text("@,;:\\()[].'-&/", min_size=1, max_size=6).map("O MustQuoteChars={}".format),
    ),
    max_size=2,
    unique_by=lambda line: line[:8],
)  # fmt: skip
_values_of_macros = st.one_of(  # no long names: Sendmail shows their numbers inside it
    _glued(0, 3, words, marks, quoted, st.just("(c)")),
    _glued(1, 3, words, st.sampled_from(("$m", "$&B", "$&N", "$?A t$|f$.", "$1", "$*", "$=X", "$|", "$@", "$]"))),
)
_assignments = st.one_of(
    st.builds("{}{}".format, st.sampled_from((*_MACROS[:6], "{long}", "{Mixed_Case}")), _values_of_macros),
    st.sampled_from(("{zz}$A", "{zz}x $N $Q", "{zz}")),
)
_members = st.one_of(words, _dots, marks, quoted, st.sampled_from(("a.b", "x@com", "$A", "$=X", "A-b")))
_additions = st.builds(
    "{}{}".format, st.sampled_from(_CLASSES), st.lists(_members, min_size=1, max_size=4).map(" ".join)
)
_definitions = st.lists(st.one_of(_assignments.map("D{}".format), _additions.map("C{}".format)), min_size=2, max_size=7)
_pattern = st.sampled_from(
    (r"^[a-c]+$", r"(a|joe)@?(.*)", "x.com", "^(.)(.)?", "[[:digit:]]+", "(b*)c|a", ".*", r"\.", "^$")
)
_FIXED_MAPS = (
    f"Kwords text -o {FOLDER}words",
    f"Kpairs text -k0 -v1 -z: -a.$&A {FOLDER}pairs",
    f"Kspaced text -S_ -k1 -v0 {FOLDER}words",
    f"Kfold text -f -m {FOLDER}words",
    f"KTail text -q -a<%0,%1> {FOLDER}words",
    "Kmath arith",
    "Kset macro",
    "Kdq dequote",
    "Kdqs dequote -s_",
    "Knone null",
    "Kseq sequence words none pairs",
    "Klog syslog -LDEBUG",
)
_regexes = st.builds(
    "Kre regex -a@OK {}\nKresub regex {} -s{} -d{} {}\nKrenot regex -n -a.no {}".format,
    _pattern, st.sampled_from(("", "-f", "-q")), st.sampled_from(("", "1", "0,1", "2")), st.sampled_from("-:x"),
    st.sampled_from((r"(a|joe)@?(.*)", "(x)(.*)", "(b*)(c)|a")), _pattern,
)  # fmt: skip
_rulesets_of_mailer = st.sampled_from(("alpha", "beta/gamma", "0", "10/7", "2", "gamma", "10", "alpha/0"))


@st.composite
def _mailers(draw: st.DrawFn) -> str:
    lines = []
    for name in ("local", "smtp", "relay", "odd"):
        flags = "".join(draw(st.lists(st.sampled_from("lshuAC5:|/@wcmnDFMPqefrg%"), max_size=6, unique=True)))
        sender, recipient = draw(_rulesets_of_mailer), draw(_rulesets_of_mailer)
        path = "[IPC]" if name in {"smtp", "relay"} else "/bin/false"
        argv = "TCP $h" if path == "[IPC]" else "false $u"
        lines.append(f"M{name}, P={path}, F={flags}, S={sender}, R={recipient}, A={argv}")
    return "\n".join(lines)


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """The text of a configuration, and the rulesets it has."""
    level = draw(st.sampled_from(("10/Berkeley",) * 8 + ("10", "9/Berkeley", "10/nobody")))
    names = tuple(draw(st.lists(st.sampled_from(_RULESETS), min_size=2, max_size=6, unique=True)))
    lines = [
        f"V{level}",
        *draw(_options),
        *draw(_definitions),
        f"F{{File}}{FOLDER}words",
        *_FIXED_MAPS,
        draw(_regexes),
        draw(_mailers()),
    ]
    if draw(st.booleans()):
        lines += [f"HX-Check: $>{names[0]}", f"HX-Keep: $>+{names[-1]}", "H*: $>" + names[0]]
    for at, name in enumerate(names):
        callable_ = names[at + 1 :]
        if draw(st.integers(0, 7)) == 0:
            callable_ = (*callable_, "nosuch", name, '"' + names[-1] + '"', "99")
        lines.append(draw(_ruleset(name, callable_)))
    return "\n".join(lines) + "\n", names


# -- questions

_debug = st.sampled_from(
    (
        "21.12",
        "21.12",
        "21.15",
        "21.4",
        "21.3",
        "21.2",
        "21.1",
        "21.0",
        "60.1",
        "60.5",
        "60.0",
        "22.12",
        "22.11",
        "37.8",
        "48.2",
        "35.9",
        "20.1",
        "12.1",
        "0-99.0",
    )
)


def _rare(known: st.SearchStrategy[str]) -> list[st.SearchStrategy[str]]:
    """All commands but those that rewrite."""
    return [
        known.map("=S{}".format),
        st.just("=M"),
        st.sampled_from(_MACROS).map("${}".format),
        st.sampled_from(_CLASSES).map("$={}".format),
        _assignments.map(".D{}".format),
        _additions.map(".C{}".format),
        st.builds("/map {} {}".format, st.sampled_from(_MAPS), addresses),
        addresses.map("/canon {}".format),
        st.sampled_from(("ER", "ES", "HR", "HS", "h", "s", "x")).map("/tryflags {}".format),
        st.one_of(_local, _plain).map("/sender {}".format),
        st.builds("/header {}: {}".format, st.sampled_from(("X-Check", "X-Keep", "To", "Subject")), addresses),
        _debug.map("-d{}".format),
    ]


def _commands(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    known = st.sampled_from((*names, *names, "3", "0", "nosuch", "12"))
    lists = st.lists(st.one_of(known, st.sampled_from(names)), min_size=1, max_size=3).map(",".join)
    apply = st.builds("{} {}".format, lists, addresses)
    parse = addresses.map("/parse {}".format)
    tries = st.builds("/try {} {}".format, st.sampled_from(_MAILERS[:5]), addresses)
    return st.one_of(*_often(apply, 3), *_often(parse, 2), tries, st.one_of(_rare(known)))


@st.composite
def cases(draw: st.DrawFn, questions: int = 20) -> Case:
    """A configuration with up to so many questions."""
    source, names = draw(sources())
    commands = draw(st.lists(_commands(names), min_size=questions // 2, max_size=questions))
    return Case(source, tuple(commands))
