"""Input of the macro processor: a stack of texts, cut into tokens that may reach from one into the next."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from noctule.base.errors import Position
from noctule.config.m4.messages import FatalError
from noctule.config.m4.places import Place
from noctule.config.m4.symbols import Builtin

_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_MORE_NAME = re.compile("[A-Za-z0-9_]*")
_NEVER = "(?!)"


class Token(Enum):
    """Kinds of tokens."""

    PLAIN = auto()  # text, as much as needs no look
    NAME = auto()
    STRING = auto()  # quoted, its outer quotes removed
    COMMENT = auto()  # with its delimiters
    OPEN = auto()
    COMMA = auto()
    CLOSE = auto()
    BUILTIN = auto()  # what defn says of a builtin; the definition is in `Input.builtin`
    END = auto()


_SINGLE = {"(": Token.OPEN, ",": Token.COMMA, ")": Token.CLOSE}
_BY_GROUP = {1: Token.COMMENT, 2: Token.NAME, 3: Token.STRING, 4: Token.PLAIN}


@dataclass(frozen=True, slots=True)
class Limits:
    """What no reasonable configuration needs."""

    calls: int = 500_000  # macro calls in all
    nesting: int = 10_000  # calls and files that wait for each other
    text: int = 64 << 20  # characters of one expansion, and of the whole output


class Frame:
    """One text of the stack.

    `line` is the line of the next character; that of an expansion is the line where its call began, all through.
    """

    __slots__ = ("builtin", "file", "line", "place", "pos", "running", "text")

    def __init__(self, text: str, position: Position, place: Place, *, running: bool) -> None:
        self.text = text
        self.pos = 0
        self.file = position.file
        self.line = position.line
        self.place = place
        self.running = running
        self.builtin: Builtin | None = None

    def take(self, end: int) -> str:
        """Everything up to `end`."""
        text = self.text[self.pos : end]
        if self.running:
            self.line += text.count("\n")
        self.pos = end
        return text

    def place_at(self, line: int) -> Place:
        """The place of text that began at this line."""
        place = self.place
        if self.running and place.line != line:
            self.place = place = Place(self.file, line, place.via, place.included)
        return place


class Input:
    """The stack and the delimiters.  `text` and, for Token.BUILTIN, `builtin` are those of the last token."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._frames: list[Frame] = []
        self.text = ""
        self.builtin: Builtin | None = None
        self.open_quote, self.close_quote = "`", "'"
        self.open_comment, self.close_comment = "#", "\n"
        self.frame = Frame("", Position("", 0), Place("", 0), running=False)  # in which the last token began
        self.line = 0  # where it began
        self.ended_in = self.frame  # in which it ended
        self.files: list[str] = []  # all that were pushed
        self.files_ended = 0
        self._compile()

    # -- the stack

    def push_file(self, path: str, text: str, via: Place | None) -> None:
        self.files.append(path)
        place = Place(path, 1, via, included=via is not None)
        self._push(Frame(text, Position(path, 1), place, running=True))

    def push_text(self, text: str, position: Position, place: Place) -> None:
        if text:
            self._push(Frame(text, position, place, running=False))

    def push_builtin(self, builtin: Builtin, position: Position, place: Place) -> None:
        frame = Frame("", position, place, running=False)
        frame.builtin = builtin
        self._push(frame)

    def _push(self, frame: Frame) -> None:
        frames = self._frames
        while frames and not frames[-1].running and frames[-1].pos >= len(frames[-1].text) and not frames[-1].builtin:
            frames.pop()  # keeps tail recursion from growing the stack
        frames.append(frame)
        if len(frames) > self._limits.nesting:
            raise FatalError(f"recursion limit of {self._limits.nesting} exceeded", Position(frame.file, frame.line))

    def _top(self) -> Frame | None:
        """The frame of the next character."""
        frames = self._frames
        while frames:
            frame = frames[-1]
            if frame.pos < len(frame.text) or frame.builtin is not None:
                return frame
            self.files_ended += frames.pop().running
        return None

    def place(self) -> Place:
        """Where the last token began."""
        return self.frame.place_at(self.line)

    def position(self) -> Position:
        """The same as a line of a file: for messages and `__line__`."""
        return Position(self.frame.file, self.line)

    # -- delimiters

    def set_quotes(self, opening: str, closing: str) -> None:
        """An empty opening turns quoting off."""
        self.open_quote, self.close_quote = opening, closing
        self._compile()

    def set_comment(self, opening: str, closing: str) -> None:
        """An empty opening turns comments off."""
        self.open_comment, self.close_comment = opening, closing
        self._compile()

    def _compile(self) -> None:
        comment = re.escape(self.open_comment) or _NEVER
        quote = re.escape(self.open_quote) or _NEVER
        special = re.escape("()," + self.open_comment[:1] + self.open_quote[:1])
        self._tokens = re.compile(f"({comment})|({_NAME})|({quote})|([^A-Za-z_{special}]+)")
        self._in_string = self._search(self.close_quote, self.open_quote)
        self._in_comment = self._search(self.close_comment)
        openings = (self.open_comment, self.open_quote)
        self._openings = tuple(opening for opening in openings if len(opening) > 1)
        self._call_shadowed = any(opening.startswith("(") for opening in openings)

    @staticmethod
    def _search(*delimiters: str) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(delimiter) for delimiter in delimiters if delimiter) or _NEVER)

    # -- looking ahead

    def _ahead(self, count: int) -> str:
        """The next characters, at most `count`, without taking them."""
        found = ""
        for frame in reversed(self._frames):
            if frame.builtin is not None:
                break
            found += frame.text[frame.pos : frame.pos + count - len(found)]
            if len(found) == count:
                break
        return found

    def _take(self, count: int) -> str:
        taken = ""
        while len(taken) < count and (frame := self._top()) is not None:
            taken += frame.take(min(len(frame.text), frame.pos + count - len(taken)))
        return taken

    def arguments_follow(self) -> bool:
        """Whether the next token is an opening parenthesis."""
        if self._call_shadowed:
            openings = (self.open_comment, self.open_quote)
            if any(opening and self._ahead(len(opening)) == opening for opening in openings):
                return False
        return self._ahead(1) == "("

    # -- tokens

    def next(self) -> Token:
        """The next token."""
        frame = self._top()
        if frame is None:
            return Token.END
        self.frame = self.ended_in = frame
        self.line = frame.line
        if frame.builtin is not None:
            self.builtin = self._frames.pop().builtin
            return Token.BUILTIN
        found = self._tokens.match(frame.text, frame.pos)
        if found is None or found.lastindex is None:
            return self._odd(frame)
        kind = _BY_GROUP[found.lastindex]
        if kind is Token.PLAIN:
            self.text = frame.take(found.end())
            return kind
        if kind is Token.NAME:
            self.text = found[0]
            frame.pos = found.end()
            if frame.pos == len(frame.text):
                self._lengthen()
            return kind
        self.text = self._string(frame) if kind is Token.STRING else self._comment(frame)
        return kind

    def _lengthen(self) -> None:
        """A name at the end of its text goes on in the next one."""
        while True:
            below = next(
                (frame for frame in reversed(self._frames) if frame.builtin or frame.pos < len(frame.text)), None
            )
            more = _MORE_NAME.match(below.text, below.pos) if below is not None and below.builtin is None else None
            if more is None or not more[0]:
                return
            while self._frames[-1] is not below:
                self.files_ended += self._frames.pop().running
            self.ended_in = self._frames[-1]
            self.text += self._frames[-1].take(more.end())
            if self._frames[-1].pos < len(self._frames[-1].text):
                return

    def _odd(self, frame: Frame) -> Token:
        """One character, or a delimiter that begins at the very end of a text."""
        for opening in self._openings:
            if frame.text.startswith(opening[0], frame.pos) and self._ahead(len(opening)) == opening:
                is_comment = opening == self.open_comment
                self.text = self._comment(frame) if is_comment else self._string(frame)
                return Token.COMMENT if is_comment else Token.STRING
        self.text = frame.take(frame.pos + 1)
        return _SINGLE.get(self.text, Token.PLAIN)

    def _string(self, frame: Frame) -> str:
        begin = Position(frame.file, frame.line)
        self._take(len(self.open_quote))
        depth = 1
        parts: list[str] = []
        while True:
            before, delimiter = self._until(self._in_string, (self.close_quote, self.open_quote))
            parts.append(before)
            if delimiter == self.close_quote:
                depth -= 1
                if depth == 0:
                    return "".join(parts)
            elif not delimiter:
                raise FatalError("ERROR: end of file in string", begin)
            else:
                depth += 1
            parts.append(delimiter)

    def _comment(self, frame: Frame) -> str:
        begin = Position(frame.file, frame.line)
        opening = self._take(len(self.open_comment))
        before, delimiter = self._until(self._in_comment, (self.close_comment,))
        if not delimiter:
            raise FatalError("ERROR: end of file in comment", begin)
        return opening + before + delimiter

    def _until(self, search: re.Pattern[str], delimiters: tuple[str, ...]) -> tuple[str, str]:
        """Text up to the next of the delimiters, and that delimiter, "" at the end of input."""
        longest = max(map(len, delimiters))
        before: list[str] = []
        while (frame := self._top()) is not None:
            if frame.builtin is not None:
                self._frames.pop()
                continue
            found = search.search(frame.text, frame.pos)
            safe = len(frame.text) - longest + 1  # no delimiter that begins before reaches into the next text
            if found is not None and found.start() < safe:
                before.append(frame.take(found.start()))
                return "".join(before), frame.take(found.end())
            if safe > frame.pos:
                before.append(frame.take(safe))
                continue
            for delimiter in delimiters:
                if delimiter and self._ahead(len(delimiter)) == delimiter:
                    return "".join(before), self._take(len(delimiter))
            before.append(self._take(1))
        return "".join(before), ""

    def skip_line(self) -> bool:
        """Pass over the rest of the line; False when the input ends first."""
        while (frame := self._top()) is not None:
            end = frame.text.find("\n", frame.pos)
            if end >= 0:
                frame.take(end + 1)
                return True
            if frame.builtin is not None:
                self._frames.pop()
            frame.take(len(frame.text))
        return False
