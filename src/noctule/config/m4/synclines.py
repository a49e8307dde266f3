"""`#line` lines, by which a reader of the output knows its place in the input."""

import re

from noctule.config.m4.input import Input, Token
from noctule.config.m4.output import Output

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_UNKNOWN = -1


class Synclines:
    """Counts lines of the output as a reader does, and tells when the count is wrong."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._line = _UNKNOWN
        self._at_start = True
        self._seen = (0, 0, 0)

    def marked(self, source: Input, kind: Token) -> str:
        """The last token, a mark put before those of its lines that need one."""
        seen = (len(source.files), source.files_ended, self._output.switches)
        if seen != self._seen:
            self._seen = seen
            self._line = _UNKNOWN
        out: list[str] = []
        line = source.line
        for part in _LINE.findall(source.text):
            if self._at_start:
                self._line += 1
                if self._line != line and (kind is Token.PLAIN or not out):
                    out.append(self._mark(source.ended_in.file, line))
            out.append(part)
            self._at_start = part.endswith("\n")
            line += source.frame.running
        return "".join(out)

    def _mark(self, file: str, line: int) -> str:
        name = f' "{file}"' if self._line < 1 else ""
        self._line = line
        return f"#line {line}{name}\n"
