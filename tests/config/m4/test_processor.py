"""Macro expansion: the answers are those of GNU m4."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.m4.macros import Shelf, expanded, said
from noctule.config.m4 import Limits, Source, expand

VECTORS = (
    (
        "define(`x',`($1|$2|$3|$#)')x x() x(,) x( a , b ) x(`a,b') x((a,b),c)",
        "(|||0) (|||1) (|||2) (a |b ||2) (a,b|||1) ((a,b)|c||2)",
    ),
    ("define(`A',`B')define(`B',`C')define(`f',`<$1>')f(A) f(`A') f(``A'')", "<C> <C> <A>"),
    ("define(`q',``quoted'')q defn(`q')", "quoted `quoted'"),
    ("define(`LIST',`a,b,c')define(`n',`$#')n(LIST) n(`LIST') n(defn(`LIST'))", "3 1 1"),
    ("define(`x')|x|ifdef(`x',`def')", "||def"),
    ("define(`x',`dnl')x foo\nbar", "bar"),
    ("changecom`'define(`g',`R$`'* $`'1 $`'@ $`'#error')g(a)", "R$* $1 $@ $#error"),
    ("define(`X',`a'dnl note, with commas (and parens\n`b')[X]", "[ab]"),
    ("changequote([,])define([x],[it's])x changequote(`,')x", "it's it's"),
    ("changecom# it's a test of `quotes' here\n", "# it's a test of quotes here\n"),
    ("# it's a test of `quotes' here\n", "# it's a test of `quotes' here\n"),
    ("divert(9)nine\ndivert(3)three\ndivert`'main\n", "main\nthree\nnine\n"),
    ("pushdef(`x',1)pushdef(`x',2)undefine(`x')x", "x"),
    ("substr(`abcdef',2) substr(abcdef,10) index(abc,x) len()", "cdef  -1 0"),
    ("eval(-7/2) eval(-7%3) eval(2**10) eval(010) eval(3>2>1)", "-3 -1 1024 8 0"),
    ("ifelse(a,b,1,c,c,2,3) ifelse(a,b,1,c,d,2) ifelse(a,b,yes)", "2  "),
    ("m4wrap(`one ')m4wrap(`two ')main ", "main two one "),
    ("define(`f',`$10')f(a,b,c,d,e,`f',g,h,i,TEN)", "TEN"),
    ("ifdef(`a',`x')ifdef(`define',`y')", "y"),
    ("define(`a',`1')ifdef(`a',`x')ifdef(`a',`y')", "xifdef(a,y)"),
    ("define(`x',`$*')define(`y',`$@')define(`z',`[$1]')z(x(`a,b',c)) z(y(`a,b',c))", "[a] [a,b]"),
    ("define(`e')define(`f',`[$1]')f(  x) f(e  x)", "[x] [  x]"),
    ("define(`d',defn(`define'))d(`x',`1')x", "1"),
    ("include it, define it, format, len: shift", "include it, define it, format, len: shift"),
    ("translit(`a.b-c',`.-',`__') translit(`abc',`a-z',`A-Z') translit(`a-b',`-a')", "a_b_c ABC b"),
    ("changequote(<<,>>)define(<<x>>,<<it's <<<<q>>>>>>)x", "it's <<q>>"),
    ("changequote(`<<',`>>')define(<<a>>,<<<>>)a<<>>>", "<>"),
    ("changecom(`/*',`*/')/* len(`x') */ len(`x')", "/* len(`x') */ 1"),
    ("divert(-1)gone divnum divert(2)kept divert divnum undivert(2)undivert(2)", " 0 kept "),
    ("define(`ab',`joined')define(`x',`a')x`'b x()b", "ab joined"),
    ("define(`foo',`len(`abc'')foo)", "3"),
    ("syscmd(`echo direct')divert(-1)esyscmd(`echo gone')divert`'sysval", "direct\n3"),
    ("builtin(`len',`abc') indir(`len',`ab')", "3 2"),
    ("__file__ __line__\n__line__", "site.mc 1\n2"),
    ("incr(5) decr(`-1') format(`%05d|%-3s|%x',42,`a',255)", "6 -2 00042|a  |ff"),
    ("one m4exit two", "one "),
)


@pytest.mark.parametrize(("text", "expected"), VECTORS)
def test_expands_as_m4_does(text: str, expected: str) -> None:
    expansion = expanded(text)
    assert (expansion.text, expansion.status) == (expected, 0)


@pytest.mark.parametrize(
    ("text", "message", "status"),
    [
        ("ok\nx `open\n\n", "site.mc:2: ERROR: end of file in string\n", 1),
        ("\ndefine(a,\nb", "site.mc:2: ERROR: end of file in argument list\n", 1),
        ("# no line end", "site.mc:1: ERROR: end of file in comment\n", 1),
        ("include(`nowhere')x", "site.mc:1: cannot open `nowhere': No such file or directory\n", 1),
        ("sinclude(`nowhere')x", "", 0),
        ("errprint(`a',`b', c)", "a b c", 0),
        ("\nindir(`nobody')", "site.mc:2: undefined macro `nobody'\n", 0),
        ("len(a,b)", "site.mc:1: Warning: excess arguments to builtin `len' ignored\n", 0),
        ("ifdef(a)", "site.mc:1: Warning: too few arguments to builtin `ifdef'\n", 0),
        ("m4exit(`3')x", "", 3),
        ("regexp(a,`\\(')", "site.mc:1: bad regular expression: `\\(': Unmatched ( or \\(\n", 0),
        ("syscmd(`rm x')", "site.mc:1: cannot run command `rm x': no commands here\n", 1),
    ],
)
def test_tells_what_is_wrong_and_where(text: str, message: str, status: int) -> None:
    expansion = expanded(text)
    assert (said(expansion), expansion.status) == (message, status)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("define(`x',`x')x", "site.mc:1: limit of 1000 macro calls exceeded, in the call of x\n"),
        ("define(`x',`len(x)')x", "site.mc:1: recursion limit of 100 exceeded\n"),
        ("len(" * 101, "site.mc:1: recursion limit of 100 exceeded\n"),
        ("define(`x',`x ')x", "site.mc:1: recursion limit of 100 exceeded\n"),
        ("define(`x',`$1$1')x(x(x(x(x(x(x(x(aaaa))))))))", "site.mc:1: output limit of 500 characters exceeded\n"),
        ("define(`x',`0123456789x')x", "site.mc:1: output limit of 500 characters exceeded\n"),
    ],
)
def test_what_never_ends_is_ended(text: str, message: str) -> None:
    expansion = expanded(text, limits=Limits(calls=1000, nesting=100, text=500))
    assert (said(expansion), expansion.status) == (message, 1)


def test_deep_nesting_is_no_recursion() -> None:
    assert expanded("len(" * 3000 + ")" * 3000).text == "1"


def test_several_sources_are_one_stream() -> None:
    sources = [Source("lib.m4", "define(`x',`y')"), Source("site.mc", "x\n")]
    assert expand(sources, files=Shelf()).text == "y\n"


def test_definitions_of_the_command_line() -> None:
    sources = [Source("site.mc", "A B ifdef(`len',`still')")]
    expansion = expand(sources, files=Shelf(), definitions={"A": "1", "B": ""}, undefined=["len", "B"])
    assert expansion.text == "1 B "


def test_a_name_and_quotes_reach_from_one_text_into_the_next() -> None:
    files = {"part": "define(`open',`<<')fo"}
    assert expanded("define(`foo',`!')include(`part')o", files).text == "!"
    assert expanded("changequote(<<,>>)define(<<a>>,<<<>>)a< x >>", files).text == " x "


def test_tracing_goes_to_standard_error() -> None:
    expansion = expanded("define(`x',`<$1>')traceon(`x')x(a)debugmode(`aeq')x(x(b))dumpdef(`x')")
    assert said(expansion) == (
        "m4trace: -1- x\nm4trace: -2- x(`b') -> `<b>'\nm4trace: -1- x(`<b>') -> `<<b>>'\nx:\t<$1>\n"
    )


def test_temporary_files_are_asked_for() -> None:
    shelf = Shelf()
    assert expand([Source("site.mc", "maketemp(/tmp/aXX)")], files=shelf).text == "/tmp/a11"
    assert shelf.temporary == ["/tmp/aXX"]


def test_synclines() -> None:
    sources = [Source("site.mc", "a\n`b\nc'\nd\ndnl\ne\ninclude(`f')")]
    expansion = expand(sources, files=Shelf({"f": "in\n"}), synclines=True)
    assert expansion.text == '#line 1 "site.mc"\na\nb\nc\nd\n#line 6\ne\n#line 1 "f"\nin\n'


@settings(max_examples=150)
@given(st.text("`'(),#$1*@ab\n dnl[]", max_size=60))
def test_every_text_comes_to_an_end(text: str) -> None:
    prefix = "define(`a',`$1[$@]')define(`b',`a($*)')define(`ab',defn(`dnl'))"
    expansion = expand([Source("x", prefix + text)], files=Shelf(), limits=Limits(calls=300, nesting=100, text=5000))
    assert expansion.status in (0, 1)
    assert len(expansion.sources(lambda file: False)) >= expansion.text.count("\n")
