"""Workers of a real daemon, and what befalls them."""

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

from assembly.configurations import write_cf
from interop.noctuled import Noctule
from noctule.assembly.worker import DELIVERIES_DRAIN, SESSIONS_DRAIN
from noctule.supervise.control import ask
from noctule.supervise.supervisor import DRAIN_LIMIT


def daemon(tmp_path: Path) -> Noctule:
    return Noctule(write_cf(tmp_path), tmp_path, "Workers=1")


def children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def wait_for_log(served: Noctule, text: str) -> None:
    end = time.monotonic() + 20
    while text not in served.log.read_text():
        assert time.monotonic() < end, served.log.read_text()
        time.sleep(0.02)


def test_a_worker_whose_helper_has_ended_is_replaced(tmp_path: Path) -> None:
    with daemon(tmp_path) as served:
        (worker,) = served.workers()
        (helper,) = children(worker)
        os.kill(helper, signal.SIGKILL)
        wait_for_log(served, "the delivery helper has ended")
        wait_for_log(served, "ended with status 0, starting another")
        assert served.stop() == 0


def test_a_request_that_makes_no_sense_is_said_and_forgotten(tmp_path: Path) -> None:
    with daemon(tmp_path) as served:
        before = served.workers()
        for selection in ({"ids": 5}, {"ids": [5]}):
            assert ask(served.queue / "control", {"do": "run-queue", "selection": selection})["ok"]
        wait_for_log(served, "request not understood")
        moved = served.log.with_suffix(".old")
        served.log.rename(moved)
        os.kill(served.process.pid, signal.SIGUSR1)
        ask(served.queue / "control", {"do": "run-queue", "selection": {"ids": 5}})
        end = time.monotonic() + 20
        while not served.log.exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        wait_for_log(served, "request not understood")
        assert served.workers() == before
        assert served.stop() == 0


def test_a_worker_may_have_all_the_connections_the_system_allows(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with daemon(tmp_path) as served:
            (worker,) = served.workers()
            assert resource.prlimit(worker, resource.RLIMIT_NOFILE) == (hard, hard)
            (helper,) = children(worker)
            assert resource.prlimit(helper, resource.RLIMIT_NOFILE) == (256, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_worker_has_drained_before_the_supervisor_kills_it() -> None:
    assert SESSIONS_DRAIN + DELIVERIES_DRAIN < DRAIN_LIMIT
