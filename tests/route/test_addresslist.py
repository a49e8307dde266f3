import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.route.addresslist import list_lines, split_addresses


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("alice, bob", ["alice", "bob"]),
        (",,alice,,", ["alice"]),
        ("", []),
        ("alice bob", ["alice bob"]),
        ('"a, b" <x@y>, z', ['"a, b" <x@y>', "z"]),
        ('"a\\", b" <x@y>, z', ['"a\\", b" <x@y>', "z"]),
        ("alice (one, two), bob", ["alice (one, two)", "bob"]),
        ("alice (one (two, three), four), bob", ["alice (one (two, three), four)", "bob"]),
        ("<@a,@b:c@d>, e", ["<@a,@b:c@d>", "e"]),
        ("a\\,b, c", ["a\\,b", "c"]),
        ("Team: alice, bob;", ["Team: alice", "bob;"]),
        ('"|/bin/echo a, b", c', ['"|/bin/echo a, b"', "c"]),
        ("alice,\r\n\tbob", ["alice", "bob"]),
        # not balanced
        ("alice (one, two", ["alice (one, two"]),
        ('alice, "one, two', ["alice", '"one, two']),
        ("<alice, bob", ["<alice", "bob"]),
        ("alice>, bob", ["alice>", "bob"]),
        ("alice\\", ["alice\\"]),
        ('"\\', ['"\\']),
    ],
)
def test_commas_separate(text: str, pieces: list[str]) -> None:
    assert split_addresses(text) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("alice bob\tcarol", ["alice", "bob", "carol"]),
        ("alice, bob carol", ["alice", "bob carol"]),
        ("Alice Example <alice>", ["Alice Example <alice>"]),
        ("alice (Alice Example)", ["alice (Alice Example)"]),
        ('"two words"@x bob', ['"two words"@x', "bob"]),
        ("a b;", ["a b;"]),
    ],
)
def test_blanks_separate_in_old_style_lists(text: str, pieces: list[str]) -> None:
    assert split_addresses(text, blanks=True) == pieces


ADDRESSES = st.text(st.sampled_from('ab,;<>()"\\ \t:@'), max_size=40)


@given(ADDRESSES, st.booleans())
def test_no_piece_is_lost_or_invented(text: str, blanks: bool) -> None:
    remains = text
    for piece in split_addresses(text, blanks=blanks):
        before, found, remains = remains.partition(piece)
        assert found
        assert not before.strip(" \t\r\n,")
    assert not remains.strip(" \t\r\n,")


@given(st.lists(st.from_regex(r"[a-z]{1,8}(@[a-z]{1,5}\.example)?", fullmatch=True), max_size=8))
def test_plain_addresses_come_back(addresses: list[str]) -> None:
    assert split_addresses(", ".join(addresses)) == addresses


def test_long_lists_take_linear_time() -> None:
    assert len(split_addresses("<" * 100_000 + "," * 100_000)) == 1
    assert len(split_addresses("(" * 200_000)) == 1
    assert len(split_addresses('"\\' * 100_000)) == 1
    assert len(split_addresses("a," * 100_000)) == 100_000


def test_lines_of_a_file() -> None:
    text = "# comment\nalice, bob\r\n\n \n # not a comment\ncarol"
    assert list(list_lines(text)) == [(2, "alice, bob\r"), (5, " # not a comment"), (6, "carol")]
