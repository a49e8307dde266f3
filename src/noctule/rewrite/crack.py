"""What stands around the address in a header field: phrase, comments, group name.

`crack('"Full Name" <joe@x> (cmt)')` is `'"Full Name" <' + NAME + '> (cmt)'`: the text with the address cut out, to put
the rewritten one in its place.  This is Sendmail's heuristic, not a grammar: it copes with whatever people write, in
one pass from left to right, and changes its mind when a `<` shows that all before was a phrase, or a `:` that it was
the name of a group.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol

from noctule.symbols import codes

NAME = codes.MACRO + codes.named("g")
_SPACE = " \t\n\v\f\r"
_is_address_only = re.compile(r"[A-Za-z0-9.@%!+=_-]+\Z").match
_ROOM = 254  # characters; longer ones are given up


class Style(Protocol):
    """The options that matter here."""

    @property
    def colon_ok(self) -> bool:
        """A colon is part of an address, and there are no groups."""
        ...

    @property
    def must_quote(self) -> str:
        """Characters that a phrase may only hold in quotes."""
        ...


def crack(text: str, style: Style) -> str:
    """`text` with NAME in the place of its address."""
    if _is_address_only(text):
        return NAME
    cracker = _Cracker(text.lstrip(_SPACE), style)
    while cracker.at < len(cracker.text):
        if not cracker.step() or len(cracker.out) > _ROOM:
            return f"<{NAME}>"
    return cracker.repaired()


@dataclass(slots=True)
class _Cracker:
    """One pass over one field.  While `copying` is 0 we are inside the address, which stands for itself as NAME."""

    text: str
    style: Style
    at: int = 0
    origin: int = 0  # where the present mailbox begins in the text
    out: list[str] = field(default_factory=list)
    kept: int = 0  # how much of `out` is settled: the group name
    copying: int = 0
    comments: int = 0
    open_comments: int = 0  # of those that were copied
    angles: int = 0
    brackets: int = 0
    quoted: bool = False
    must_quote: bool = False
    placed: bool = False
    seen_angle: bool = False
    seen_colon: bool = False

    def put(self, char: str) -> None:
        self.out.append(char)

    def step(self) -> bool:
        """Take one character; False: there is no making sense of this field."""
        char = self.text[self.at]
        self.at += 1
        if self.copying:
            self.put(char)
        if char == "\\":
            self._escaped()
        elif char == '"' and not self.comments:
            if self.copying:  # behind <address>: only a last stray quote can be repaired
                self.put(char)
                return self.at == len(self.text)
            self.quoted = not self.quoted
        elif self.quoted:
            self._address()
        elif char == "(" or self.comments:
            self._comment(char)
        else:
            self._plain(char)
        return True

    def _escaped(self) -> None:
        if not self.quoted and not self.comments:
            self.must_quote = True
        if self.at < len(self.text):
            if self.copying:
                self.put(self.text[self.at])
            self.at += 1
        self._address()

    def _address(self) -> None:
        """A character of the address itself."""
        if self.copying or self.placed:
            return
        if self.out and self.out[-1] == ")":
            self.put(" ")
        self.put(NAME)
        self.placed = True

    def _comment(self, char: str) -> None:
        if char == "(":
            self.comments += 1
            self.open_comments += 1
            if not self.copying:
                if len(self.out) != self.kept:
                    self.put(" ")
                self.put(char)
            self.copying += 1
        elif char == ")":
            self.comments -= 1
            self.copying -= 1
            self.open_comments -= 1

    def _plain(self, char: str) -> None:
        if char == ")" and self.copying and len(self.out) > self.kept:
            self.out.pop()  # it closes nothing
        self.brackets += (char == "[") - (char == "]")
        if char == ":" and self._is_group():
            self._group()
            return
        if char == ";" and not self.copying and not self.style.colon_ok:
            self.put(char)
        if char in self.style.must_quote:
            self.must_quote = True
        if char == "<":
            self._angle()
        elif char == ">":
            self._end_angle(char)
        else:
            self._address()

    def _is_group(self) -> bool:
        return self.angles <= 0 and self.brackets <= 0 and not self.seen_colon and not self.style.colon_ok

    def _group(self) -> None:
        following = self.text[self.at : self.at + 1]
        if following in {":", "."} and following:  # DECnet: host::user, user@DEC:.tay.host
            self.must_quote = True
            if self.copying:
                self._put_all(":" + following)
            self.at += 1
            self._address()
            return
        self.seen_colon = True
        self._take_phrase()
        while self.text[self.at : self.at + 1] in _SPACE and self.at < len(self.text):
            self.put(self.text[self.at])
            self.at += 1
        self.kept = len(self.out)
        self.origin = self.at

    def _angle(self) -> None:
        if self.seen_angle:
            self.must_quote = True
        self.seen_angle = True
        self.angles = 1
        self._take_phrase()

    def _take_phrase(self) -> None:
        """All since `origin` was a phrase: copy it, quoted if it has to be, with the character that said so."""
        del self.out[self.kept :]
        begin = self.origin
        if self.must_quote:
            begin = self.at - 1
            while begin > 0 and self.text[begin - 1] in _SPACE:
                begin -= 1
            words = self.text[self.origin : begin]
            if words or self.kept:
                self._put_all('"' + words.replace('"', '\\"') + '"')
        self._put_all(self.text[begin : self.at])
        self.copying = 0
        self.placed = self.must_quote = False

    def _put_all(self, chars: str) -> None:
        self.out.extend(chars)

    def _end_angle(self, char: str) -> None:
        if self.angles > 0:
            self.angles -= 1
        else:
            if self.copying and len(self.out) > self.kept:
                self.out.pop()  # it closes nothing
            self.must_quote = True
            return
        if not self.copying:
            self.put(char)
        self.copying += 1

    def repaired(self) -> str:
        """What came out, with everything closed that was left open."""
        closing = ")" * self.open_comments + ">" * (self.angles > 0)
        return "".join(self.out) + closing
