"""PAM with a service, users and shadow passwords of the test's own, mounted over the system's for one process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interop.noctuled import in_namespace
from noctule.accounts.pam import PamBackEnd
from noctule.base.errors import ConfigurationError

pytest.importorskip("pamela")

PASSWORD = "wonder land"
SERVICES = {
    "unix": "auth required pam_unix.so nodelay\naccount required pam_unix.so\n",
    "permit": "auth required pam_permit.so\naccount required pam_permit.so\n",
    "closed": "auth required pam_permit.so\naccount required pam_deny.so\n",
    "deny": "auth required pam_deny.so\naccount required pam_permit.so\n",
    "broken": "auth required pam_no_such_module.so\naccount required pam_permit.so\n",
}
ASKING = """
import asyncio, sys
from noctule.accounts.pam import PamBackEnd
from noctule.base.errors import TemporaryError
from noctule.sasl.login import Login
service, *who = sys.argv[1:]
try:
    print(asyncio.run(PamBackEnd(service).verify(Login(who[0], "example.org"), who[1].encode("latin-1"))))
except TemporaryError as error:
    print("TemporaryError", error)
"""


@pytest.fixture(scope="module")
def mounts(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Path, str], ...]:
    if os.geteuid() != 0:
        pytest.skip("needs root, for a mount namespace and the shadow file")
    folder = tmp_path_factory.mktemp("pam")
    (folder / "pam.d").mkdir()
    for name, text in SERVICES.items():
        (folder / "pam.d" / name).write_text(text)
    hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD], capture_output=True, text=True, check=True).stdout
    (folder / "passwd").write_text("root:x:0:0::/:/bin/sh\nalice:x:2000:2000::/:/bin/sh\nold:x:2001:2001::/:/bin/sh\n")
    (folder / "shadow").write_text(
        f"alice:{hashed.strip()}:19000:0:99999:7:::\nold:{hashed.strip()}:19000:0:99999:7::19001:\n"
    )
    (folder / "shadow").chmod(0o600)
    return tuple((folder / name, f"/etc/{name}") for name in ("pam.d", "passwd", "shadow"))


@pytest.mark.parametrize(
    ("service", "user", "password", "answer"),
    [
        ("unix", "alice", PASSWORD, "True"),
        ("unix", "alice@example.org", PASSWORD, "True"),
        ("unix", "alice", "wrong", "False"),
        ("unix", "nobody", PASSWORD, "False"),
        ("unix", "old", PASSWORD, "False"),  # his account has expired
        ("permit", "nobody", "anything", "True"),
        ("deny", "alice", PASSWORD, "False"),
        ("closed", "alice", PASSWORD, "False"),
        ("broken", "alice", PASSWORD, "TemporaryError pam broken: "),
        ("nosuch", "alice", PASSWORD, "TemporaryError pam nosuch: "),
    ],
)
def test_each_answer(mounts: tuple[tuple[Path, str], ...], service: str, user: str, password: str, answer: str) -> None:
    command = [*in_namespace(mounts), sys.executable, "-c", ASKING, service, user, password]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith(answer), (done.stdout, done.stderr)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="needs the extra `pam'"):
        PamBackEnd("smtp")
