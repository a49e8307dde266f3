import pytest

from noctule.base.debug import Debug


@pytest.mark.parametrize(
    ("spec", "category", "level"),
    [("21.12", 21, 12), ("21", 21, 1), ("0-99.4", 60, 4), ("8.7,60-62.3", 61, 3), ("", 5, 0), ("21.12,21.0", 21, 0)],
)
def test_debug_levels(spec: str, category: int, level: int) -> None:
    levels = Debug(spec)
    assert levels.at(category, level)
    assert not levels.at(category, level + 1)


def test_an_empty_spec_sets_everything() -> None:
    levels = Debug()
    levels.set("")
    assert levels.at(99, 1)


def test_lines_go_where_they_are_wanted() -> None:
    heard: list[str] = []
    debug = Debug("8.2", heard.append)
    debug.say(8, 2, "told")
    debug.say(8, 3, "too much")
    assert heard == ["told\n"]
    assert debug
    assert not Debug("8.0")


def test_the_same_levels_for_another_ear() -> None:
    heard: list[str] = []
    debug = Debug("8.2")
    other = debug.to(heard.append)
    debug.set("8.0")
    other.say(8, 2, "told")
    assert heard == ["told\n"]
