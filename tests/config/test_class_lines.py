"""C, T and F lines; the members are those the real Sendmail reads from the same file."""

from pathlib import Path

import pytest

from config.disk import read

TEXT = 'one two three:x # c\n# comment\n  four:y z\n\n5 six\nab:cd:ef\n\t#x\nabc#def\naxyz q\n"q r" s\n a,b;c\n'


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    (folder / "words").write_text(TEXT)
    (folder / "with blank").write_text("member\n")
    return folder


def members(line: str, root: Path, name: str = "i") -> str:
    conf = read(f"V10\nMlocal, P=/x, A=x\n{line}\n", root=root)
    assert conf.errors == []
    return " ".join(sorted(conf.classes.members(name)))


FIRST_WORDS = '"q #x 5 a,b;c ab:cd:ef abc#def axyz four:y one'
BEFORE_COLON = '"q #x 5 a,b;c ab abc#def axyz four one q r" s six three two'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("/words", FIRST_WORDS),
        ("/words %s", FIRST_WORDS),
        ("  /words", FIRST_WORDS),
        ('"/words" %s', FIRST_WORDS),
        (" -o /words", FIRST_WORDS),
        ("-oxx /words %s:", FIRST_WORDS),
        ("/words %[^:]", BEFORE_COLON),
        ('-o "/words" %[^:]', BEFORE_COLON),
        ("/words %*s %s", 'q r" six two z'),
        ("/words %*s %*s %s", "s three:x"),
        ("/words %*[^:]:%s", "cd:ef x y"),
        ("/words %3s", '"q #x 5 a,b ab: abc axy fou one'),
        ("/words a%s", "b:cd:ef bc#def xyz"),
        ("/words %[a-z]", "ab abc axyz one"),
        ("/words %[a-c]", "a ab abc"),
        ("/words %[]a]", "a"),
        ("/words foo", ""),
        ("/words %", ""),
        ('/words "%[^ ]"', "q"),
        ('"/with blank"', "member"),
        (r"/words %[^\#]", '"q 5 a,b;c ab:cd:ef abc axyz four:y one q r" s six three:x two z'),
        ("-o /nosuch", ""),
        ('"|/bin/echo a b"', "a"),
        ("|/bin/echo", ""),
    ],
)
def test_files(source: str, expected: str, root: Path) -> None:
    assert members("F{i}" + source, root) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('Ci one "q r" s\tt', '"q one r" s t'),
        ("DAa b\nCi$A$B,c", "a b,c"),
        ("Cj x y\nCi$=j z", "x y z"),
        ("Cj x y\nCi $=jX", "x y"),
        ("C{i}$Z", ""),
    ],
)
def test_written_words(lines: str, expected: str, root: Path) -> None:
    assert members(lines, root) == expected


def test_trusted_users_are_not_expanded(root: Path) -> None:
    assert members("DAx\nTroot $A", root, "t") == "$A root"
