"""The .case files: a head of `name: value` lines, `---`, then one operation a line."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path

_ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0"}


@dataclass(frozen=True, slots=True)
class Step:
    """One operation and what stands behind it."""

    operation: str
    text: str


@dataclass(slots=True)
class Case:
    """A script, and what it needs."""

    name: str
    head: dict[str, str] = field(default_factory=dict)
    never: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def config(self) -> str:
        return self.head.get("config", "base")

    @property
    def options(self) -> str:
        """Options of the command line that the server is to have, between `; `."""
        return self.head.get("options", "")

    @property
    def title(self) -> str:
        return self.head.get("title", self.name)

    @property
    def fresh(self) -> bool:
        return self.head.get("fresh") == "yes"

    @property
    def lists_queue(self) -> bool:
        return self.head.get("queue") == "yes"


def read_case(path: Path) -> Case:
    case = Case(path.stem)
    head, _, script = path.read_text("utf-8").partition("\n---\n")
    for line in head.split("\n"):
        name, colon, value = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        if name == "never":
            case.never.append(value.strip())
        else:
            case.head[name] = value.strip()
    for line in script.split("\n"):
        if line and not line.startswith("#"):
            operation, _, text = line.partition(" ")
            case.steps.append(Step(operation, text))
    return case


def write_case(case: Case, path: Path) -> None:
    head = [f"{name}: {value}" for name, value in case.head.items()]
    steps = [f"{step.operation} {step.text}" for step in case.steps]
    path.write_text("\n".join([*head, "---", *steps, ""]), "utf-8")


def unescape(text: str, challenge: str = "") -> bytes:
    r"""Bytes of a script text: \r \n \t \0 \xHH \\ \{ and {X*N}, {b64:X}, {cram:USER:PASSWORD}."""
    out, at = bytearray(), 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            letter = text[at + 1]
            at += 2
            if letter == "x":
                out.append(int(text[at : at + 2], 16))
                at += 2
            else:
                out += _ESCAPES.get(letter, letter.encode())
        elif text[at] == "{":
            end = text.index("}", at)
            out += _expanded(text[at + 1 : end], challenge)
            at = end + 1
        else:
            out += text[at].encode()
            at += 1
    return bytes(out)


def _expanded(text: str, challenge: str) -> bytes:
    if text.startswith("b64:"):
        return base64.b64encode(unescape(text[4:]))
    if text.startswith("cram:"):
        user, password = text[5:].split(":", 1)
        try:
            asked = base64.b64decode(challenge)
        except ValueError:
            asked = b""
        digest = hmac.new(password.encode(), asked, hashlib.md5).hexdigest()
        return base64.b64encode(f"{user} {digest}".encode())
    what, _, count = text.rpartition("*")
    return unescape(what) * int(count)
