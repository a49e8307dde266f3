from hypothesis import given
from hypothesis import strategies as st

from noctule.config.option_words import ALIAS_CLASSES
from noctule.maps.aliases import Alias, AliasError, parse_aliases
from noctule.maps.aliasfiles import AliasFile, parse_alias_files
from noctule.maps.classes import CLASSES


def parsed(text: str) -> list[Alias | AliasError]:
    return list(parse_aliases(text.splitlines()))


def test_colons_in_quotes_and_behind_backslashes_are_part_of_the_name() -> None:
    assert parsed('"A:b": q') == [Alias('"a:b"', "q", 1)]
    assert parsed("a\\:b: q") == [Alias("a\\:b", "q", 1)]
    assert parsed('a: "|/x:y"') == [Alias("a", '"|/x:y"', 1)]
    assert parsed('"open: x') == [AliasError(1, "missing colon")]


def test_a_comment_is_continued_too() -> None:
    assert parsed("a: b\n# c\n d: e\nf: g") == [Alias("a", "b", 1), Alias("f", "g", 4)]


def test_an_empty_line_ends_an_alias() -> None:
    assert parsed("a: b,\n\n c") == [Alias("a", "b,", 1), AliasError(3, "Non-continuation line starts with space")]


def test_foreign_line_ends() -> None:
    assert list(parse_aliases(["a: b,\r\n", " c\r\n"])) == [Alias("a", "b, c", 1)]


@given(st.lists(st.text(max_size=30)))
def test_any_file_gives_aliases_and_complaints(lines: list[str]) -> None:
    for entry in parse_aliases(lines):
        assert 1 <= entry.line <= len(lines)
        if isinstance(entry, Alias):
            assert entry.name
            assert entry.value.strip()


def test_alias_files() -> None:
    files = parse_alias_files(
        ["/etc/mail/aliases", "hash: -N -o /etc/a, cdb:/etc/b", "nis:mail.aliases@my.domain", "foo:/x", "text:/y"]
    )
    assert files == [
        AliasFile("implicit", "/etc/mail/aliases"),
        AliasFile("hash", "-N -o /etc/a"),
        AliasFile("cdb", "/etc/b"),
        AliasFile("nis", "mail.aliases@my.domain"),
        AliasFile("text", "/y"),
    ]
    assert [file.file for file in files] == ["/etc/mail/aliases", "/etc/a", "/etc/b", "mail.aliases@my.domain", "/y"]
    assert [file.rebuildable for file in files] == [True, True, True, False, False]


def test_there_is_a_limit_to_alias_files() -> None:
    assert len(parse_alias_files(["/a," * 65])) == 64


def test_the_configuration_knows_the_same_alias_classes() -> None:
    assert set(ALIAS_CLASSES) == {info.name for info in CLASSES if info.for_aliases}
