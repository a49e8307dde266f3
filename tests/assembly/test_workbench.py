"""A configuration on the bench."""

import asyncio
from pathlib import Path

import pytest

from assembly.configurations import configure
from noctule.assembly.workbench import workbench
from noctule.base.errors import ConfigurationError
from noctule.base.questions import AnswerKind, Question


def test_questions_are_answered_at_once(tmp_path: Path) -> None:
    with workbench(configure(tmp_path, "Kupper arith")) as bench:
        assert bench.asks.lookup(Question("upper", "+", ("1", "2"))).value == "3"
        assert bench.asks.lookup(Question("nomap", "x")).kind is AnswerKind.NO_SUCH_MAP
        assert bench.wait(asyncio.sleep(0, "waited")) == "waited"


def test_mistakes_in_maps_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="line"), workbench(configure(tmp_path, "Kx nosuchclass /x")):
        pass
