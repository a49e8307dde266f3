"""The opener of these tests: real files, programs and accounts of this machine, no maps."""

import grp
import pwd
import shlex
import subprocess
from pathlib import Path

from noctule import config
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros


class Disk:
    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root

    def file_text(self, path: str) -> str:
        return (self.root / path.lstrip("/") if path.startswith("/") else Path(path)).read_text("latin-1")

    def command_output(self, command: str) -> str:
        return subprocess.run(shlex.split(command), capture_output=True, timeout=10).stdout.decode("latin-1")

    def map_value(self, map_class: str, arguments: str, key: str) -> str | None:
        if map_class != "hash":
            raise LookupError(map_class)
        raise FileNotFoundError(2, "No such file or directory", arguments)

    def user_exists(self, name: str) -> bool:
        return name in {entry.pw_name for entry in pwd.getpwall()}

    def group_exists(self, name: str) -> bool:
        return name in {entry.gr_name for entry in grp.getgrall()}

    def environment(self, name: str) -> str | None:
        return {"HOME": "/home/t"}.get(name)


def read(source: str, *settings: str, root: Path = Path("/"), opener: Disk | None = None) -> config.Configuration:
    """Read a configuration with the presets of a host named mail.example.test."""
    macros, classes = Macros(), Classes()
    config.preset(macros, classes)
    for name, value in {"j": "mail.example.test", "opMode": "t", "w": "mail.example.test", "m": "example.test"}.items():
        macros.set(name, value)
    return config.read(
        source,
        file="case.cf",
        macros=macros,
        classes=classes,
        opener=opener or Disk(root),
        version="8.17.1.9",
        settings=settings,
    )
