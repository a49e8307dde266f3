"""Stock configuration files, built from the m4 library of the machine's `sendmail-cf` package.

The generated files hold Sendmail's own rules, so they are built when wanted and never kept in the repository.
The library is looked for in /usr/share/sendmail/cf (Debian package `sendmail-cf`, needs `m4`) and in the root of the
real Sendmail that the comparison tests use ($NOCTULE_ORACLE or ~/.cache/noctule-oracle, folder `sendmail`).
Further sites, each a folder NAME with a NAME.mc, are taken from the folder $NOCTULE_SITES names.
"""

import atexit
import functools
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ORACLE = Path(os.environ.get("NOCTULE_ORACLE", Path.home() / ".cache" / "noctule-oracle")) / "sendmail"
GENERIC = ("generic-linux", "generic-bsd4.4", "generic-solaris", "submit")
DEBIAN = {"debian": "sendmail.mc", "debian-submit": "submit.mc"}
SITE_FILE = re.compile(r"^include\(`/etc/mail/[^)]*\)dnl$", re.MULTILINE)  # dial-up files a fresh machine lacks


class NoLibrary(Exception):  # noqa: N818 - a reason to skip, not an error
    """The machine has no m4 library or no m4: the reason to skip."""


@functools.cache
def library() -> Path:
    """The folder that holds m4/cf.m4.  Raises NoLibrary."""
    if shutil.which("m4") is None:
        raise NoLibrary("needs m4")
    for place in (Path("/usr/share/sendmail/cf"), ORACLE / "usr/share/sendmail/cf"):
        if (place / "m4/cf.m4").is_file():
            return place
    raise NoLibrary("needs the m4 library of the package sendmail-cf")


@functools.cache
def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="stockcf-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def sites() -> dict[str, Path]:
    """Site name to its .mc file, from $NOCTULE_SITES; empty when that is not set."""
    root = os.environ.get("NOCTULE_SITES")
    return {mc.stem: mc for mc in sorted(Path(root).glob("*/*.mc"))} if root else {}


def names() -> list[str]:
    """Every name `stock_cf` knows, whether or not it can be built here."""
    return [*GENERIC, *DEBIAN, *sites()]


def _source(name: str) -> Path:
    if name in DEBIAN:
        return library() / "debian" / DEBIAN[name]
    return sites().get(name) or library() / "cf" / f"{name}.mc"


@functools.cache
def stock_cf(name: str) -> Path:
    """The cf file of a stock or site configuration, built once per process.

    Raises NoLibrary when it cannot be built here, AssertionError with m4's words when m4 complains.
    """
    base, source = library(), _source(name)
    text = SITE_FILE.sub("dnl", source.read_text("latin-1")).replace("/usr/share/sendmail/cf/m4/cf.m4", "/dev/null")
    command = ["m4", f"-D_CF_DIR_={base}/", str(base / "m4/cf.m4"), "-"]
    done = subprocess.run(command, cwd=base / "cf", input=text.encode("latin-1"), capture_output=True, timeout=30)
    assert done.returncode == 0 and not done.stderr, done.stderr.decode()
    built = _folder() / f"{name}.cf"
    built.write_bytes(done.stdout)
    return built
