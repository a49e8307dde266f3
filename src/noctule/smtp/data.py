"""The text of messages.

After DATA: find CRLF . CRLF, take away stuffed dots, refuse bare CR and LF.

Works on whole buffers.  What is kept back between buffers is at most the longest end of them that could still become
CRLF . CRLF, so a line end is never looked at in two halves.  By default nothing but CRLF . CRLF ends a text and a bare
CR or LF spoils it; a site may loosen that per client with srv_features, and then what is passed on is canonical
all the same: a bare LF has become CRLF or a blank, a bare CR a blank.
"""

import re
from dataclasses import dataclass
from enum import Enum

from noctule.smtp.events import Fault

END = b"\r\n.\r\n"
_BARE_LF = re.compile(rb"(?<!\r)\n")
_BARE_CR = re.compile(rb"\r(?!\n)")
_ANY_END = re.compile(rb"\r?\n\.\r?\n")
_START_OF_END = re.compile(rb"\r?\n?\.?\r?")
_ANY_STUFFED = re.compile(rb"\n\.")


class Bare(Enum):
    """What a bare LF or CR is."""

    REFUSED = "refused"
    BLANK = "a blank"
    LINE_END = "a line end"  # LF only


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRules:
    """How strictly the text is read.  The defaults are the safe ones."""

    bare_lf: Bare = Bare.REFUSED
    bare_cr: Bare = Bare.REFUSED
    any_end: bool = False  # LF . LF and its relatives end the text too
    nul: bool = False  # NUL bytes are let through


class _Text:
    """What is found wrong in one text.  What stands behind the first fault is read and thrown away."""

    __slots__ = ("_body_seen", "_rules", "_spoilt_at", "fault", "fault_in_header")

    def __init__(self, rules: LineRules) -> None:
        self._rules = rules
        self._body_seen = False
        self._spoilt_at = 0  # where the fault is in the block it was found in
        self.fault: Fault | None = None
        self.fault_in_header = False

    def _is_clean(self, block: bytes) -> bool | None:
        """Whether line ends are canonical already; None when something in the block is refused."""
        ends = block.count(b"\n")
        clean = block.count(b"\r\n") == ends == block.count(b"\r")
        if (not clean or b"\0" in block) and self._is_spoilt(block):
            return None
        if not self._body_seen:
            self._body_seen = b"\r\n\r\n" in block
        return clean

    def _is_spoilt(self, block: bytes) -> bool:
        """Whether something in the block is refused; the first such thing is the fault."""
        faults = []
        if self._rules.bare_lf is Bare.REFUSED and (lf := _BARE_LF.search(block)):
            faults.append((lf.start(), Fault.BARE_LF))
        if self._rules.bare_cr is Bare.REFUSED and (cr := _BARE_CR.search(block)):
            faults.append((cr.start(), Fault.BARE_CR))
        if not self._rules.nul and (nul := block.find(b"\0")) >= 0:
            faults.append((nul, Fault.NUL))
        if faults:
            position, fault = min(faults, key=lambda found: found[0])
            self._spoil(fault, block, position)
        return bool(faults)

    def _canonical(self, block: bytes) -> bytes:
        block = _BARE_CR.sub(b" ", block)
        return _BARE_LF.sub(b" " if self._rules.bare_lf is Bare.BLANK else b"\r\n", block)

    def _spoil(self, fault: Fault, block: bytes, position: int) -> None:
        self.fault, self._spoilt_at = fault, position
        self.fault_in_header = not self._body_seen and b"\r\n\r\n" not in block[:position]


class ChunkDecoder(_Text):
    """A text that came in chunks (BDAT): there are no dots, and its end is known.  Line ends are read as after DATA."""

    __slots__ = ("_held", "_in_line")

    def __init__(self, rules: LineRules) -> None:
        super().__init__(rules)
        self._held = b""  # a CR whose LF may come with the next bytes
        self._in_line = False

    def feed(self, data: bytes) -> bytes:
        """Text decoded so far and not returned before; see `fault`."""
        block = self._held + data
        self._held = b"\r" if block.endswith(b"\r") else b""
        return self._passed(block.removesuffix(b"\r"))

    def finish(self) -> bytes:
        """The rest, with a line end where the last line has none; nothing when asked again."""
        rest, self._held = self._passed(self._held), b""
        if self._in_line and self.fault is None:
            rest, self._in_line = rest + b"\r\n", False
        return rest

    def _passed(self, block: bytes) -> bytes:
        if not block or self.fault is not None:
            return b""
        clean = self._is_clean(block)
        if clean is None:
            return b""
        text = block if clean else self._canonical(block)
        self._in_line = not text.endswith(b"\n")
        return text


class TextDecoder(_Text):
    """A text that a lone dot ends (DATA)."""

    __slots__ = ("_held", "_unsent", "ended", "rest")

    def __init__(self, rules: LineRules) -> None:
        super().__init__(rules)
        self._held = b"\r\n"  # as if a line had just ended: a dot may come first
        self._unsent = 2  # bytes of that line end, not part of the text
        self.ended = False
        self.rest = b""  # what came behind the end

    def feed(self, data: bytes) -> bytes:
        """Text decoded so far and not returned before; see `ended` and `fault`."""
        buffer = self._held + data
        block = self._up_to_any_end(buffer) if self._rules.any_end else self._up_to_end(buffer)
        if not block or self.fault is not None:
            return b""
        return self._checked(block)

    def cut_off(self) -> bytes:
        """What was kept back of a text that ended too soon, once."""
        rest, self._held = self._held[self._unsent :], b""
        self._unsent = 0
        return rest if self.fault is None else b""

    def _up_to_end(self, buffer: bytes) -> bytes:
        end = buffer.find(END)
        if end >= 0:
            self.ended, self.rest = True, buffer[end + 5 :]
            return buffer[: end + 2]
        kept = 0
        for size in (4, 3, 2, 1):
            if buffer.endswith(END[:size]):
                kept = size
                break
        self._held = buffer[len(buffer) - kept :]
        return buffer[: len(buffer) - kept] if kept else buffer

    def _up_to_any_end(self, buffer: bytes) -> bytes:
        match = _ANY_END.search(buffer)
        if match is not None:
            self.ended, self.rest = True, buffer[match.end() :]
            if match[0] != END and self._rules.bare_lf is Bare.REFUSED and self.fault is None:
                self._spoil(Fault.BARE_LF, buffer, match.start())
            return buffer[: match.start()] + (b"\r\n" if match[0].startswith(b"\r") else b"\n")
        sizes = range(min(4, len(buffer)), 0, -1)
        kept = next((size for size in sizes if _START_OF_END.fullmatch(buffer[-size:])), 0)
        self._held = buffer[len(buffer) - kept :]
        return buffer[: len(buffer) - kept]

    def _checked(self, block: bytes) -> bytes:
        clean = self._is_clean(block)
        if clean is None:
            block = block[: self._spoilt_at]
        # Dots go first: a bare LF that is let through as a line end must not make a dot behind it look stuffed.
        block = _ANY_STUFFED.sub(b"\n", block) if self._rules.any_end else block.replace(b"\r\n.", b"\r\n")
        if self._unsent:
            block, self._unsent = block[2:], 0
        return block if clean else self._canonical(block)
