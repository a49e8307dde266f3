"""Where lines of the output come from."""

from config.m4.macros import Shelf
from noctule.config.m4 import Source, expand

LIBRARY = {
    "lib/feature/access.m4": "divert(6)dnl\nKaccess hash\ndivert(0)dnl\n",
    "local.m4": "one\ntwo\n",
    "lib/main.m4": "V10\nO Timeout=`'confTO\nO Fixed=1\n",
}
ENTRY = "define(`FEATURE',`include(`lib/feature/$1.m4')')define(`_OPT',`O $1=$2')m4wrap(`include(`lib/main.m4')')dnl\n"


def lines(site: str) -> list[str]:
    """Each line of the output and its origin."""
    sources = [Source("lib/cf.m4", ENTRY), Source("site.mc", site)]
    expansion = expand(sources, files=Shelf(LIBRARY))
    origins = expansion.sources(lambda file: file.startswith("lib/"))
    return [f"{text} <- {origin}" for text, origin in zip(expansion.text.splitlines(), origins, strict=True)]


def test_plain_text_knows_its_line() -> None:
    assert lines("a\nb dnl\n\n`c\nd'\n")[:5] == [
        "a <- site.mc:1", "b  <- site.mc:2", "c <- site.mc:4", "d <- site.mc:5", "V10 <- lib/main.m4:1",
    ]  # fmt: skip


def test_what_a_feature_says_comes_from_its_call() -> None:
    assert "Kaccess hash <- site.mc:3" in lines("dnl\n\nFEATURE(`access')dnl\n")


def test_an_option_comes_from_its_definition() -> None:
    found = lines("dnl\ndefine(`confTO', `5m')dnl\n")
    assert found == ["V10 <- lib/main.m4:1", "O Timeout=5m <- site.mc:2", "O Fixed=1 <- lib/main.m4:3"]


def test_what_the_library_says_by_its_own_macros_comes_from_its_file() -> None:
    files = {"lib/main.m4": "define(`row', `O $1=1')dnl\ndnl\nrow(`a')\n"}
    sources = [Source("lib/cf.m4", "m4wrap(`include(`lib/main.m4')')dnl\n"), Source("site.mc", "x\n")]
    origins = expand(sources, files=Shelf(files)).sources(lambda file: file.startswith("lib/"))
    assert [str(origin) for origin in origins] == ["site.mc:1", "lib/main.m4:3"]


def test_a_macro_of_the_site_counts_where_it_is_called() -> None:
    assert lines("define(`twice',`$1 $1')dnl\n\ntwice(`x')\n")[:2] == [" <- site.mc:2", "x x <- site.mc:3"]


def test_a_file_the_site_includes_has_lines_of_its_own() -> None:
    assert lines("x\ninclude(`local.m4')dnl\n")[:3] == ["x <- site.mc:1", "one <- local.m4:1", "two <- local.m4:2"]


def test_a_text_without_line_end() -> None:
    expansion = expand([Source("site.mc", "a\nb")], files=Shelf())
    assert [str(origin) for origin in expansion.sources(lambda file: False)] == ["site.mc:1", "site.mc:2"]
