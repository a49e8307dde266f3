"""SMTP replies as values."""

import re
from dataclasses import dataclass

from noctule.base.text import BLANKS

_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?:\s+|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: code, enhanced status ("" for none), and one text for each line.  Text is byte text."""

    code: int
    enhanced: str = ""
    lines: tuple[str, ...] = ("",)

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 400

    @property
    def temporary(self) -> bool:
        return 400 <= self.code < 500

    @property
    def permanent(self) -> bool:
        return 500 <= self.code < 600

    def __str__(self) -> str:
        """One line for logs: `550 5.1.1 User unknown`."""
        return " ".join(part for part in (str(self.code), self.enhanced, self.text) if part)

    def render(self) -> bytes:
        """The bytes for the wire.  A control character or a line end inside the text becomes a blank."""
        head = f"{self.enhanced} " if self.enhanced else ""
        last = len(self.lines) - 1
        return "".join(
            f"{self.code}{' ' if i == last else '-'}{head}{_printable(line)}\r\n" for i, line in enumerate(self.lines)
        ).encode("latin-1", "replace")

    @classmethod
    def parse(cls, code: int, texts: list[str]) -> "Reply":
        """A reply read from the wire: takes an enhanced code off the front when the first line has a fitting one."""
        match = _ENHANCED.match(texts[0]) if texts else None
        if match is None or match[1] != str(code)[0]:
            return cls(code, "", tuple(texts) or ("",))
        enhanced = match[0].strip(BLANKS)
        return cls(code, enhanced, tuple(t[match.end() :] if t.startswith(enhanced) else t for t in texts))


_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def _printable(line: str) -> str:
    return _UNPRINTABLE.sub(" ", line) if _UNPRINTABLE.search(line) else line
