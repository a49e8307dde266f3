from pathlib import Path

import pytest

from assembly.configurations import configure, sound
from noctule.assembly.queues import queue_directories, retry_policy
from noctule.base.errors import ConfigurationError
from noctule.mqueue.schedule import TimeoutClass


def test_one_directory(tmp_path: Path) -> None:
    assert queue_directories(sound(tmp_path).options) == [tmp_path / "queue"]


def test_many_directories(tmp_path: Path) -> None:
    for name in ("q2", "q1", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "q3").write_text("a file\n")
    options = configure(tmp_path, settings=(f" QueueDirectory={tmp_path}/q[0-9]*",)).options
    assert queue_directories(options) == [tmp_path / "q1", tmp_path / "q2"]


@pytest.mark.parametrize(("value", "words"), [("", "must be set"), ("/nonexistent/q*", "no directory matches")])
def test_no_directory(tmp_path: Path, value: str, words: str) -> None:
    options = sound(tmp_path).options
    options.put("QueueDirectory", value)
    with pytest.raises(ConfigurationError, match=words):
        queue_directories(options)


def test_retries(tmp_path: Path) -> None:
    lines = (
        "O Timeout.queuereturn=4d",
        "O Timeout.queuereturn.urgent=1d",
        "O Timeout.queuewarn=4h",
        "O Timeout.queuewarn.dsn=0",
        "O MinQueueAge=7m",
        "O MaxQueueAge=2h",
    )
    policy = retry_policy(sound(tmp_path, *lines).options, 1800.0)
    hours = 3600.0
    assert (policy.interval, policy.min_age, policy.max_age) == (1800.0, 420, 2 * hours)
    assert policy.give_up == dict.fromkeys(TimeoutClass, 96 * hours) | {TimeoutClass.URGENT: 24 * hours}
    assert policy.warn == dict.fromkeys(TimeoutClass, 4 * hours) | {TimeoutClass.DSN: 0}
