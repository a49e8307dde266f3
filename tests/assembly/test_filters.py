"""Filters that a configuration names are told of, and missed as their F= asks."""

from pathlib import Path

import pytest

from assembly.configurations import sound
from noctule.assembly.filters import uncalled_filters, without_filter
from noctule.receive.filters import WithoutFilter

FILTERS = ("Xeasy, S=unix:/run/a", "Xlater, S=unix:/run/b, F=T", "Xnever, S=inet:1@localhost, F=R")


@pytest.mark.parametrize(
    ("names", "port", "expected"),
    [
        ("", "", WithoutFilter.GO_ON),
        ("easy", "", WithoutFilter.GO_ON),
        ("easy, later, never", "", WithoutFilter.DEFER),
        ("never,later", "", WithoutFilter.REFUSE),
        ("never", "I=easy;later", WithoutFilter.DEFER),
        ("never", "I=", WithoutFilter.GO_ON),
        ("nobody", "", WithoutFilter.GO_ON),
    ],
)
def test_the_first_that_is_needed_decides(tmp_path: Path, names: str, port: str, expected: WithoutFilter) -> None:
    conf = sound(tmp_path, *FILTERS, f"O InputMailFilters={names}", f"O DaemonPortOptions=Name=MTA, {port}")
    assert without_filter(conf, conf.options.ports("DaemonPortOptions")[0]) is expected


def test_they_are_told_by_option(tmp_path: Path) -> None:
    conf = sound(tmp_path, *FILTERS, "O InputMailFilters=easy,later", "O DaemonPortOptions=Name=MSA, I=never")
    assert [(uncalled.option, uncalled.told) for uncalled in uncalled_filters(conf)] == [
        ("InputMailFilters", "easy (mail passes without it), later (F=T: mail is refused for now)"),
        ("DaemonPortOptions=Name=MSA, I=", "never (F=R: mail is refused)"),
    ]


def test_a_site_without_filters_is_told_nothing(tmp_path: Path) -> None:
    assert list(uncalled_filters(sound(tmp_path, *FILTERS))) == []
