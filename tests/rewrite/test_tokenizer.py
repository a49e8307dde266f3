import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.rewrite.tokenizer import MAX_TOKENS, Table, Tokenizer, shorten
from noctule.symbols import codes
from noctule.symbols.expand import spell_codes

PLAIN = Tokenizer()
ADDRESS_TEXT = st.text(alphabet='ab1 \t@.<>()[]",;:!%\\\x01\xe9', max_size=60)


def tokens(text: str, table: Table = Table.EXTERNAL, operators: str = ".:@[]") -> list[str]:
    return list(Tokenizer(operators).scan(text, "", table).tokens)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("a%b!c@d:e", "a%b!c @ d : e"),
        ("a  b", "a b"),
        ('a"b"c', 'a "b" c'),
        ('""', '""'),
        ("a\\@b", "a\\@b"),
        ("a\\ b", "a\\ b"),
        ("a\\!b", "a!b"),
        ('"a\\!b"', '"a\\!b"'),
        ("abc\\", "abc"),
        ("a(b)c@d", "a c @ d"),
        ("a((x)\\)y)b", "a b"),
        ("<a@b>", "< a @ b >"),
        ("user@sub.example.com", "user @ sub . example . com"),
    ],
)
def test_tokens(text: str, want: str) -> None:
    assert " ".join(tokens(text)) == want


def test_operators_of_the_configuration_cut_tokens() -> None:
    assert tokens("a!b%c", operators="!%") == ["a", "!", "b", "%", "c"]


def test_parentheses_are_tokens_in_rules() -> None:
    assert tokens("a(b)", Table.RULES) == ["a", "(", "b", ")"]


@pytest.mark.parametrize(
    ("text", "want", "complaint"),
    [
        ('"abc', '"abc"', "Unbalanced '\"'"),
        ("a(x", "a", "Unbalanced '('"),
        ("<a", "< a >", "Unbalanced '<'"),
        ("a)b", "ab", "Unbalanced ')'"),
        ("a>b", "ab", "Unbalanced '>'"),
    ],
)
def test_what_is_unbalanced_is_repaired_and_told(text: str, want: str, complaint: str) -> None:
    scan = PLAIN.scan(text)
    assert " ".join(scan.tokens) == want
    assert scan.complaints == (("553", f"{text}... {complaint}"),)


def test_rules_may_be_unbalanced() -> None:
    scan = PLAIN.scan('"unb', table=Table.RULES, repair=False)
    assert scan.tokens == ('"unb',)
    assert PLAIN.scan("<x", table=Table.RULES, repair=False).tokens == ("<", "x")
    assert scan.complaints == ()


def test_the_scan_stops_at_its_delimiter() -> None:
    assert PLAIN.scan("a@b,c", ",").end == 3
    assert PLAIN.scan('"a,b",c', ",").end == 5
    assert PLAIN.scan("(a,b)c,d", ",").end == 6
    assert PLAIN.scan("<@x,@y:z@w>,v", ",").end == 11
    assert PLAIN.scan("a b", " ").end == 1


def test_a_comma_in_brackets_without_a_route_closes_them() -> None:
    scan = PLAIN.scan("<a,b>", ",")
    assert (scan.tokens, scan.end) == (("<", "a", ">"), 2)
    assert scan.complaints[0][1] == "<a,b>... Unbalanced '<'"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a" * 257, "prescan: token too long"),
        ("@" * 626, "Address too long"),
        ("<" * 700, "Address too long"),
    ],
)
def test_limits(text: str, complaint: str) -> None:
    scan = PLAIN.scan(text)
    assert scan.tokens == ()
    assert scan.complaints[0][1].endswith(complaint)
    assert len(PLAIN.scan("a" * 256).tokens) == 1
    assert len(PLAIN.scan("@" * 625).tokens) == 625 < MAX_TOKENS


def test_symbols_are_tokens_inside_only() -> None:
    text = f"a{codes.MATCH_CLASS}{codes.named('w')}b{codes.DEFERRED}{codes.named('client_addr')}"
    inside = PLAIN.scan(text, table=Table.RULES).tokens
    assert [spell_codes(token) for token in inside] == ["a", "$=w", "b", "$&{client_addr}"]
    assert len(PLAIN.scan(text).tokens) == 1


def test_join_puts_a_blank_between_atoms_only() -> None:
    assert PLAIN.join(["a", "b", ".", "c", '"x"', "y"]) == 'a b.c"x"y'
    assert Tokenizer(blank=".").join(["a", "b"]) == "a.b"
    assert PLAIN.join(["a", "b"], "_") == "a_b"


def test_long_text_is_shortened_in_the_middle() -> None:
    assert shorten("a" * 202) == "a" * 202
    assert shorten("a" * 203) == shorten("a" * 300) == "a" * 100 + "..." + "a" * 100


@given(ADDRESS_TEXT, st.sampled_from(list(Table)), st.sampled_from(["", ",", " "]))
def test_any_text_can_be_scanned(text: str, table: Table, delimiter: str) -> None:
    scan = PLAIN.scan(text, delimiter, table)
    assert 0 <= scan.end <= len(text)
    assert all(scan.tokens)
    assert scan.tokens.count("<") == scan.tokens.count(">")


@given(ADDRESS_TEXT)
def test_joined_tokens_scan_to_the_same_tokens(text: str) -> None:
    once = PLAIN.scan(text).tokens
    assert PLAIN.scan(PLAIN.join(once)).tokens == once


@given(st.from_regex(r"[a-z!%]{1,8}(@[a-z]{1,5}(\.[a-z]{1,5}){0,3})?", fullmatch=True))
def test_the_fast_way_gives_what_the_slow_way_gives(text: str) -> None:
    slow = PLAIN.scan(f"{text} ").tokens
    assert PLAIN.scan(text).tokens == slow
    assert PLAIN.scan(f"<{text}>").tokens == ("<", *slow, ">")
