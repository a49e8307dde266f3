import asyncio
import os
from pathlib import Path

import pytest
import uvloop

from noctule.base.questions import Answer, AnswerKind, Question
from noctule.maps import Declaration, Environment, MapTable


def ask(arguments: str, key: str, **more: object) -> Answer:
    maps = MapTable([Declaration("p", "program", arguments)], Environment(**more))  # type: ignore[arg-type]
    return asyncio.run(maps.answer(Question("p", key)))


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script"


def test_no_shell_sees_the_key(script: Path) -> None:
    script.write_text('printf "%s|" "$@"\n')
    assert ask(f"/bin/sh {script} one 'two", "$(id); `id` 'x\" *").value == "one|'two|$(id); `id` 'x\" *|"


def test_output_is_cut_to_a_line_of_bounded_length(script: Path) -> None:
    script.write_text("head -c 1000000 /dev/zero | tr '\\0' x\necho\necho second\n")
    assert ask(f"/bin/sh {script}", "k").value == "x" * 4096


def test_running_out_of_time_is_a_temporary_failure_and_leaves_nothing_behind(script: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    script.write_text(f"echo $$ > {tmp_path}/pid\nexec cat {tmp_path}/fifo\n")
    answer = ask(f"/bin/sh {script}", "k", program_timeout=0.3)
    assert answer.kind is AnswerKind.TEMPORARY
    with pytest.raises(ProcessLookupError):
        os.killpg(int((tmp_path / "pid").read_text()), 0)


def test_death_by_a_signal_is_a_temporary_failure(script: Path) -> None:
    script.write_text("echo found\nkill -9 $$\n")
    assert ask(f"/bin/sh {script}", "k").kind is AnswerKind.TEMPORARY


def test_a_missing_program_is_reported() -> None:
    said: list[str] = []
    assert ask("/no/such/program", "k", report=said.append) == Answer(AnswerKind.NOT_FOUND, status=78)
    assert said == ["program map p: /no/such/program: No such file or directory"]


def test_the_environment_is_the_one_given(script: Path) -> None:
    script.write_text("env | sort | tr '\\n' ' '\n")
    value = ask(f"/bin/sh {script}", "k", program_environment={"AGENT": "sendmail"}).value
    assert "AGENT=sendmail" in value
    assert "HOME" not in value


def test_on_uvloop() -> None:
    maps = MapTable([Declaration("p", "program", "/bin/echo")], Environment())

    async def run() -> list[str]:
        answers = await asyncio.gather(*(maps.answer(Question("p", f"k{number}")) for number in range(10)))
        return [answer.value for answer in answers]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(run()) == [f"k{number}" for number in range(10)]
