"""Expanding text in tests: the disk is a dictionary, and commands do not exist."""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from noctule.config.m4 import Expansion, Limits, Source, expand


@dataclass
class Shelf:
    """Implements config.m4.Files."""

    files: Mapping[str, str] = field(default_factory=dict)
    temporary: list[str] = field(default_factory=list)

    def read(self, name: str) -> Source:
        if name not in self.files:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        return Source(name, self.files[name])

    def make_temporary(self, template: str) -> str:
        self.temporary.append(template)
        return template.replace("X", "1")

    def run(self, command: str) -> tuple[str, int]:
        if command.startswith("echo "):
            return command.removeprefix("echo ") + "\n", 3
        raise OSError(errno.EPERM, "no commands here")


def expanded(text: str, files: Mapping[str, str] | None = None, limits: Limits | None = None) -> Expansion:
    return expand([Source("site.mc", text)], files=Shelf(files or {}), limits=limits)


def said(expansion: Expansion) -> str:
    return "".join(map(str, expansion.messages))
